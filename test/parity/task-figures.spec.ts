import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { accuracy, countLabels, f1Of, macroF1, microF1 } from '../../src/nn/metrics/label-figures.js';

it('accuracy and F1 of labels are those of scikit-learn', () => {
  const path = new URL('./label-figures.json', import.meta.url);
  const { labels, truths, guesses, two, figures } = JSON.parse(readFileSync(path, 'utf8'));
  const counts = countLabels(truths, guesses, labels);
  expect(accuracy(truths, guesses)).toBeCloseTo(figures.accuracy, 12);
  expect(microF1(counts)).toBeCloseTo(figures.microF1, 12);
  expect(macroF1(counts)).toBeCloseTo(figures.macroF1, 12);
  expect(f1Of(countLabels(two[0], two[1], ['1'])[0])).toBeCloseTo(figures.binaryF1, 12);
});
