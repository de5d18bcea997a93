/** One segment of text, linked: tokens, words and the mentions that stand on whole pieces. */
import { alignMentions, alignWords } from './align-mentions.js';
import type { LinkedSegment } from './linked-corpus.js';
import type { Linker, Mention } from './linker.js';
import type { Tokenizer } from './tokenizer.js';
import type { WordSegmenter } from './word-segmenter.js';

export interface SegmentLinking {
  readonly tokenizer: Tokenizer;
  readonly linker: Linker;
  readonly segmenter: WordSegmenter;
  /** [vocabulary] see `continuationTable`. */
  readonly continues: Uint8Array;
}

export interface SegmentResult {
  readonly segment: LinkedSegment;
  /** Mentions kept, in units of the text. */
  readonly mentions: readonly Mention[];
  /** Mentions that the linker found. */
  readonly found: number;
}

export function linkSegment(text: string, { tokenizer, linker, segmenter, continues }: SegmentLinking): SegmentResult {
  const encoding = tokenizer.encode(text);
  const found = linker.link(text);
  const aligned = alignMentions(found, encoding, continues);
  const mentions = Array.from(aligned.sources, (source) => found[source]);
  const segment = {
    tokens: encoding.ids,
    wordStarts: alignWords(segmenter.wordStarts(text), aligned, encoding, continues),
    mentionStarts: aligned.starts,
    mentionLengths: aligned.lengths,
    mentionEntities: Int32Array.from(mentions, ({ entity }) => entity),
  };
  return { segment, mentions, found: found.length };
}
