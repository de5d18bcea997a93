/**
 * What BERT's basic tokenizer does with each character (Devlin et al. 2019, google-research/bert tokenization.py), as
 * one table: words are cut at white space, every punctuation mark and every CJK ideograph stands alone, control
 * characters and U+FFFD vanish. Accents are dropped after canonical decomposition, then letters are lower-cased.
 * Unicode classes are those of the running Node; Hugging Face's tokenizer holds an older table, and differs from it on
 * 671 code points (marks and punctuation of scripts added since), none of which is in a published vocabulary.
 */
export const WORD = 0;
export const SPACE = 1;
export const DROPPED = 2;
export const ALONE = 3;
/** Half of a surrogate pair: the class is that of the whole code point. */
export const SURROGATE = 4;

export interface Normalization {
  readonly lowerCase: boolean;
  readonly stripAccents: boolean;
}

const PUNCTUATION = /^[\p{P}$+<=>^`|~]$/u;
const VANISHING = /[\p{Cc}\p{Cf}\p{Co}\p{Cs}\ufffd]/u;
const WHITE_SPACE = /\p{White_Space}/u;
const NONSPACING_MARK = /\p{Mn}/u;
const KEPT_CONTROLS = '\t\n\r';

/** Ranges that tokenization.py calls Chinese: ideographs, not kana, not hangul. */
const IDEOGRAPHS: readonly (readonly [number, number])[] = [
  [0x3400, 0x4dbf],
  [0x4e00, 0x9fff],
  [0xf900, 0xfaff],
  [0x20000, 0x2a6df],
  [0x2a700, 0x2b73f],
  [0x2b740, 0x2b81f],
  [0x2b920, 0x2ceaf],
  [0x2f800, 0x2fa1f],
];

/** A CJK ideograph, which is a word of its own in BERT's Chinese vocabularies. */
export function isIdeograph(codePoint: number): boolean {
  return IDEOGRAPHS.some(([first, last]) => codePoint >= first && codePoint <= last);
}

/** The form that is looked up in the vocabulary: empty for a mark that is stripped, several characters for hangul. */
export function normalizeCharacter(character: string, options: Normalization): string {
  const bare = options.stripAccents ? character.normalize('NFD').replace(/\p{Mn}/gu, '') : character;
  if (!options.lowerCase) return bare;
  let lower = '';
  // One by one: toLowerCase of a string is context-dependent (final sigma), the tokenizer's is not.
  for (const part of bare) lower += part.toLowerCase();
  return lower;
}

/** Class of one code point. */
export function classify(codePoint: number, options: Normalization): number {
  const character = String.fromCodePoint(codePoint);
  if (WHITE_SPACE.test(character) && (KEPT_CONTROLS.includes(character) || !VANISHING.test(character))) return SPACE;
  if (VANISHING.test(character)) return DROPPED;
  if (isIdeograph(codePoint)) return ALONE;
  if (options.stripAccents && NONSPACING_MARK.test(character)) return DROPPED;
  return PUNCTUATION.test(normalizeCharacter(character, options)) ? ALONE : WORD;
}

/** [65536] class of each UTF-16 unit. */
export function classTable(options: Normalization): Uint8Array {
  const table = new Uint8Array(0x10000);
  for (let unit = 0; unit < 0x10000; unit++) {
    if (unit >= 0xd800 && unit <= 0xdfff) table[unit] = SURROGATE;
    else if (unit >= 0xe000 && unit <= 0xf8ff) table[unit] = DROPPED;
    else table[unit] = unit >= 0x4e00 && unit <= 0x9fff ? ALONE : classify(unit, options);
  }
  return table;
}
