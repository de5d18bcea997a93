import { CounterPermutation } from '../../base/random.js';
import type { BatchSegments, BatchSource } from '../../nn/length-buckets.js';
import { SPECIAL_TOKENS } from './build-instance.js';
import { type MaskingOptions, maskingBudget, packedMaskingBudget } from './mask-segment.js';

/**
 * Several segments share a sample, so that short ones leave no padding (Krell et al. 2021, "Efficient sequence packing
 * without cross-contamination"). Segments are packed first-fit decreasing within windows that reach over the whole corpus,
 * once: who lies with whom does not matter, as packed segments do not see each other. Each epoch orders the packs anew.
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
}

/** Segments that are packed together: more find better fits, and take their square of time. */
const WINDOW = 256;

/**
 * Every segment is in one pack; a pack holds what its sample has room for, in tokens, masked tokens and segments.
 * @param lengthOf tokens of a segment without special tokens; longer ones are cut
 */
export function packSegments(segments: Int32Array, lengthOf: (segment: number) => number, options: PackOptions): Packs {
  const packed = new Int32Array(segments.length);
  const offsets = new Int32Array(segments.length + 1);
  const windows = Math.ceil(segments.length / WINDOW);
  const limit = options.tokens - SPECIAL_TOKENS;
  const packer = new WindowPacker(options);
  let packs = 0;
  let used = 0;
  for (let window = 0; window < windows; window++) {
    packer.clear();
    // Neighbours in the corpus are of one document, and lie in different windows.
    for (let at = window; at < segments.length; at += windows) packer.add(Math.min(limit, lengthOf(segments[at])));
    for (let pack = 0, of = packer.pack(); pack < packer.packs; pack++) {
      for (const place of of[pack]) packed[used++] = segments[window + place * windows];
      offsets[++packs] = used;
    }
  }
  return { offsets: offsets.slice(0, packs + 1), segments: packed };
}

/** First-fit decreasing in one window; of equal lengths the first comes first. */
class WindowPacker {
  packs = 0;
  private count = 0;
  /** Longest first when sorted: what is missing to the longest sample, then the place in the window. */
  private readonly keys = new Float64Array(WINDOW);
  private readonly lengths = new Int32Array(WINDOW);
  /** What each pack has room for. */
  private readonly tokens = new Int32Array(WINDOW);
  private readonly masked = new Int32Array(WINDOW);
  private readonly members: number[][] = [];

  constructor(private readonly options: PackOptions) {}

  clear(): void {
    this.count = 0;
    this.packs = 0;
  }

  add(length: number): void {
    this.lengths[this.count] = length;
    this.keys[this.count] = (this.options.tokens - length) * WINDOW + this.count;
    this.count++;
  }

  /** @returns places in the window, for each of `packs` */
  pack(): readonly (readonly number[])[] {
    const order = this.keys.subarray(0, this.count).sort();
    const shortest = this.lengths[order[this.count - 1] % WINDOW] + SPECIAL_TOKENS;
    let firstOpen = 0;
    for (const key of order) {
      const place = key % WINDOW;
      while (firstOpen < this.packs && this.tokens[firstOpen] < shortest) firstOpen++;
      this.put(place, firstOpen);
    }
    return this.members;
  }

  private put(place: number, firstOpen: number): void {
    const { masking, maximumSegments } = this.options;
    const tokens = this.lengths[place] + SPECIAL_TOKENS;
    const masked = maskingBudget(this.lengths[place], masking);
    let at = firstOpen;
    while (
      at < this.packs &&
      (this.tokens[at] < tokens || this.masked[at] < masked || this.members[at].length === maximumSegments)
    )
      at++;
    if (at === this.packs) this.open(at);
    this.members[at].push(place);
    this.tokens[at] -= tokens;
    this.masked[at] -= masked;
  }

  private open(pack: number): void {
    this.packs = pack + 1;
    this.tokens[pack] = this.options.tokens;
    this.masked[pack] = packedMaskingBudget(this.options.tokens, this.options.masking);
    this.members[pack] = [];
  }
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
