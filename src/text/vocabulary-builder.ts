import { SPECIAL_PIECES } from './word-piece.js';

/**
 * A word-piece vocabulary for a corpus that comes without one: every character by frequency, Latin letters and digits also
 * as continuations, then whole Latin words by frequency. Deterministic: ties by code point.
 */
const LATIN_OR_DIGIT = 'abcdefghijklmnopqrstuvwxyz0123456789';
/** A Latin word enters when it occurs so often. */
const WORD_FLOOR = 3;

export class VocabularyBuilder {
  private readonly characters = new Map<string, number>();
  private readonly words = new Map<string, number>();

  constructor(private readonly lowerCase: boolean) {}

  add(text: string): void {
    const normal = (this.lowerCase ? text.toLowerCase() : text).normalize('NFD');
    for (const character of normal) {
      if (!/[\s\p{M}\p{C}]/u.test(character)) count(this.characters, character);
    }
    for (const [word] of normal.matchAll(/[a-z]{2,40}/gi)) count(this.words, word);
  }

  /** @param size pieces at most, the special ones included; the least frequent are left out */
  build(size: number): string[] {
    const pieces = new Set<string>(SPECIAL_PIECES);
    const letters = this.lowerCase ? LATIN_OR_DIGIT : LATIN_OR_DIGIT + LATIN_OR_DIGIT.toUpperCase().slice(0, 26);
    for (const letter of letters) pieces.add(letter).add(`##${letter}`);
    for (const character of byFrequency(this.characters)) if (pieces.size < size) pieces.add(character);
    for (const word of byFrequency(this.words, WORD_FLOOR)) if (pieces.size < size) pieces.add(word);
    return [...pieces];
  }
}

function count(map: Map<string, number>, key: string): void {
  map.set(key, (map.get(key) ?? 0) + 1);
}

function byFrequency(map: ReadonlyMap<string, number>, floor = 1): string[] {
  return [...map]
    .filter(([, times]) => times >= floor)
    .sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))
    .map(([key]) => key);
}
