/**
 * A WordPiece vocabulary from a corpus, for models that start from random weights: the special pieces, every character
 * by frequency, the characters that continue a word, then the most frequent words of several characters (Latin words,
 * numbers). Deterministic: ties go to the smaller text.
 */
import { ALONE, classify, DROPPED, type Normalization, normalizeCharacter, WORD } from './character-classes.js';
import { SPECIAL_PIECES } from './word-piece.js';

/** Distinct words counted; later new ones are not, which bounds memory. */
const WORDS_COUNTED = 1 << 20;
const LONGEST_LISTED_WORD = 24;
const RAREST_LISTED_WORD = 2;

interface Known {
  readonly kind: number;
  readonly normal: readonly string[];
}

export class VocabularyBuilder {
  private readonly options: Normalization;
  private readonly known = new Map<number, Known>();
  private readonly initial = new Map<string, number>();
  private readonly continuing = new Map<string, number>();
  private readonly words = new Map<string, number>();

  constructor(lowerCase: boolean) {
    this.options = { lowerCase, stripAccents: lowerCase };
  }

  /** Counts the characters and words of a text. */
  add(text: string): void {
    let word = '';
    for (const character of text) {
      const { kind, normal } = this.lookUp(character.codePointAt(0) as number);
      if (kind === DROPPED) continue;
      if (kind === WORD) {
        for (const part of normal) {
          count(word === '' ? this.initial : this.continuing, part);
          word += part;
        }
        continue;
      }
      this.endWord(word);
      word = '';
      if (kind === ALONE) count(this.initial, normal.join(''));
    }
    this.endWord(word);
  }

  /** @returns pieces in id order, at most `size`, and at least the special ones */
  build(size: number): string[] {
    const pieces = new Set<string>(SPECIAL_PIECES);
    const continuing = byFrequency(this.continuing).map(([part]) => `##${part}`);
    const words = byFrequency(this.words).filter(([, times]) => times >= RAREST_LISTED_WORD);
    for (const piece of [...byFrequency(this.initial).map(([part]) => part), ...continuing, ...words.map(([w]) => w)]) {
      if (pieces.size >= size) break;
      pieces.add(piece);
    }
    return [...pieces];
  }

  private endWord(word: string): void {
    if (word.length < 2 || word.length > LONGEST_LISTED_WORD) return;
    if (this.words.size < WORDS_COUNTED || this.words.has(word)) count(this.words, word);
  }

  private lookUp(codePoint: number): Known {
    let known = this.known.get(codePoint);
    if (known === undefined) {
      const normal = [...normalizeCharacter(String.fromCodePoint(codePoint), this.options)];
      this.known.set(codePoint, (known = { kind: classify(codePoint, this.options), normal }));
    }
    return known;
  }
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function byFrequency(counts: ReadonlyMap<string, number>): [string, number][] {
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
}
