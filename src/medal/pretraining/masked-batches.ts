import { CounterRandom } from '../../base/random.js';
import type { BatchSegments } from '../../nn/length-buckets.js';
import type { TrainingBatch } from '../../nn/training-task.js';
import type { ElectraShape } from './electra-programs.js';

/**
 * Segments to batches with masked places: `[CLS] text [SEP]`, a share of the text's tokens masked one by one, and most of those
 * shown as [MASK], the rest as they are (the published program: 85 and 15 %). Each epoch masks anew.
 */
export interface MaskedBatchOptions {
  readonly samples: number;
  /** Share of tokens that are masked. */
  readonly maskRate: number;
  /** Share of the masked ones that are shown as [MASK]. */
  readonly maskProbability: number;
  readonly special: {
    readonly pad: number;
    readonly classify: number;
    readonly separate: number;
    readonly mask: number;
  };
  readonly seed: number;
}

/** [CLS] and [SEP]. */
export const SPECIAL_TOKENS = 2;

export class MaskedBatches {
  constructor(
    private readonly tokensOf: (segment: number) => Int32Array,
    readonly options: MaskedBatchOptions,
  ) {}

  /** Sizes of batches with this key. */
  shape(key: string): ElectraShape {
    const { samples, maskRate } = this.options;
    const tokens = Number(key);
    return { samples, tokens, maskedTokens: samples * budget(tokens - SPECIAL_TOKENS, maskRate) };
  }

  /** A pure function of the segments and their epoch. */
  collate({ bucket, epoch, segments }: BatchSegments): TrainingBatch {
    const key = String(bucket.tokens);
    const { samples, tokens: length, maskedTokens: room } = this.shape(key);
    const { special } = this.options;
    const all = samples * length;
    const truths = new Int32Array(all).fill(special.pad);
    const words = new Int32Array(all).fill(special.pad);
    const attentionMask = new Float32Array(all);
    const masked = newPlaces(all, room);
    let tokens = 0;
    segments.forEach((segment, b) => {
      const start = b * length;
      const text = this.tokensOf(segment).subarray(0, length - SPECIAL_TOKENS);
      const end = start + text.length + SPECIAL_TOKENS;
      truths[start] = special.classify;
      truths.set(text, start + 1);
      truths[end - 1] = special.separate;
      words.set(truths.subarray(start, end), start);
      attentionMask.fill(1, start, end);
      tokens += end - start;
      this.mask(segment, epoch, text.length, start + 1, words, truths, masked);
    });
    const { count, ...places } = masked;
    return {
      key,
      inputs: { segmentIds: new Int32Array(all), attentionMask, ...places },
      lookups: { words, truths },
      counts: { samples: segments.length, tokens, positions: all, maskedTokens: count },
    };
  }

  private mask(
    segment: number,
    epoch: number,
    length: number,
    first: number,
    words: Int32Array,
    truths: Int32Array,
    places: MaskedPlaces,
  ): void {
    const { maskRate, maskProbability, special, seed } = this.options;
    const shown = new CounterRandom(seed, 'medal.mask-shown', segment);
    for (const token of choosePlaces(length, budget(length, maskRate), epoch, seed, segment)) {
      const position = first + token;
      places.maskedSlots[position] = places.count;
      places.maskedPositions[places.count] = position;
      places.maskedLabels[places.count] = truths[position];
      places.maskedWeights[places.count++] = 1;
      if (shown.uniform(epoch, token) < maskProbability) words[position] = special.mask;
    }
  }
}

interface MaskedPlaces {
  readonly maskedPositions: Int32Array;
  readonly maskedSlots: Int32Array;
  readonly maskedLabels: Int32Array;
  readonly maskedWeights: Float32Array;
  count: number;
}

/** A place that stands for nothing is the length of what it points into, where the program reads a row of zeros. */
function newPlaces(all: number, room: number): MaskedPlaces {
  return {
    maskedPositions: new Int32Array(room).fill(all),
    maskedSlots: new Int32Array(all).fill(room),
    maskedLabels: new Int32Array(room),
    maskedWeights: new Float32Array(room),
    count: 0,
  };
}

/** Ascending token numbers, `count` of `length` without repetition. */
function choosePlaces(length: number, count: number, epoch: number, seed: number, segment: number): number[] {
  const random = new CounterRandom(seed, 'medal.mask', segment);
  return Array.from({ length }, (_, token) => ({ token, draw: random.uint32(epoch, token) }))
    .sort((a, b) => a.draw - b.draw || a.token - b.token)
    .slice(0, count)
    .map(({ token }) => token)
    .sort((a, b) => a - b);
}

/** At least one. */
function budget(length: number, rate: number): number {
  return Math.max(1, Math.round(length * rate));
}
