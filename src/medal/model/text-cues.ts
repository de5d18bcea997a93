import type { SenseInventory } from '../inventory/sense-inventory.js';

/**
 * What the text itself says for a sense: abbreviations are seldom explained only once, so an expansion that stands elsewhere in
 * the window, or words of it, speak for it. Two numbers a candidate: 1 where all its words stand there in their order, and the
 * share of its words that stand there at all.
 */
export const CUES = 2;

/** Names of the inputs, and of the learned weights of the cues: [2]. */
export const CUE_WEIGHTS = 'cues.weight';

export class TextCues {
  private readonly expansions: readonly (readonly string[])[];

  constructor({ senses }: Pick<SenseInventory, 'senses'>) {
    this.expansions = senses.map(({ expansion }) => wordsOf(expansion));
  }

  /** @returns [candidates, 2] */
  read(words: readonly string[], candidates: readonly number[]): Float32Array {
    const places = placesOf(words);
    const cues = new Float32Array(CUES * candidates.length);
    candidates.forEach((sense, i) => {
      const expansion = this.expansions[sense];
      const present = expansion.filter((word) => places.has(word)).length;
      cues[CUES * i] = present === expansion.length && standsIn(words, places, expansion) ? 1 : 0;
      cues[CUES * i + 1] = expansion.length === 0 ? 0 : present / expansion.length;
    });
    return cues;
  }
}

/** Words as texts are cleaned: of letters, in lower case. */
function wordsOf(expansion: string): string[] {
  return expansion
    .toLowerCase()
    .replace(/[^\p{L}\s]/gu, '')
    .split(/\s+/)
    .filter((word) => word !== '');
}

/** The places of each word, in lower case. */
function placesOf(words: readonly string[]): ReadonlyMap<string, readonly number[]> {
  const places = new Map<string, number[]>();
  words.forEach((word, place) => {
    const key = word.toLowerCase();
    const known = places.get(key);
    if (known) known.push(place);
    else places.set(key, [place]);
  });
  return places;
}

function standsIn(
  words: readonly string[],
  places: ReadonlyMap<string, readonly number[]>,
  expansion: readonly string[],
): boolean {
  const starts = places.get(expansion[0]) ?? [];
  return starts.some((start) => expansion.every((word, i) => words[start + i]?.toLowerCase() === word));
}
