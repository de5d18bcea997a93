import type { TopNeighbours } from '../../graph/neighbours.js';
import { type Bucket, bucketSegments } from '../../nn/length-buckets.js';
import { sentenceShape } from '../instances/sentence-batch.js';
import type { SentenceShape } from '../model/smedbert-config.js';
import type { EncodedExample } from './encode-example.js';

/** How examples are put together. */
export interface TaskBatchOptions {
  /** B */
  readonly batchSize: number;
  /** Buckets end at multiples of so many tokens. */
  readonly bucketTokens: number;
  readonly maximumTokens: number;
}

/** Buckets of like lengths over examples by number. */
export function bucketExamples(examples: readonly EncodedExample[], options: TaskBatchOptions): Bucket[] {
  return bucketSegments(Int32Array.from(examples.keys()), (example) => examples[example].tokens.length, {
    width: options.bucketTokens,
    maximumTokens: options.maximumTokens,
    samples: options.batchSize,
    added: 0,
  });
}

/** The shape that any batch of a bucket fits in, so that it has one program: room for the mentions of its richest examples. */
export function bucketShape(
  examples: readonly EncodedExample[],
  tokens: number,
  { batchSize }: TaskBatchOptions,
  counts: TopNeighbours['counts'] | undefined,
): SentenceShape {
  // A batch of a bucket with fewer examples than it takes repeats them.
  const repeats = Math.ceil(batchSize / Math.max(1, examples.length));
  const options = { samples: batchSize, width: tokens, maximumTokens: tokens };
  const richest = (sizeOf: (example: EncodedExample) => number) => {
    const sorted = [...examples].sort((a, b) => sizeOf(b) - sizeOf(a));
    const chosen = sorted.flatMap((example) => new Array<EncodedExample>(repeats).fill(example)).slice(0, batchSize);
    return sentenceShape(chosen, options, counts);
  };
  const byMentions = richest(({ mentions }) => mentions.length);
  const byTokens = richest(({ mentions }) => mentions.reduce((sum, { length }) => sum + length, 0));
  return byMentions.infusedMentions > byTokens.infusedMentions ? byMentions : byTokens;
}
