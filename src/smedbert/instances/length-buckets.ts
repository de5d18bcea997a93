import { CounterPermutation, CounterRandom } from '../../base/random.js';
import { SPECIAL_TOKENS } from './build-instance.js';

/**
 * Batches of like lengths: segments fall into buckets by length, a batch comes from one bucket, and the order of batches
 * and of segments is a permutation computed from (seed, epoch). Any batch of any epoch is found without those before it.
 */
export interface Bucket {
  /** Sample length S, special tokens included. */
  readonly tokens: number;
  readonly segments: Int32Array;
}

export interface BucketOptions {
  /** Buckets end at multiples of this. */
  readonly width: number;
  /** Longest sample, special tokens included. */
  readonly maximumTokens: number;
  /** A bucket with fewer segments than a batch joins the next longer one. */
  readonly samples: number;
}

/** @param lengthOf tokens of a segment without special tokens; longer ones are cut */
export function bucketSegments(
  segments: Int32Array,
  lengthOf: (segment: number) => number,
  { width, maximumTokens, samples }: BucketOptions,
): Bucket[] {
  const byLength = new Map<number, number[]>();
  for (const segment of segments) {
    const tokens = Math.min(maximumTokens, Math.ceil((lengthOf(segment) + SPECIAL_TOKENS) / width) * width);
    const list = byLength.get(tokens);
    if (list) list.push(segment);
    else byLength.set(tokens, [segment]);
  }
  const buckets: Bucket[] = [];
  let waiting: number[] = [];
  const lengths = [...byLength.keys()].sort((a, b) => a - b);
  lengths.forEach((tokens, i) => {
    waiting = waiting.concat(byLength.get(tokens) ?? []);
    if (waiting.length < samples && i < lengths.length - 1) return;
    buckets.push({ tokens, segments: Int32Array.from(waiting) });
    waiting = [];
  });
  return buckets;
}

export interface BatchSegments {
  readonly bucket: Bucket;
  readonly epoch: number;
  readonly segments: number[];
}

/** The batch sequence over buckets; an epoch visits every segment (a bucket's last batch is filled from its front). */
export class BatchSequence {
  private readonly starts: number[] = [];
  readonly batchesPerEpoch: number;

  constructor(
    readonly buckets: readonly Bucket[],
    private readonly samples: number,
    private readonly seed: number,
  ) {
    let total = 0;
    for (const { segments } of buckets) {
      this.starts.push(total);
      total += Math.ceil(segments.length / samples);
    }
    this.batchesPerEpoch = total;
  }

  /** Batch `number`, counted through all epochs from 0. */
  at(number: number): BatchSegments {
    const epoch = Math.floor(number / this.batchesPerEpoch);
    const order = new CounterPermutation(this.batchesPerEpoch, this.seed, 'smedbert.batches', epoch);
    const place = order.at(number % this.batchesPerEpoch);
    const b = this.starts.findLastIndex((start) => start <= place);
    const bucket = this.buckets[b];
    const shuffle = new CounterPermutation(
      bucket.segments.length,
      this.seed,
      `smedbert.bucket.${bucket.tokens}`,
      epoch,
    );
    const first = (place - this.starts[b]) * this.samples;
    const segments = Array.from(
      { length: this.samples },
      (_, i) => bucket.segments[shuffle.at((first + i) % bucket.segments.length)],
    );
    return { bucket, epoch, segments };
  }
}

/** A seeded split of 0..count-1 into training and held-out segments; each side has at least one when count > 1. */
export function splitSegments(count: number, share: number, seed: number): { training: Int32Array; held: Int32Array } {
  const random = new CounterRandom(seed, 'smedbert.split');
  const training: number[] = [];
  const held: number[] = [];
  for (let i = 0; i < count; i++) (random.uniform(0, i) < share ? held : training).push(i);
  if (held.length === 0 && training.length > 1) held.push(training.pop() as number);
  if (training.length === 0 && held.length > 1) training.push(held.pop() as number);
  return { training: Int32Array.from(training), held: Int32Array.from(held) };
}
