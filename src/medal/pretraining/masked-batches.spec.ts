import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MaskedBatches, type MaskedBatchOptions } from './masked-batches.js';

const SPECIAL = { pad: 0, classify: 2, separate: 3, mask: 4 };
const OPTIONS: MaskedBatchOptions = { samples: 3, maskRate: 0.15, maskProbability: 0.85, special: SPECIAL, seed: 1 };
const tokens = Array.from({ length: 40 }, (_, segment) =>
  Int32Array.from({ length: 1 + ((segment * 7) % 60) }, (_, i) => 5 + ((segment + i) % 90)),
);
const place = (segments: number[], length: number, epoch = 0) => ({
  bucket: { tokens: length, segments: Int32Array.from(segments) },
  epoch,
  segments,
});

function batch(segments: number[], length: number, epoch = 0, options: Partial<MaskedBatchOptions> = {}) {
  return new MaskedBatches((segment) => tokens[segment], { ...OPTIONS, ...options }).collate(
    place(segments, length, epoch),
  );
}

function sum(values: ArrayLike<number>): number {
  return Array.from(values).reduce((total, value) => total + value, 0);
}

describe('MaskedBatches', () => {
  it('frames texts, cuts long ones, and masks a share of each that the truths keep', () => {
    const arbitrary = fc.tuple(
      fc.array(fc.nat(39), { minLength: 1, maxLength: 3 }),
      fc.integer({ min: 4, max: 64 }),
      fc.nat(9),
    );
    fc.assert(
      fc.property(arbitrary, ([segments, length, epoch]) => {
        const { inputs, lookups, counts, key } = batch(segments, length, epoch);
        const { words, truths } = lookups;
        expect(key).toBe(String(length));
        expect([words.length, truths.length, inputs['segmentIds'].length]).toEqual([
          3 * length,
          3 * length,
          3 * length,
        ]);
        let [masked, real] = [0, 0];
        segments.forEach((segment, b) => {
          const text = tokens[segment].subarray(0, length - 2);
          const sample = truths.subarray(b * length, b * length + text.length + 2);
          expect([...sample]).toEqual([SPECIAL.classify, ...text, SPECIAL.separate]);
          masked += Math.max(1, Math.round(text.length * 0.15));
          real += sample.length;
        });
        expect(counts).toMatchObject({ samples: segments.length, tokens: real, maskedTokens: masked });
        expect(sum(inputs['attentionMask'])).toBe(real);
        for (let i = 0; i < masked; i++) {
          const position = inputs['maskedPositions'][i];
          expect(inputs['maskedSlots'][position]).toBe(i);
          expect(inputs['maskedLabels'][i]).toBe(truths[position]);
          expect(truths[position]).toBeGreaterThanOrEqual(5);
          expect([SPECIAL.mask, truths[position]]).toContain(words[position]);
        }
        const shown = new Set(inputs['maskedPositions'].subarray(0, masked));
        expect(shown.size).toBe(masked);
        words.forEach((word, position) => {
          if (!shown.has(position)) expect(word).toBe(truths[position]);
        });
        expect(sum(inputs['maskedWeights'])).toBe(masked);
      }),
    );
  });

  it('masks anew in each epoch, and the same in the same', () => {
    expect(batch([20, 21], 64, 1)).toEqual(batch([20, 21], 64, 1));
    expect(batch([20, 21], 64, 2).inputs['maskedPositions']).not.toEqual(
      batch([20, 21], 64, 1).inputs['maskedPositions'],
    );
    expect(batch([20, 21], 64, 1, { seed: 2 }).inputs['maskedPositions']).not.toEqual(
      batch([20, 21], 64, 1).inputs['maskedPositions'],
    );
  });

  it('shows the wanted share of masked tokens as [MASK]', () => {
    let [masked, hidden] = [0, 0];
    for (let epoch = 0; epoch < 200; epoch++) {
      const { lookups, counts } = batch([25, 16, 33], 64, epoch);
      masked += counts['maskedTokens'];
      hidden += lookups['words'].filter((word) => word === SPECIAL.mask).length;
    }
    expect(Math.abs(hidden / masked - 0.85)).toBeLessThan(4 * Math.sqrt((0.85 * 0.15) / masked));
    expect(batch([25], 64, 0, { maskProbability: 0 }).lookups['words']).toEqual(batch([25], 64).lookups['truths']);
  });
});
