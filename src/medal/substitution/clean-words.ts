/**
 * Text to words as the samples of MeDAL have them (Wen, Lu and Reddy 2020): lower case, punctuation and digits taken out
 * (what they part grows together: `N-acetyl` is `nacetyl`), white space folded; with a list of stop words those and words of
 * one letter are dropped. Texts, expansions and questions are cleaned by the same rules, or they would not meet.
 */

/** What becomes of a UTF-16 unit. */
export enum Kind {
  Sign,
  Space,
  Letter,
  /** Half of a character: whether that is a letter shows when both halves are there. */
  Half,
}

const SPACE = /\s/;
/** Letters, and the marks that belong to them. */
const LETTER = /[\p{L}\p{M}]/u;
const HALVES = /[\ud800-\udfff]/;
/** [65536] */
export const KINDS = Uint8Array.from({ length: 0x10000 }, (_, unit) => kindOf(unit));
/** A character in two halves that is no letter, or half a character. */
const SIGNS_IN_HALVES = /(?![\p{L}\p{M}])[\u{10000}-\u{10ffff}\ud800-\udfff]/gu;

/** @param stopWords cleaned; given, words of one letter are dropped with them */
export function cleanWords(text: string, stopWords?: ReadonlySet<string>): string[] {
  const words = lettersBetweenSpaces(text.toLowerCase());
  return stopWords === undefined ? words : words.filter((word) => isKept(word, stopWords));
}

/** One word between spaces as it is matched; empty when no letter is left. */
export function cleanWord(word: string): string {
  return lettersBetweenSpaces(word.toLowerCase()).join('');
}

export function isKept(word: string, stopWords: ReadonlySet<string>): boolean {
  return word.length > 1 && !stopWords.has(word);
}

/** In lower case; of characters in two halves those that are no letters are gone, so that each unit has its kind. */
export function lowerLetters(text: string): string {
  return wholeLetters(text.toLowerCase());
}

/** The same without a change of case. */
export function lettersBetweenSpaces(given: string): string[] {
  const text = wholeLetters(given);
  const words: string[] = [];
  let word = '';
  let start = -1;
  for (let at = 0; at < text.length; at++) {
    const kind = KINDS[text.charCodeAt(at)];
    if (kind >= Kind.Letter) {
      if (start < 0) start = at;
      continue;
    }
    if (start >= 0) {
      word += text.slice(start, at);
      start = -1;
    }
    if (kind === Kind.Space && word !== '') {
      words.push(word);
      word = '';
    }
  }
  if (start >= 0) word += text.slice(start);
  if (word !== '') words.push(word);
  return words;
}

function wholeLetters(text: string): string {
  return HALVES.test(text) ? text.replace(SIGNS_IN_HALVES, '') : text;
}

/** The signs before the first letter and after the last; of a word without letters all come before. */
export function signsAround(word: string): { before: string; after: string } {
  let [first, end] = [0, word.length];
  while (first < end && KINDS[word.charCodeAt(first)] < Kind.Letter) first++;
  while (end > first && KINDS[word.charCodeAt(end - 1)] < Kind.Letter) end--;
  return { before: word.slice(0, first), after: word.slice(end) };
}

/** No empty ones. */
export function wordsBetweenSpaces(text: string): string[] {
  const words = text.split(/\s+/);
  if (words[0] === '') words.shift();
  if (words[words.length - 1] === '') words.pop();
  return words;
}

function kindOf(unit: number): Kind {
  const character = String.fromCharCode(unit);
  if (HALVES.test(character)) return Kind.Half;
  if (SPACE.test(character)) return Kind.Space;
  return LETTER.test(character) ? Kind.Letter : Kind.Sign;
}
