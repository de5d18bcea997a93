import { describe, expect, it } from 'vitest';
import { drawTrial, type SearchedSetting, type SearchRange } from './search-space.js';

const searched = (name: string, range: SearchRange, whole = false): SearchedSetting => ({ name, range, whole });
const RATE = searched('learningRate', { kind: 'log', low: 0.001, high: 1 });
const SPACE = {
  fixed: {},
  searched: [
    RATE,
    searched('dimension', { kind: 'log', low: 16, high: 256 }, true),
    searched('chunkSize', { kind: 'integer', low: 3, high: 5 }, true),
    searched('rateDecay', { kind: 'uniform', low: 0.9, high: 1 }),
    searched('loss', { kind: 'values', values: ['margin', 'binary'] }),
  ],
};
const TRIALS = Array.from({ length: 600 }, (_, trial) => drawTrial(SPACE, 7, trial));
const column = (name: string) => TRIALS.map((trial) => trial[name] as number);

describe('drawTrial', () => {
  it('draws the same trial again, and others for another trial or seed', () => {
    expect(drawTrial(SPACE, 7, 3)).toEqual(TRIALS[3]);
    expect(drawTrial(SPACE, 7, 4)).not.toEqual(TRIALS[3]);
    expect(drawTrial(SPACE, 8, 3)).not.toEqual(TRIALS[3]);
  });

  it('draws a setting alike whatever else is searched', () => {
    expect(drawTrial({ fixed: {}, searched: [RATE] }, 7, 3)).toEqual({ learningRate: TRIALS[3]['learningRate'] });
  });

  it('keeps to the range, and to whole numbers', () => {
    for (const [name, low, high] of [
      ['learningRate', 0.001, 1],
      ['dimension', 16, 256],
      ['rateDecay', 0.9, 1],
    ] as const) {
      expect(Math.min(...column(name))).toBeGreaterThanOrEqual(low);
      expect(Math.max(...column(name))).toBeLessThanOrEqual(high);
    }
    expect(column('dimension').every(Number.isInteger)).toBe(true);
    expect(new Set(column('chunkSize'))).toEqual(new Set([3, 4, 5]));
    expect(new Set(column('loss'))).toEqual(new Set(['margin', 'binary']));
  });

  it('spreads evenly: numbers, or their logarithms', () => {
    const share = (values: number[], limit: number) => values.filter((value) => value < limit).length / values.length;
    expect(share(column('rateDecay'), 0.95)).toBeCloseTo(1 / 2, 1);
    expect(share(column('learningRate'), 0.01)).toBeCloseTo(1 / 3, 1);
    expect(share(column('dimension'), 64)).toBeCloseTo(1 / 2, 1);
  });
});
