import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linearScale, niceTicks } from './chart-scale.js';

describe('niceTicks', () => {
  it('chooses round values around the data', () => {
    expect(niceTicks(0, 400, 4)).toEqual([0, 100, 200, 300, 400]);
    expect(niceTicks(4.1, 8.7, 4)).toEqual([4, 6, 8, 10]);
    expect(niceTicks(0.11, 0.14, 3)).toEqual([0.11, 0.12, 0.13, 0.14]);
  });

  it('encloses any data with a bounded number of ticks', () => {
    const value = fc.double({ min: -1e6, max: 1e6, noNaN: true });
    fc.assert(
      fc.property(value, value, (a, b) => {
        const [low, high] = [Math.min(a, b), Math.max(a, b)];
        const ticks = niceTicks(low, high, 4);
        const room = 1e-6 * (ticks[1] - ticks[0]);
        expect(ticks[0]).toBeLessThanOrEqual(low + room);
        expect(ticks[ticks.length - 1]).toBeGreaterThanOrEqual(high - room);
        expect(ticks.length).toBeLessThanOrEqual(7);
      }),
    );
  });
});

describe('linearScale', () => {
  it('maps ends to ends, upside down too, and one value to the start', () => {
    const down = linearScale(0, 10, 100, 0);
    expect([0, 2.5, 10].map(down)).toEqual([100, 75, 0]);
    expect(linearScale(5, 5, 7, 9)(5)).toBe(7);
  });
});
