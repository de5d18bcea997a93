/**
 * How well scores tell true from false: area under the ROC curve by ranks (Mann and Whitney 1947; ties count half), average
 * precision (the sum of precisions at each distinct score, weighted by the gain in recall), and what a threshold gives.
 */
export interface ScoredExamples {
  readonly scores: Float32Array | Float64Array;
  /** 1 true, 0 false. */
  readonly truth: Uint8Array;
}

export interface CurveFigures {
  readonly positives: number;
  readonly negatives: number;
  readonly rocAuc: number;
  readonly averagePrecision: number;
}

/** Of what scores at least the threshold, called true. */
export interface ThresholdFigures {
  readonly accuracy: number;
  /** Mean of the shares of positives and of negatives that are right. */
  readonly balancedAccuracy: number;
  readonly precision: number;
  readonly recall: number;
  readonly f1: number;
}

/** NaN where there are no positives, or (area) no negatives, and where a score is no number. */
export function curveFigures({ scores, truth }: ScoredExamples): CurveFigures {
  const order = byFallingScore(scores);
  const positives = truth.reduce((sum, one) => sum + one, 0);
  const negatives = truth.length - positives;
  if (scores.some(Number.isNaN)) return { positives, negatives, rocAuc: Number.NaN, averagePrecision: Number.NaN };
  let [truePositives, falsePositives, area, precisions] = [0, 0, 0, 0];
  for (let from = 0; from < order.length; ) {
    let [right, to] = [0, from];
    for (; to < order.length && scores[order[to]] === scores[order[from]]; to++) right += truth[order[to]];
    const wrong = to - from - right;
    // Each negative of the tie has all earlier positives above it, and half of the tie's own.
    area += wrong * (truePositives + right / 2);
    truePositives += right;
    falsePositives += wrong;
    precisions += right * (truePositives / (truePositives + falsePositives));
    from = to;
  }
  return { positives, negatives, rocAuc: area / (positives * negatives), averagePrecision: precisions / positives };
}

/**
 * The threshold with the best accuracy (Socher et al. 2013, 4.1): midway between two scores, or outside of all; of several
 * the highest.
 */
export function bestThreshold({ scores, truth }: ScoredExamples): number {
  const order = byFallingScore(scores);
  const negatives = truth.reduce((sum, one) => sum + 1 - one, 0);
  let [right, best, threshold] = [negatives, negatives, justAbove(scores[order[0]])];
  for (const [at, example] of order.entries()) {
    right += truth[example] === 1 ? 1 : -1;
    const next = at + 1 < order.length ? scores[order[at + 1]] : Number.NEGATIVE_INFINITY;
    if (next === scores[example] || right <= best) continue;
    best = right;
    threshold = midway(scores[example], next);
  }
  return threshold;
}

function justAbove(score: number): number {
  return score + Math.max(1, Math.abs(score)) * Number.EPSILON;
}

/** Between two numbers, of which `high` still passes. */
function midway(high: number, low: number): number {
  const middle = low + (high - low) / 2;
  return Number.isFinite(middle) && middle > low ? middle : high;
}

/** @param threshold of each example */
export function thresholdFigures({ scores, truth }: ScoredExamples, threshold: (at: number) => number) {
  let [truePositives, falsePositives, positives] = [0, 0, 0];
  for (let at = 0; at < scores.length; at++) {
    positives += truth[at];
    if (!(scores[at] >= threshold(at))) continue;
    if (truth[at] === 1) truePositives++;
    else falsePositives++;
  }
  const negatives = scores.length - positives;
  const trueNegatives = negatives - falsePositives;
  const [recall, specificity] = [truePositives / positives, trueNegatives / negatives];
  const called = truePositives + falsePositives;
  const figures: ThresholdFigures = {
    accuracy: (truePositives + trueNegatives) / scores.length,
    balancedAccuracy: (recall + specificity) / 2,
    precision: called === 0 ? 0 : truePositives / called,
    recall,
    f1: (2 * truePositives) / (called + positives),
  };
  return figures;
}

function byFallingScore(scores: ScoredExamples['scores']): Uint32Array {
  return Uint32Array.from(scores, (_, at) => at).sort((a, b) => compareScores(scores[b], scores[a]));
}

/** Infinities are equal to themselves, and their difference is none. */
function compareScores(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
