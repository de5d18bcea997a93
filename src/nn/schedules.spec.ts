import { describe, expect, it } from 'vitest';
import { initialPlateau, passPlateau, warmupLinearDecay } from './schedules.js';

describe('warmupLinearDecay', () => {
  it('rises from peak / warm-up steps to the peak, then falls to its last share', () => {
    const rates = Array.from({ length: 10 }, (_, i) => warmupLinearDecay(i + 1, 10, 6, 0.4));
    expect(rates.map((rate) => Math.round(rate * 1e9) / 1e9)).toEqual([1.5, 3, 4.5, 6, 6, 5, 4, 3, 2, 1]);
  });

  it('starts at the peak without warm-up', () => {
    expect([1, 2, 3, 4].map((step) => warmupLinearDecay(step, 4, 8, 0))).toEqual([8, 6, 4, 2]);
  });

  it('only rises when every step warms up, and is 0 after the last step', () => {
    expect([1, 2, 3, 4].map((step) => warmupLinearDecay(step, 4, 8, 1))).toEqual([2, 4, 6, 8]);
    expect(warmupLinearDecay(5, 4, 8, 0.5)).toBe(0);
    expect(warmupLinearDecay(9, 4, 8, 0.5)).toBe(0);
  });

  it('is finite and positive for a single step', () => {
    for (const warmup of [0, 0.3, 0.5, 1]) expect(warmupLinearDecay(1, 1, 2, warmup)).toBe(2);
  });
});

describe('a schedule by plateaus', () => {
  const factors = (losses: readonly number[], patience: number) => {
    let plateau = initialPlateau();
    return losses.map((loss) => {
      plateau = passPlateau(plateau, loss, { factor: 0.2, patience });
      return Number(plateau.factor.toPrecision(6));
    });
  };

  it('cuts the rate after more evaluations than its patience without a lower loss', () => {
    expect(factors([3, 2, 2, 2, 2, 2, 2, 1, 1], 2)).toEqual([1, 1, 1, 1, 0.2, 0.2, 0.2, 0.2, 0.2]);
    expect(factors([3, 3, 3], 0)).toEqual([1, 0.2, 0.04]);
  });

  it('takes a loss for lower from one part in ten thousand on', () => {
    expect(factors([1, 0.99995, 0.9999], 1)).toEqual([1, 1, 0.2]);
    expect(factors([1, 0.99995, 0.9998], 1)).toEqual([1, 1, 1]);
  });
});
