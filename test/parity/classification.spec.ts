/** Curves and threshold figures against scikit-learn (classification.py), ties included. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  bestThreshold,
  type CurveFigures,
  curveFigures,
  type ThresholdFigures,
  thresholdFigures,
} from '../../src/nn/metrics/binary-figures.js';

interface Reference extends ThresholdFigures, Pick<CurveFigures, 'rocAuc' | 'averagePrecision'> {
  truth: number[];
  scores: number[];
  threshold: number;
  bestAccuracy: number;
}

const REFERENCES: Reference[] = JSON.parse(readFileSync(new URL('classification.json', import.meta.url), 'utf8'));

describe.each(REFERENCES)('$truth.length examples', ({ truth, scores, threshold, bestAccuracy, ...expected }) => {
  const examples = { truth: Uint8Array.from(truth), scores: Float64Array.from(scores) };

  it('have the figures of scikit-learn', () => {
    const figures: Record<string, number> = {
      ...curveFigures(examples),
      ...thresholdFigures(examples, () => threshold),
    };
    for (const [name, value] of Object.entries(expected)) expect(figures[name], name).toBeCloseTo(value, 12);
  });

  it('have a threshold as good as the best of all', () => {
    const best = bestThreshold(examples);
    expect(thresholdFigures(examples, () => best).accuracy).toBeCloseTo(bestAccuracy, 12);
  });
});
