/** Names to link by: the toy graph's, then pieces of a corpus of 2 to 10 characters, drawn until there are enough. */
import { readFileSync } from 'node:fs';
import { CounterRandom } from '../../dist/base/random.js';
import { isLinkable } from '../../dist/text/surface-lexicon.js';

const NAMES = new URL('../../toy_kg/entities.csv', import.meta.url);
const LONGEST = 10;

export function drawnSurfaces(text, count) {
  const names = readFileSync(NAMES, 'utf8')
    .split('\n')
    .flatMap((row) => (row.split(',')[1] ?? '').split('|'));
  const surfaces = new Set(names.filter(isLinkable));
  const random = new CounterRandom(1, 'bench.link');
  for (let i = 0; surfaces.size < count; i++) {
    const start = random.below(text.length - LONGEST, 0, i);
    const piece = text.slice(start, start + 2 + random.below(LONGEST - 1, 1, i));
    if (!/\s/.test(piece) && piece.isWellFormed() && isLinkable(piece)) surfaces.add(piece);
  }
  return [...surfaces];
}

/** The lexicon of surfaces that each name one entity. */
export function lexiconOf(surfaces) {
  return {
    surfaces,
    entities: Int32Array.from(surfaces.keys()),
    candidates: new Int32Array(surfaces.length).fill(1),
    ignoreCase: false,
    excluded: 0,
  };
}
