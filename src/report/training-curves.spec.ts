import { describe, expect, it } from 'vitest';
import type { TrainingLine } from './chain-report.js';
import { runningMean, trainingCurve } from './training-curves.js';

const line = (step: number, loss: number, kind: TrainingLine['kind'] = 'step'): TrainingLine => ({
  kind,
  step,
  figures: kind === 'step' ? { 'loss.mlm': loss } : { mlm: loss },
});

describe('runningMean', () => {
  it('averages the last values, fewer at the start', () => {
    const points = [1, 3, 5, 7].map((y, x) => ({ x, y }));
    expect(runningMean(points, 2).map(({ y }) => y)).toEqual([1, 2, 4, 6]);
  });
});

describe('trainingCurve', () => {
  it('takes start and end as means of 5 % of the steps, and the evaluations apart', () => {
    const lines = Array.from({ length: 40 }, (_, i) => line(i + 1, 40 - i));
    const curve = trainingCurve([...lines, line(20, 9, 'evaluation'), line(40, 8, 'evaluation')], 'loss.mlm', 'mlm');
    expect(curve).toMatchObject({ window: 2, start: 39.5, end: 1.5 });
    expect(curve?.held).toEqual([
      { x: 20, y: 9 },
      { x: 40, y: 8 },
    ]);
  });

  it('keeps the first and the last point of a long run', () => {
    const curve = trainingCurve(
      Array.from({ length: 5000 }, (_, i) => line(i + 1, i)),
      'loss.mlm',
    );
    expect(curve?.raw.length).toBe(240);
    expect([curve?.raw[0].x, curve?.raw[239].x]).toEqual([1, 5000]);
  });

  it('has nothing to say of a loss that was switched off', () => {
    expect(trainingCurve([line(1, 2)], 'loss.mnem')).toBeUndefined();
  });
});
