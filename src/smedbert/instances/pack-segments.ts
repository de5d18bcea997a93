import { CounterPermutation } from '../../base/random.js';
import { SPECIAL_TOKENS } from './build-instance.js';
import type { BatchSegments, BatchSource } from './length-buckets.js';
import { type MaskingOptions, maskingBudget, packedMaskingBudget } from './mask-segment.js';

/**
 * Several segments share a sample, so that short ones leave no padding (Krell et al. 2021, "Efficient sequence packing
 * without cross-contamination"). Segments are packed first-fit decreasing within windows of a permutation of the corpus, once:
 * who lies with whom does not matter, as packed segments do not see each other. Each epoch orders the packs anew.
 */
export interface Packs {
  /** [packs + 1] where each pack begins in `segments`. */
  readonly offsets: Int32Array;
  readonly segments: Int32Array;
}

export interface PackOptions {
  /** S: tokens of a sample, special ones included. */
  readonly tokens: number;
  /** Segments of a sample, at most. */
  readonly maximumSegments: number;
  readonly masking: MaskingOptions;
  readonly seed: number;
}

/** Segments that are packed together: more find better fits, and take their square of time. */
const WINDOW = 256;

/**
 * Every segment is in one pack; a pack holds what its sample has room for, in tokens, masked tokens and segments.
 * @param lengthOf tokens of a segment without special tokens; longer ones are cut
 */
export function packSegments(segments: Int32Array, lengthOf: (segment: number) => number, options: PackOptions): Packs {
  const order = new CounterPermutation(Math.max(1, segments.length), options.seed, 'smedbert.packs', 0);
  const packed = new Int32Array(segments.length);
  const offsets = new Int32Array(segments.length + 1);
  const limit = options.tokens - SPECIAL_TOKENS;
  let packs = 0;
  let used = 0;
  for (let first = 0; first < segments.length; first += WINDOW) {
    const size = Math.min(WINDOW, segments.length - first);
    const window = Array.from({ length: size }, (_, i) => {
      const segment = segments[order.at(first + i)];
      return { segment, length: Math.min(limit, lengthOf(segment)) };
    });
    for (const pack of packWindow(window, options)) {
      for (const segment of pack) packed[used++] = segment;
      offsets[++packs] = used;
    }
  }
  return { offsets: offsets.slice(0, packs + 1), segments: packed };
}

interface Candidate {
  readonly segment: number;
  readonly length: number;
}

interface OpenPack {
  readonly segments: number[];
  tokens: number;
  masked: number;
}

/** First-fit decreasing; segments of equal length in the order of the window. */
function packWindow(window: Candidate[], { tokens, maximumSegments, masking }: PackOptions): number[][] {
  const room = packedMaskingBudget(tokens, masking);
  const packs: OpenPack[] = [];
  const byLength = window.sort((a, b) => b.length - a.length);
  const shortest = (byLength.at(-1)?.length ?? 0) + SPECIAL_TOKENS;
  let firstOpen = 0;
  for (const { segment, length } of byLength) {
    const taken = length + SPECIAL_TOKENS;
    const masked = maskingBudget(length, masking);
    while (firstOpen < packs.length && packs[firstOpen].tokens + shortest > tokens) firstOpen++;
    let at = firstOpen;
    while (at < packs.length && !fits(packs[at])) at++;
    if (at === packs.length) packs.push({ segments: [], tokens: 0, masked: 0 });
    packs[at].segments.push(segment);
    packs[at].tokens += taken;
    packs[at].masked += masked;

    function fits(pack: OpenPack): boolean {
      return pack.tokens + taken <= tokens && pack.masked + masked <= room && pack.segments.length < maximumSegments;
    }
  }
  return packs.map(({ segments }) => segments);
}

/** The batch sequence over packs; an epoch visits every pack (its last batch is filled from the front). */
export class PackSequence implements BatchSource {
  readonly batchesPerEpoch: number;
  private readonly count: number;
  private readonly bucket: BatchSegments['bucket'];

  constructor(
    private readonly packs: Packs,
    tokens: number,
    private readonly samples: number,
    private readonly seed: number,
  ) {
    this.count = packs.offsets.length - 1;
    this.batchesPerEpoch = Math.ceil(this.count / samples);
    this.bucket = { tokens, segments: packs.segments };
  }

  get buckets(): readonly BatchSegments['bucket'][] {
    return [this.bucket];
  }

  /** Segments of a sample on average. */
  get segmentsPerSample(): number {
    return this.packs.segments.length / Math.max(1, this.count);
  }

  at(number: number): BatchSegments {
    const epoch = Math.floor(number / this.batchesPerEpoch);
    const shuffle = new CounterPermutation(this.count, this.seed, 'smedbert.pack-order', epoch);
    const first = (number % this.batchesPerEpoch) * this.samples;
    const { offsets, segments } = this.packs;
    const samples = Array.from({ length: this.samples }, (_, i) => {
      const pack = shuffle.at((first + i) % this.count);
      return [...segments.subarray(offsets[pack], offsets[pack + 1])];
    });
    return { bucket: this.bucket, epoch, segments: samples.flat(), packs: samples.map(({ length }) => length) };
  }
}
