import { describe, expect, it } from 'vitest';
import { curveFigures } from './binary-figures.js';
import { CALIBRATION_BINS, calibrationBins, calibrationError } from './calibration.js';
import { accuracyOf, countClasses, f1OfClasses, macroF1OfClasses } from './class-counts.js';
import { recallAt, TopRecall } from './top-recall.js';

describe('curveFigures', () => {
  it('counts a tie half, and gives NaN where there is nothing to tell apart or a score is no number', () => {
    const of = (truth: number[], scores: number[]) =>
      curveFigures({ truth: Uint8Array.from(truth), scores: Float32Array.from(scores) });
    expect(of([1, 0, 1, 0], [0.5, 0.5, 0.5, 0.5]).rocAuc).toBe(0.5);
    expect(of([1, 1], [0.1, 0.9]).rocAuc).toBeNaN();
    expect(of([1, 0], [Number.NaN, 0.9])).toMatchObject({ positives: 1, negatives: 1, rocAuc: Number.NaN });
  });
});

describe('countClasses', () => {
  it('gives the F1 of each class by hand; what was not answered is wrong', () => {
    const counts = countClasses(Int32Array.of(0, 0, 1, 2), Int32Array.of(0, 1, 1, -1), 4);
    expect([...f1OfClasses(counts)]).toEqual([2 / 3, 2 / 3, 0, 0]);
    expect(accuracyOf(counts)).toBe(2 / 4);
    expect(macroF1OfClasses(counts)).toBeCloseTo(4 / 9, 15);
    expect(accuracyOf(countClasses(new Int32Array(0), new Int32Array(0), 2))).toBeNaN();
  });

  it('refuses classes out of range and lists that do not match', () => {
    expect(() => countClasses(Int32Array.of(2), Int32Array.of(0), 2)).toThrow('example 0');
    expect(() => countClasses(Int32Array.of(-1), Int32Array.of(0), 2)).toThrow(RangeError);
    expect(() => countClasses(Int32Array.of(0), Int32Array.of(0, 1), 2)).toThrow(RangeError);
  });
});

describe('recall at k', () => {
  it('is the share of the labels among the best k, the same in parts and at once', () => {
    const scores = Float32Array.of(0.9, 0.1, 0.8, 0.8, 0.2, 0.2, 0.2, 0.2);
    const labels = [Int32Array.of(1, 3), Int32Array.of(0)];
    // First example: ranks of 1 and 3 are 3 and 2 (3 behind 2 of the same score); second: first of equals.
    expect(recallAt([1, 3, 4], { scores, classes: 4, labels })).toEqual([1 / 2, 3 / 4, 1]);
    const parts = new TopRecall([1, 3, 4]);
    parts.add({ scores: scores.subarray(0, 4), classes: 4, labels: labels.slice(0, 1) });
    parts.add({ scores: scores.subarray(4), classes: 4, labels: labels.slice(1) });
    expect(parts.recalls).toEqual([1 / 2, 3 / 4, 1]);
  });

  it('leaves out examples without labels, and takes no number for a good score', () => {
    const recall = new TopRecall([1]);
    recall.add({ scores: Float64Array.of(1, 0), classes: 2, labels: [new Int32Array(0)] });
    expect(recall.recalls[0]).toBeNaN();
    recall.add({ scores: Float64Array.of(Number.NaN, 0), classes: 2, labels: [Int32Array.of(0)] });
    expect(recall).toMatchObject({ examples: 1, recalls: [0] });
    expect(() => recallAt([1], { scores: new Float64Array(3), classes: 2, labels: [Int32Array.of(0)] })).toThrow(
      RangeError,
    );
  });
});

describe('calibration', () => {
  it('weighs the distance of each bin by its answers', () => {
    const answers = { confidences: Float64Array.of(0, 0.5, 0.6, 1), right: Uint8Array.of(0, 1, 0, 1) };
    expect(calibrationBins(answers, 2)).toEqual([
      { count: 2, confidence: 0.25, accuracy: 0.5 },
      { count: 2, confidence: 0.8, accuracy: 0.5 },
    ]);
    expect(calibrationError(answers, 2)).toBeCloseTo(0.5 * 0.25 + 0.5 * 0.3, 15);
    expect(calibrationBins(answers)).toHaveLength(CALIBRATION_BINS);
    expect(() => calibrationBins({ confidences: Float64Array.of(1.1), right: Uint8Array.of(1) })).toThrow(RangeError);
  });
});
