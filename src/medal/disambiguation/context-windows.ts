/**
 * What a ranker reads of a document: its words cleaned as the samples were, abbreviations in their preferred form, cut into
 * windows. A window has a core, in which its places lie, and a margin either side, so that each place sees at least the margin
 * and a document costs at most twice its words whatever stands in it. Samples of one text share it in training as well.
 */
import { cleanWords } from '../substitution/clean-words.js';
import type { FoundAbbreviation } from './find-abbreviations.js';
import type { SensePlace } from './sense-ranker.js';

export const WINDOW_CORE = 64;
export const WINDOW_MARGIN = 32;
/** Characters of a word that are kept: what is longer is no word. */
const LONGEST_WORD = 100;

/** @returns the place of each mention, in their order, which is that of the text */
export function placesOf(text: string, mentions: readonly FoundAbbreviation[]): SensePlace[] {
  const words: string[] = [];
  const locations: number[] = [];
  let at = 0;
  const readTo = (end: number) => {
    for (const word of cleanWords(text.slice(at, end))) words.push(word.slice(0, LONGEST_WORD));
  };
  for (const { start, end, abbreviation } of mentions) {
    readTo(start);
    locations.push(words.length);
    words.push(abbreviation.replace(/\s+/gu, ''));
    at = end;
  }
  readTo(text.length);
  return locations.map(windowsOver(words));
}

function windowsOver(words: readonly string[]): (location: number) => SensePlace {
  let core = -1;
  let start = 0;
  let window: readonly string[] = [];
  return (location) => {
    const own = Math.floor(location / WINDOW_CORE);
    if (own !== core) {
      core = own;
      start = Math.max(0, core * WINDOW_CORE - WINDOW_MARGIN);
      window = words.slice(start, (core + 1) * WINDOW_CORE + WINDOW_MARGIN);
    }
    return { words: window, location: location - start };
  };
}
