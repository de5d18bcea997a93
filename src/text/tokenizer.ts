/** A sub-word tokenizer that keeps where each piece came from: entity alignment needs offsets. */
export interface Tokenizer {
  readonly vocabularySize: number;
  readonly special: Readonly<{ pad: number; unknown: number; classify: number; separate: number; mask: number }>;
  /** Ids without special tokens, with offsets in UTF-16 units of `text`. */
  encode(text: string): Encoding;
  /** The piece's text, with `##` for continuations. */
  piece(id: number): string;
}

export interface Encoding {
  readonly ids: Int32Array;
  /** First UTF-16 unit of each piece, and the one after its last. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
}
