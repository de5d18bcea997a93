/**
 * BERT's WordPiece tokenizer with the place of each piece in the text (google-research/bert tokenization.py): words by
 * character-classes.ts, pieces by piece-cutter.ts. Ids and offsets equal Hugging Face's BertWordPieceTokenizer without
 * added tokens: `[MASK]` in a text is text, never a mask. One pass over UTF-16 units with a class table and a cache of
 * words; the time is linear in the text whatever it holds.
 */
import { MedgraftError } from '../base/errors.js';
import { ALONE, classify, classTable, DROPPED, normalizeCharacter, SURROGATE, WORD } from './character-classes.js';
import { LONGEST_WORD, PieceCutter } from './piece-cutter.js';
import type { Encoding, Tokenizer } from './tokenizer.js';
import { hashWord, LONGEST_CACHED_WORD, WordCache } from './word-cache.js';

export interface WordPieceOptions {
  /** Default true. */
  readonly lowerCase?: boolean;
  /** Default: as `lowerCase`. */
  readonly stripAccents?: boolean;
}

/** The pieces every BERT vocabulary has. */
export const SPECIAL_PIECES = ['[PAD]', '[UNK]', '[CLS]', '[SEP]', '[MASK]'] as const;

export class WordPieceTokenizer implements Tokenizer {
  readonly vocabularySize: number;
  readonly special: Tokenizer['special'];
  private readonly options: { readonly lowerCase: boolean; readonly stripAccents: boolean };
  private readonly ids: ReadonlyMap<string, number>;
  private readonly cutter: PieceCutter;
  private readonly cache = new WordCache();
  /** [65536] classes of UTF-16 units; `pairClasses` holds those of code points beyond. */
  private readonly classes: Uint8Array;
  private readonly pairClasses = new Map<number, number>();
  /** [65536] id of a unit that is a word of its own. */
  private readonly aloneIds: Int32Array;
  /** (id, start, end) of the pieces of one word. */
  private readonly wordPieces = new Int32Array(3 * LONGEST_WORD);
  private outIds = new Int32Array(1024);
  private outStarts = new Int32Array(1024);
  private outEnds = new Int32Array(1024);
  private count = 0;

  /**
   * @param pieces the vocabulary in id order
   * @throws MedgraftError `text.vocabulary` when a special piece is missing
   */
  constructor(
    private readonly pieces: readonly string[],
    options: WordPieceOptions = {},
  ) {
    const lowerCase = options.lowerCase ?? true;
    this.options = { lowerCase, stripAccents: options.stripAccents ?? lowerCase };
    this.vocabularySize = pieces.length;
    this.ids = idsByPiece(pieces);
    this.special = specialIds(this.ids);
    this.classes = classTable(this.options);
    this.aloneIds = this.tabulateAlone();
    this.cutter = new PieceCutter(this.ids, this.special.unknown, this.options, (codePoint) => this.classOf(codePoint));
  }

  piece(id: number): string {
    return this.pieces[id];
  }

  encode(text: string): Encoding {
    this.count = 0;
    this.reserve(text.length);
    const { classes } = this;
    for (let at = 0; at < text.length; ) {
      const unit = text.charCodeAt(at);
      const kind = classes[unit];
      if (kind === ALONE) this.emit(this.aloneIds[unit], at, ++at);
      else if (kind === WORD) at = this.encodeWord(text, at);
      else if (kind === SURROGATE) at = this.encodeSurrogate(text, at);
      else at++;
    }
    return {
      ids: this.outIds.slice(0, this.count),
      starts: this.outStarts.slice(0, this.count),
      ends: this.outEnds.slice(0, this.count),
    };
  }

  /** A pair that stands alone or vanishes, else the word that it begins; returns the unit after it. */
  private encodeSurrogate(text: string, at: number): number {
    const codePoint = text.codePointAt(at) as number;
    const kind = this.classOf(codePoint);
    if (kind === WORD) return this.encodeWord(text, at);
    const end = at + (codePoint > 0xffff ? 2 : 1);
    if (kind === ALONE) this.emit(this.idOfAlone(codePoint), at, end);
    return end;
  }

