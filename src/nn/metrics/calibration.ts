/**
 * Expected calibration error (Naeini et al. 2015; Guo et al. 2017, "On calibration of modern neural networks"): answers in
 * bins of equal width by their confidence; the mean distance between a bin's accuracy and its mean confidence, weighted by
 * how many answers it has.
 */
export interface JudgedAnswers {
  /** Probability of the answer given, 0 to 1. */
  readonly confidences: Float32Array | Float64Array;
  /** 1 where the answer is right. */
  readonly right: Uint8Array;
}

export interface CalibrationBin {
  readonly count: number;
  /** Means over the bin; NaN where it is empty. */
  readonly confidence: number;
  readonly accuracy: number;
}

export const CALIBRATION_BINS = 15;

/** A bin holds its upper edge, and the first one 0 too. @throws RangeError when a confidence is no probability */
export function calibrationBins({ confidences, right }: JudgedAnswers, bins = CALIBRATION_BINS): CalibrationBin[] {
  if (confidences.length !== right.length)
    throw new RangeError(`${confidences.length} confidences, ${right.length} answers`);
  const [counts, sums, rights] = [0, 0, 0].map(() => new Float64Array(bins));
  for (let i = 0; i < right.length; i++) {
    const confidence = confidences[i];
    if (!(confidence >= 0 && confidence <= 1)) throw new RangeError(`answer ${i}: a confidence of ${confidence}`);
    const bin = Math.max(0, Math.ceil(confidence * bins) - 1);
    counts[bin]++;
    sums[bin] += confidence;
    rights[bin] += right[i];
  }
  return Array.from(counts, (count, bin) => ({ count, confidence: sums[bin] / count, accuracy: rights[bin] / count }));
}

/** NaN of no answers. */
export function calibrationError(answers: JudgedAnswers, bins = CALIBRATION_BINS): number {
  const filled = calibrationBins(answers, bins).filter(({ count }) => count > 0);
  const distance = filled.reduce(
    (sum, { count, confidence, accuracy }) => sum + count * Math.abs(accuracy - confidence),
    0,
  );
  return distance / answers.right.length;
}
