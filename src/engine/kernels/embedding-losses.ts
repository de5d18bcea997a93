/**
 * Loss kernels of graph embedding (WebAssembly, assembly/_embedding-losses.ts): scores of a chunk in, the mean loss out, and
 * gradients of the scores. Letters: m positives, n negatives, `stride` n rounded up to a multiple of 4.
 */
export interface LossKernels {
  /** Softmax cross-entropy of each positive over itself and its negatives; returns the mean, writes gradients of scores. */
  crossEntropyLoss(block: LossBlock): number;
  /** Pairwise hinge max(0, margin - positive + negative), mean over positives and negatives. */
  marginLoss(block: LossBlock, margin: number): number;
  /**
   * Half of -log sigmoid(gamma + positive) - sum_j p_j log sigmoid(-gamma - negative_j) with p = softmax(temperature x
   * negatives), not differentiated: self-adversarial weights (Sun et al. 2019, equation 6); at temperature 0 the mean.
   */
  logSigmoidLoss(block: LossBlock, gamma: number, temperature: number): number;
  /** Binary cross-entropy, mean over positives and negatives; targets `low`, and `high` for the positive. */
  binaryLoss(block: LossBlock, low: number, high: number): number;
  /** The same over scores alone, all with the target `low`: softplus(s) - low s, mean over m n. */
  binaryRows(block: RowBlock, low: number): number;
  /** Mean of log sum exp of the scores; its gradient is softmax / m. */
  softmaxRows(block: RowBlock): number;
}

/** Scores against candidates, and where their gradients go. Candidates with an id below 0 do not count. */
export interface RowBlock {
  readonly m: number;
  readonly n: number;
  readonly stride: number;
  /** [m, stride] */
  readonly scores: Float32Array;
  readonly gradients: Float32Array;
  /** [stride], padded with -1. */
  readonly negativeIds: Int32Array;
}

/** With one positive a row; a negative equal to the positive's id does not count, nor one that scores STRUCK or less. */
export interface LossBlock extends RowBlock {
  /** [m] scores of the positives and [m] gradients. */
  readonly positives: Float32Array;
  readonly positiveGradients: Float32Array;
  /** [m] */
  readonly positiveIds: Int32Array;
  /** [m] weights of the positives; absent: all 1. */
  readonly weights?: Float32Array;
}

/** Score of a negative that is struck out. */
export const STRUCK = Math.fround(-3.4e38);

type Exports = Record<
  'crossEntropyLoss' | 'marginLoss' | 'logSigmoidLoss' | 'binaryLoss' | 'softmaxRows',
  (...numbers: number[]) => number
>;

export function bindLosses(e: Exports): LossKernels {
  const at = (view: { byteOffset: number } | undefined) => view?.byteOffset ?? 0;
  const scores = (b: LossBlock) => [at(b.positives), at(b.scores)];
  const ids = (b: LossBlock) => [at(b.positiveIds), at(b.negativeIds), at(b.weights)];
  const out = (b: LossBlock) => [at(b.positiveGradients), at(b.gradients)];
  return {
    crossEntropyLoss: (b) => e.crossEntropyLoss(...scores(b), b.m, b.stride, ...ids(b), ...out(b)),
    marginLoss: (b, margin) => e.marginLoss(...scores(b), b.m, b.n, b.stride, ...ids(b), margin, ...out(b)),
    logSigmoidLoss: (b, gamma, temperature) =>
      e.logSigmoidLoss(...scores(b), b.m, b.stride, ...ids(b), gamma, temperature, ...out(b)),
    binaryLoss: (b, low, high) => e.binaryLoss(...scores(b), b.m, b.n, b.stride, ...ids(b), low, high, ...out(b)),
    binaryRows: (b, low) =>
      e.binaryLoss(0, at(b.scores), b.m, b.n, b.stride, 0, at(b.negativeIds), 0, low, 0, 0, at(b.gradients)),
    softmaxRows: (b) => e.softmaxRows(at(b.scores), b.m, b.stride, at(b.negativeIds), at(b.gradients)),
  };
}
