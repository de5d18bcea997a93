import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { bootstrapDifference, type MeasuredRun, quantile } from './bootstrap.js';

const OPTIONS = { replicates: 2000, seed: 1 };
const UNITS = 400;

/** A run that is right on about `share` of the units. */
function accuracyRun(seed: number, share: number): MeasuredRun {
  const random = new CounterRandom(seed, `accuracy ${share}`);
  const right = Float64Array.from({ length: UNITS }, (_, unit) => (random.uniform(0, unit) < share ? 1 : 0));
  return { seed, figure: (units) => units.reduce((sum, unit) => sum + right[unit], 0) / units.length };
}

describe('bootstrapDifference', () => {
  it('gives the interval of a difference of proportions', () => {
    const [ours, theirs] = [[accuracyRun(1, 0.7)], [accuracyRun(2, 0.5)]];
    const { difference, lower, upper, better } = bootstrapDifference(ours, theirs, UNITS, OPTIONS);
    const all = Int32Array.from({ length: UNITS }, (_, i) => i);
    const [p, q] = [ours[0].figure(all), theirs[0].figure(all)];
    expect(difference).toBeCloseTo(p - q, 12);
    // The runs are independent, so the variance is the sum of two binomial ones.
    const half = 1.96 * Math.sqrt((p * (1 - p) + q * (1 - q)) / UNITS);
    expect(upper - lower).toBeGreaterThan(2 * half * 0.9);
    expect(upper - lower).toBeLessThan(2 * half * 1.1);
    expect(better).toBeGreaterThan(0.99);
  });

  it('holds nothing but zero for a run beside itself', () => {
    const run = [accuracyRun(1, 0.6)];
    expect(bootstrapDifference(run, run, UNITS, OPTIONS)).toEqual({ difference: 0, lower: 0, upper: 0, better: 0 });
  });

  it('covers a true difference of zero about as often as it says', () => {
    let covered = 0;
    const trials = 120;
    for (let trial = 0; trial < trials; trial++) {
      const ours = [accuracyRun(2 * trial, 0.6)];
      const theirs = [accuracyRun(2 * trial + 1, 0.6)];
      const { lower, upper } = bootstrapDifference(ours, theirs, UNITS, { replicates: 300, seed: trial });
      if (lower <= 0 && upper >= 0) covered++;
    }
    expect(covered / trials).toBeGreaterThan(0.88);
  });

  it('is wider when trainings differ, and keeps pairs of seeds together', () => {
    const constant = (seed: number, value: number): MeasuredRun => ({ seed, figure: () => value });
    const ours = [constant(1, 0.5), constant(2, 0.7), constant(3, 0.9)];
    const same = [constant(1, 0.4), constant(2, 0.6), constant(3, 0.8)];
    const paired = bootstrapDifference(ours, same, 1, OPTIONS);
    expect(paired.upper - paired.lower).toBeCloseTo(0, 9);
    const otherSeeds = same.map((run, i) => ({ ...run, seed: 10 + i }));
    const apart = bootstrapDifference(ours, otherSeeds, 1, OPTIONS);
    expect(apart.difference).toBeCloseTo(0.1, 9);
    expect(apart.upper - apart.lower).toBeGreaterThan(0.3);
  });

  it('draws the same again', () => {
    const sides = [[accuracyRun(1, 0.7)], [accuracyRun(2, 0.5)]] as const;
    expect(bootstrapDifference(sides[0], sides[1], UNITS, OPTIONS)).toEqual(
      bootstrapDifference(sides[0], sides[1], UNITS, OPTIONS),
    );
  });
});

describe('quantile', () => {
  it('interpolates', () => {
    expect(quantile([0, 1, 2, 3], 0.5)).toBe(1.5);
    expect(quantile([5], 0.975)).toBe(5);
    expect(quantile([], 0.5)).toBeNaN();
  });
});
