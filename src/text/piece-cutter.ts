/**
 * Cuts one word into the longest pieces of a vocabulary, from the left (Wu et al. 2016, "Google's Neural Machine
 * Translation System", section 4.1; the greedy match of google-research/bert tokenization.py). Offsets survive
 * normalization: a character that decomposes or vanishes keeps the place it had in the text.
 */
import { DROPPED, type Normalization, normalizeCharacter } from './character-classes.js';

/** More characters than this after normalization: one unknown piece. */
export const LONGEST_WORD = 100;
const CONTINUATION = '##';

export class PieceCutter {
  private readonly longestPiece: number;
  /** Normalized characters of the word at hand, and the units of the text that each came from. */
  private readonly characters: string[] = [];
  private readonly starts: number[] = [];
  private readonly ends: number[] = [];

  /**
   * @param ids piece -> id
   * @param classOf class of a code point, see character-classes.ts
   */
  constructor(
    private readonly ids: ReadonlyMap<string, number>,
    private readonly unknown: number,
    private readonly options: Normalization,
    private readonly classOf: (codePoint: number) => number,
  ) {
    let longest = 0;
    for (const piece of ids.keys()) longest = Math.max(longest, piece.length);
    this.longestPiece = longest;
  }

  /**
   * Writes the pieces of the word text[start, end) as triples (id, first unit, unit after the last), counted from `start`.
   * @param out at least 3 * LONGEST_WORD
   * @returns number of pieces
   */
  cut(text: string, start: number, end: number, out: Int32Array): number {
    this.normalize(text, start, end);
    const total = this.characters.length;
    if (total === 0) return 0;
    if (total > LONGEST_WORD) return this.unknownWord(end - start, out);
    let count = 0;
    for (let from = 0; from < total; ) {
      const to = this.matchLongest(from, out, 3 * count);
      if (to === from) return this.unknownWord(end - start, out);
      out[3 * count + 1] = this.starts[from] - start;
      out[3 * count + 2] = this.ends[to - 1] - start;
      count++;
      from = to;
    }
    return count;
  }

  /** Writes the id of the longest piece that begins at character `from`; returns the character after it, or `from`. */
  private matchLongest(from: number, out: Int32Array, at: number): number {
    let piece = from === 0 ? '' : CONTINUATION;
    let to = from;
    for (let next = from; next < this.characters.length && piece.length < this.longestPiece; next++) {
      piece += this.characters[next];
      const id = this.ids.get(piece);
      if (id === undefined) continue;
      out[at] = id;
      to = next + 1;
    }
    return to;
  }

  private unknownWord(length: number, out: Int32Array): number {
    out[0] = this.unknown;
    out[1] = 0;
    out[2] = length;
    return 1;
  }

  /** Stops once the word is known to be too long, so that a text without spaces costs no more than its length. */
  private normalize(text: string, start: number, end: number): void {
    this.characters.length = this.starts.length = this.ends.length = 0;
    for (let at = start; at < end && this.characters.length <= LONGEST_WORD; ) {
      const codePoint = text.codePointAt(at) as number;
      const next = at + (codePoint > 0xffff ? 2 : 1);
      if (this.classOf(codePoint) !== DROPPED) {
        for (const character of normalizeCharacter(String.fromCodePoint(codePoint), this.options)) {
          this.characters.push(character);
          this.starts.push(at);
          this.ends.push(next);
        }
      }
      at = next;
    }
  }
}
