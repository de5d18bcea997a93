/**
 * The linked corpus: what `corpus.link` writes and SMedBERT reads. Segments are token ids with word starts and mentions;
 * all are flat binary files with an index, so that any segment is read by number without reading those before it.
 */
export interface LinkedSegment {
  /** [n] token ids, without special tokens. */
  readonly tokens: Int32Array;
  /** [n] 1 where a word begins (of the segmenter; a mention is one word; a `##` piece never begins one). */
  readonly wordStarts: Uint8Array;
  /** [m] first token of each mention, ascending, and its number of tokens. */
  readonly mentionStarts: Int32Array;
  readonly mentionLengths: Int32Array;
  /** [m] dense entity ids of the graph snapshot. */
  readonly mentionEntities: Int32Array;
}

export interface LinkedCorpus {
  readonly segmentCount: number;
  readonly tokenCount: number;
  readonly mentionCount: number;
  readonly vocabularySize: number;
  /** [entityCount] mentions of each entity in the corpus: t_e of the paper. */
  readonly mentionFrequency: Int32Array;
  /** Tokens of segment `index` without reading it: for length buckets. */
  segmentLength(index: number): number;
  segment(index: number): LinkedSegment;
  close(): void;
}
