import { describe, expect, it } from 'vitest';
import { BatchSequence, bucketSegments, splitSegments } from './length-buckets.js';

const LENGTHS = Array.from({ length: 203 }, (_, i) => 5 + ((i * 37) % 90));
const OPTIONS = { width: 16, maximumTokens: 64, samples: 8, added: 3 };
const all = Int32Array.from(LENGTHS.keys());
const buckets = bucketSegments(all, (segment) => LENGTHS[segment], OPTIONS);

describe('bucketSegments', () => {
  it('puts every segment into one bucket that it fits, cut ones into the longest', () => {
    expect(buckets.map(({ tokens }) => tokens)).toEqual([16, 32, 48, 64]);
    expect(buckets.flatMap(({ segments }) => [...segments]).sort((a, b) => a - b)).toEqual([...all]);
    for (const { tokens, segments } of buckets) {
      for (const segment of segments) {
        const whole = LENGTHS[segment] + 3;
        expect(Math.min(64, whole)).toBeLessThanOrEqual(tokens);
        expect(Math.min(64, whole)).toBeGreaterThan(tokens - 16);
      }
    }
  });

  it('counts the special tokens', () => {
    const tokens = (length: number) => bucketSegments(Int32Array.of(0), () => length, OPTIONS)[0].tokens;
    expect([tokens(13), tokens(14), tokens(61), tokens(62)]).toEqual([16, 32, 64, 64]);
  });

  it('joins a bucket of fewer segments than a batch with the next longer one', () => {
    const lengths = [...new Array(3).fill(10), ...new Array(9).fill(25), ...new Array(2).fill(40)];
    const joined = bucketSegments(Int32Array.from(lengths.keys()), (segment) => lengths[segment], OPTIONS);
    expect(joined.map(({ tokens, segments }) => [tokens, segments.length])).toEqual([
      [32, 12],
      [48, 2],
    ]);
    expect(bucketSegments(new Int32Array(0), () => 1, OPTIONS)).toEqual([]);
  });
});

describe('BatchSequence', () => {
  const sequence = new BatchSequence(buckets, 8, 1);
  const n = sequence.batchesPerEpoch;
  const epoch = (e: number, of = sequence) => Array.from({ length: n }, (_, i) => of.at(e * n + i));

  it('has whole batches, each from one bucket', () => {
    expect(n).toBe(buckets.reduce((sum, { segments }) => sum + Math.ceil(segments.length / 8), 0));
    for (const { bucket, segments, epoch: number } of epoch(2)) {
      expect(segments.length).toBe(8);
      expect(number).toBe(2);
      for (const segment of segments) expect(bucket.segments).toContain(segment);
    }
  });

  it('visits every segment once an epoch, and fills the last batch of a bucket from its front', () => {
    for (const e of [0, 1, 5]) {
      for (const bucket of buckets) {
        const visits = new Map<number, number>();
        for (const batch of epoch(e).filter((each) => each.bucket === bucket)) {
          for (const segment of batch.segments) visits.set(segment, (visits.get(segment) ?? 0) + 1);
        }
        expect(visits.size).toBe(bucket.segments.length);
        const filling = Math.ceil(bucket.segments.length / 8) * 8 - bucket.segments.length;
        expect([...visits.values()].filter((count) => count === 2).length).toBe(filling);
        expect(Math.max(...visits.values())).toBeLessThanOrEqual(2);
      }
    }
  });

  it('orders batches and segments anew each epoch and for each seed', () => {
    const segments = (batches: ReturnType<typeof epoch>) => batches.map((batch) => batch.segments);
    expect(segments(epoch(0))).not.toEqual(segments(epoch(1)));
    expect(epoch(0).map(({ bucket }) => bucket.tokens)).not.toEqual(epoch(1).map(({ bucket }) => bucket.tokens));
    expect(segments(epoch(0, new BatchSequence(buckets, 8, 2)))).not.toEqual(segments(epoch(0)));
  });

  it('gives any batch without those before it', () => {
    const inOrder = epoch(3).map(({ segments }) => segments);
    const fresh = new BatchSequence(buckets, 8, 1);
    for (const i of [n - 1, 0, Math.floor(n / 2)]) expect(fresh.at(3 * n + i).segments).toEqual(inOrder[i]);
  });

  it('fills a batch from a bucket that is smaller than it', () => {
    const small = new BatchSequence([{ tokens: 16, segments: Int32Array.of(4, 9) }], 5, 1);
    expect(small.batchesPerEpoch).toBe(1);
    expect(new Set(small.at(0).segments)).toEqual(new Set([4, 9]));
    expect(small.at(0).segments.length).toBe(5);
  });
});

describe('splitSegments', () => {
  it('parts all segments by the seed, about the share held out', () => {
    const { training, held } = splitSegments(5000, 0.1, 1);
    expect([...training, ...held].sort((a, b) => a - b)).toEqual(Array.from({ length: 5000 }, (_, i) => i));
    expect(Math.abs(held.length - 500)).toBeLessThan(80);
    expect(splitSegments(5000, 0.1, 1).held).toEqual(held);
    expect(splitSegments(5000, 0.1, 2).held).not.toEqual(held);
  });

  it('keeps a segment in its part when the corpus grows', () => {
    const { held } = splitSegments(1000, 0.1, 1);
    expect([...splitSegments(2000, 0.1, 1).held].filter((segment) => segment < 1000)).toEqual([...held]);
  });

  it('leaves no side empty where there are two', () => {
    for (const share of [0.0001, 0.9999]) {
      const { training, held } = splitSegments(2, share, 1);
      expect([training.length, held.length]).toEqual([1, 1]);
    }
    expect(splitSegments(1, 0.0001, 1)).toEqual({ training: Int32Array.of(0), held: new Int32Array(0) });
  });
});
