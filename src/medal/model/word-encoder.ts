import type { Tokenizer } from '../../text/tokenizer.js';

/** Words as a model reads them: tokens, and where each word begins. */
export interface EncodedWords {
  readonly tokens: Int32Array;
  /** First token of each word; -1 for one that was cut off. */
  readonly firsts: Int32Array;
}

export interface WordEncoder {
  readonly padding: number;
  /** More are never made of a text. */
  readonly maximumTokens: number;
  /** Tokens that were made so far are not read any more: what is kept for them may go. */
  begin?(): void;
  /** @param kept the word that the cut spares, where the words are too many */
  encode(words: readonly string[], kept: number): EncodedWords;
}

export const PADDING_WORD = '[PAD]';
export const UNKNOWN_WORD = '[UNK]';

/** A token for each word of a list. */
export class WholeWords implements WordEncoder {
  readonly padding = 0;
  readonly maximumTokens = Number.MAX_SAFE_INTEGER;
  private readonly ids: ReadonlyMap<string, number>;

  /** @param words in id order, `[PAD]` and `[UNK]` first */
  constructor(readonly words: readonly string[]) {
    this.ids = new Map(words.map((word, id) => [word, id]));
  }

  encode(words: readonly string[]): EncodedWords {
    return {
      tokens: Int32Array.from(words, (word) => this.ids.get(word) ?? 1),
      firsts: Int32Array.from(words, (_, i) => i),
    };
  }
}

/** [CLS] and [SEP]. */
const ADDED = 2;

/** Word pieces between [CLS] and [SEP]; a word's place is that of its first piece. */
export class WordPieces implements WordEncoder {
  readonly padding: number;

  constructor(
    private readonly tokenizer: Tokenizer,
    readonly maximumTokens: number,
  ) {
    this.padding = tokenizer.special.pad;
  }

  encode(words: readonly string[], kept: number): EncodedWords {
    const pieces = words.map((word) => this.pieces(word));
    const { from, to } = this.cut(pieces, kept);
    const { classify, separate } = this.tokenizer.special;
    const tokens = [classify];
    const firsts = new Int32Array(words.length).fill(-1);
    for (let word = from; word < to; word++) {
      firsts[word] = tokens.length;
      tokens.push(...pieces[word]);
    }
    tokens.push(separate);
    return { tokens: Int32Array.from(tokens), firsts };
  }

  /** A word of which nothing is left is unknown: it has to have a place. */
  private pieces(word: string): Int32Array {
    const { ids } = this.tokenizer.encode(word);
    if (ids.length === 0) return Int32Array.of(this.tokenizer.special.unknown);
    return ids.subarray(0, this.maximumTokens - ADDED);
  }

  /** The words that fit, taken on both sides of the kept one in turn. */
  private cut(pieces: readonly Int32Array[], kept: number): { from: number; to: number } {
    const room = this.maximumTokens - ADDED;
    const total = pieces.reduce((sum, { length }) => sum + length, 0);
    if (total <= room) return { from: 0, to: pieces.length };
    let [from, to, used] = [kept, kept + 1, pieces[kept].length];
    for (let grown = true; grown; ) {
      grown = false;
      if (from > 0 && used + pieces[from - 1].length <= room) {
        used += pieces[--from].length;
        grown = true;
      }
      if (to < pieces.length && used + pieces[to].length <= room) {
        used += pieces[to++].length;
        grown = true;
      }
    }
    return { from, to };
  }
}
