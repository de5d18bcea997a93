import type { EncodedWords, WordEncoder } from './word-encoder.js';

/** Where vectors of words come from; formats/word-vectors.ts. */
export interface VectorSource {
  readonly width: number;
  vector(word: string, into: Float32Array): boolean;
}

/** Words of which vectors are kept. */
const KEPT = 1 << 16;

/** Words of a model without a word table: each has the vector that a file gives it, and zeros where it gives none. */
export class VectorWords implements WordEncoder {
  readonly padding = 0;
  readonly maximumTokens = Number.MAX_SAFE_INTEGER;
  private readonly ids = new Map<string, number>();
  private readonly vectors: Float32Array[] = [];

  constructor(private readonly source: VectorSource) {
    this.forget();
  }

  begin(): void {
    if (this.vectors.length > KEPT) this.forget();
  }

  encode(words: readonly string[]): EncodedWords {
    return {
      tokens: Int32Array.from(words, (word) => this.idOf(word)),
      firsts: Int32Array.from(words, (_, i) => i),
    };
  }

  /** out[i] = vector of ids[i] */
  readRows(ids: Int32Array, out: Float32Array): void {
    const { width } = this.source;
    ids.forEach((id, i) => {
      out.set(this.vectors[id], i * width);
    });
  }

  private idOf(word: string): number {
    const known = this.ids.get(word);
    if (known !== undefined) return known;
    const vector = new Float32Array(this.source.width);
    this.source.vector(word, vector);
    this.ids.set(word, this.vectors.length);
    return this.vectors.push(vector) - 1;
  }

  private forget(): void {
    this.ids.clear();
    this.vectors.length = 0;
    // Padding.
    this.vectors.push(new Float32Array(this.source.width));
  }
}
