/** Figures of models against scikit-learn and NumPy (model_figures.py). */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { curveFigures, thresholdFigures } from '../../src/nn/metrics/binary-figures.js';
import { calibrationError } from '../../src/nn/metrics/calibration.js';
import { accuracyOf, countClasses, macroF1OfClasses } from '../../src/nn/metrics/class-counts.js';
import { recallAt } from '../../src/nn/metrics/top-recall.js';

const { classes, ks, bins, ...reference } = JSON.parse(
  readFileSync(new URL('model-figures.json', import.meta.url), 'utf8'),
);

it('accuracy and macro F1 of classes of which some are absent', () => {
  const { truths, guesses, accuracy, macroF1 } = reference.singleLabel;
  const counts = countClasses(Int32Array.from(truths), Int32Array.from(guesses), classes);
  expect(accuracyOf(counts)).toBeCloseTo(accuracy, 12);
  expect(macroF1OfClasses(counts)).toBeCloseTo(macroF1, 12);
});

interface Binary {
  truth: number[];
  scores: number[];
  figures: Record<string, number>;
}

it.each<Binary>(reference.binary)('area under the curve, average precision and F1 of tied scores (%#)', (example) => {
  const { truth, scores, figures } = example;
  const examples = { truth: Uint8Array.from(truth), scores: Float64Array.from(scores) };
  const { rocAuc, averagePrecision } = curveFigures(examples);
  const { accuracy, f1 } = thresholdFigures(examples, () => 0.5);
  for (const [name, value] of Object.entries({ rocAuc, averagePrecision, accuracy, f1 })) {
    expect(value, name).toBeCloseTo(figures[name], 12);
  }
});

it('recall at k of several labels, the examples without one left out', () => {
  const { scores, labels, recalls } = reference.multiLabel;
  const examples = {
    scores: Float64Array.from(scores),
    classes,
    labels: labels.map((mine: number[]) => Int32Array.from(mine)),
  };
  recallAt(ks, examples).forEach((recall, at) => {
    expect(recall).toBeCloseTo(recalls[at], 12);
  });
});

it('expected calibration error, with confidences on the edges of bins', () => {
  const { confidences, right, errors } = reference.calibration;
  const answers = { confidences: Float64Array.from(confidences), right: Uint8Array.from(right) };
  bins.forEach((count: number, at: number) => {
    expect(calibrationError(answers, count)).toBeCloseTo(errors[at], 12);
  });
});
