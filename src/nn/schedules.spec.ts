import { describe, expect, it } from 'vitest';
import { warmupLinearDecay } from './schedules.js';

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
