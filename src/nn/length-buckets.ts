import { CounterPermutation, CounterRandom } from '../base/random.js';

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
  /** Special tokens that a sample has besides its segment's. */
  readonly added: number;
}

/**
 * Segments in their order, shorter lengths of a joined bucket first. Counted, then placed: a corpus of millions takes four
 * bytes a segment.
 * @param lengthOf tokens of a segment without special tokens; longer ones are cut
 */
export function bucketSegments(
  segments: Int32Array,
  lengthOf: (segment: number) => number,
  { width, maximumTokens, samples, added }: BucketOptions,
): Bucket[] {
  const endOf = (segment: number) => Math.min(maximumTokens, Math.ceil((lengthOf(segment) + added) / width) * width);
  const counts = new Map<number, number>();
  for (const segment of segments) counts.set(endOf(segment), (counts.get(endOf(segment)) ?? 0) + 1);
  const places = new Map<number, { list: Int32Array; next: number }>();
  const buckets: Bucket[] = [];
  let waiting: number[] = [];
  const lengths = [...counts.keys()].sort((a, b) => a - b);
  lengths.forEach((tokens, i) => {
    waiting.push(tokens);
    const size = waiting.reduce((sum, length) => sum + (counts.get(length) ?? 0), 0);
    if (size < samples && i < lengths.length - 1) return;
    const list = new Int32Array(size);
    let next = 0;
    for (const length of waiting) {
      places.set(length, { list, next });
      next += counts.get(length) ?? 0;
    }
    buckets.push({ tokens, segments: list });
    waiting = [];
  });
  for (const segment of segments) {
    const place = places.get(endOf(segment)) as { list: Int32Array; next: number };
    place.list[place.next++] = segment;
  }
  return buckets;
}

export interface BatchSegments {
  readonly bucket: Bucket;
  readonly epoch: number;
  readonly segments: number[];
  /** How many of the segments each sample takes, where samples are packed; else each takes one. */
  readonly packs?: readonly number[];
}

/** Any batch of any epoch, without those before it. */
export interface BatchSource {
  readonly buckets: readonly Bucket[];
  readonly batchesPerEpoch: number;
  /** Batch `number`, counted through all epochs from 0. */
  at(number: number): BatchSegments;
}

/** The batch sequence over buckets; an epoch visits every segment (a bucket's last batch is filled from its front). */
export class BatchSequence implements BatchSource {
  private readonly starts: number[] = [];
  readonly batchesPerEpoch: number;

  /** @param purpose keys the orders, so that two trainings of one seed have different ones */
  constructor(
    readonly buckets: readonly Bucket[],
    private readonly samples: number,
    private readonly seed: number,
    private readonly purpose = 'smedbert',
  ) {
    let total = 0;
    for (const { segments } of buckets) {
      this.starts.push(total);
      total += Math.ceil(segments.length / samples);
    }
    this.batchesPerEpoch = total;
  }

  at(number: number): BatchSegments {
    const epoch = Math.floor(number / this.batchesPerEpoch);
    const order = new CounterPermutation(this.batchesPerEpoch, this.seed, `${this.purpose}.batches`, epoch);
    const place = order.at(number % this.batchesPerEpoch);
    const b = this.starts.findLastIndex((start) => start <= place);
    const bucket = this.buckets[b];
    const shuffle = new CounterPermutation(
      bucket.segments.length,
      this.seed,
      `${this.purpose}.bucket.${bucket.tokens}`,
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

/**
 * A seeded split of 0..count-1 into training and held-out segments; each side has at least one when count > 1.
 * @param purpose as of a BatchSequence
 */
export function splitSegments(
  count: number,
  share: number,
  seed: number,
  purpose = 'smedbert',
): { training: Int32Array; held: Int32Array } {
  const random = new CounterRandom(seed, `${purpose}.split`);
  const isHeld = new Uint8Array(count);
  let heldCount = 0;
  for (let i = 0; i < count; i++) {
    if (random.uniform(0, i) >= share) continue;
    isHeld[i] = 1;
    heldCount++;
  }
  if (count > 1 && (heldCount === 0 || heldCount === count)) {
    isHeld[count - 1] = heldCount === 0 ? 1 : 0;
    heldCount = heldCount === 0 ? 1 : count - 1;
  }
  const training = new Int32Array(count - heldCount);
  const held = new Int32Array(heldCount);
  for (let i = 0, t = 0, h = 0; i < count; i++) {
    if (isHeld[i]) held[h++] = i;
    else training[t++] = i;
  }
  return { training, held };
}