  /** Cuts the word that begins at `start`; returns the first unit that is not of it. */
  private encodeWord(text: string, start: number): number {
    const { classes } = this;
    let end = start;
    let at = start;
    while (at < text.length) {
      let kind = classes[text.charCodeAt(at)];
      let width = 1;
      if (kind === SURROGATE) {
        const codePoint = text.codePointAt(at) as number;
        kind = this.classOf(codePoint);
        if (codePoint > 0xffff) width = 2;
      }
      if (kind !== WORD && kind !== DROPPED) break;
      at += width;
      if (kind === WORD) end = at;
    }
    this.emitWord(text, start, end);
    return at;
  }

  private emitWord(text: string, start: number, end: number): void {
    if (end - start > LONGEST_CACHED_WORD) {
      this.emitPieces(this.wordPieces, 0, this.cutter.cut(text, start, end, this.wordPieces), start);
      return;
    }
    const hash = hashWord(text, start, end);
    const found = this.cache.find(text, start, end, hash);
    if (found >= 0) {
      const { values } = this.cache;
      this.emitPieces(values, found + 1, values[found], start);
      return;
    }
    const count = this.cutter.cut(text, start, end, this.wordPieces);
    this.cache.store(text, start, end, hash, this.wordPieces, count);
    this.emitPieces(this.wordPieces, 0, count, start);
  }

  private emitPieces(triples: Int32Array, offset: number, count: number, start: number): void {
    for (let i = offset, last = offset + 3 * count; i < last; i += 3) {
      this.emit(triples[i], start + triples[i + 1], start + triples[i + 2]);
    }
  }

  private emit(id: number, start: number, end: number): void {
    const i = this.count++;
    this.outIds[i] = id;
    this.outStarts[i] = start;
    this.outEnds[i] = end;
  }

  /** A unit gives at most three pieces: canonical decomposition of one hangul syllable. */
  private reserve(units: number): void {
    const pieces = 3 * units;
    if (pieces <= this.outIds.length) return;
    this.outIds = new Int32Array(2 * pieces);
    this.outStarts = new Int32Array(2 * pieces);
    this.outEnds = new Int32Array(2 * pieces);
  }

  private classOf(codePoint: number): number {
    if (codePoint <= 0xffff) {
      const kind = this.classes[codePoint];
      // A half without its other half is U+FFFD in UTF-8, which vanishes.
      return kind === SURROGATE ? DROPPED : kind;
    }
    let kind = this.pairClasses.get(codePoint);
    if (kind === undefined) this.pairClasses.set(codePoint, (kind = classify(codePoint, this.options)));
    return kind;
  }

  private idOfAlone(codePoint: number): number {
    return this.ids.get(normalizeCharacter(String.fromCodePoint(codePoint), this.options)) ?? this.special.unknown;
  }

  private tabulateAlone(): Int32Array {
    const table = new Int32Array(0x10000).fill(this.special.unknown);
    for (let unit = 0; unit < 0x10000; unit++) if (this.classes[unit] === ALONE) table[unit] = this.idOfAlone(unit);
    return table;
  }
}

function idsByPiece(pieces: readonly string[]): ReadonlyMap<string, number> {
  const ids = new Map<string, number>();
  for (let id = 0; id < pieces.length; id++) ids.set(pieces[id], id);
  return ids;
}

function specialIds(ids: ReadonlyMap<string, number>): Tokenizer['special'] {
  const missing = SPECIAL_PIECES.filter((piece) => !ids.has(piece));
  if (missing.length > 0) {
    throw new MedgraftError('input', 'text.vocabulary', `the vocabulary lacks ${missing.join(', ')}`, {
      expected: `one line each for ${SPECIAL_PIECES.join(', ')}`,
      got: `${ids.size} distinct pieces`,
      hint: 'take the vocab.txt that came with the model',
    });
  }
  const [pad, unknown, classifyId, separate, mask] = SPECIAL_PIECES.map((piece) => ids.get(piece) as number);
  return { pad, unknown, classify: classifyId, separate, mask };
}
