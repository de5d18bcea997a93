/**
 * Losses of a chunk, by name. With sampled negatives a positive stands against them; with `answers` (KvsAll, Dettmers et al.
 * 2018) every candidate is judged, and several may be true.
 */
import type { LossBlock, LossKernels } from '../engine/kernels/embedding-losses.js';
import type { Answers } from './embedding-model.js';

export type LossOptions =
  /** Softmax cross-entropy of the positive over itself and the negatives; of answers: of their uniform distribution. */
  | { readonly kind: 'cross-entropy' }
  /** Pairwise hinge (Bordes et al. 2013, equation 1). */
  | { readonly kind: 'margin'; readonly margin: number }
  /** Log-sigmoid with offset gamma; self-adversarial with a temperature above 0 (Sun et al. 2019, equations 5 and 6). */
  | { readonly kind: 'log-sigmoid'; readonly gamma: number; readonly temperature: number }
  /** Binary cross-entropy; `smoothing` takes that share from the positives and spreads it over all candidates. */
  | { readonly kind: 'binary'; readonly smoothing: number };

/** Mean loss of positives against negatives; writes the block's gradients. */
export function lossOf(kernels: LossKernels, loss: LossOptions, block: LossBlock): number {
  switch (loss.kind) {
    case 'cross-entropy':
      return kernels.crossEntropyLoss(block);
    case 'margin':
      return kernels.marginLoss(block, loss.margin);
    case 'log-sigmoid':
      return kernels.logSigmoidLoss(block, loss.gamma, loss.temperature);
    case 'binary': {
      const low = loss.smoothing / (block.n + 1);
      return kernels.binaryLoss(block, low, 1 - loss.smoothing + low);
    }
  }
}

/** Whether a loss can judge all candidates at once. */
export function canJudgeAnswers({ kind }: LossOptions): boolean {
  return kind === 'cross-entropy' || kind === 'binary';
}

/**
 * Mean loss of rows of scores with their true answers. Both losses are linear in the targets: the kernels do what all
 * candidates share, the answers are subtracted here.
 */
export function answerGradients(
  kernels: LossKernels,
  loss: LossOptions,
  block: LossBlock,
  { offsets, columns }: Answers,
): number {
  const { m, n, stride, scores, gradients } = block;
  if (!canJudgeAnswers(loss)) throw new RangeError(`${loss.kind} does not judge all candidates`);
  const isBinary = loss.kind === 'binary';
  let mean = isBinary ? kernels.binaryRows(block, loss.smoothing / n) : kernels.softmaxRows(block);
  for (let i = 0; i < m; i++) {
    const count = offsets[i + 1] - offsets[i];
    const share = isBinary ? (1 - loss.smoothing) / (m * n) : 1 / (m * count);
    for (let k = offsets[i]; k < offsets[i + 1]; k++) {
      const at = i * stride + columns[k];
      gradients[at] -= share;
      mean -= share * scores[at];
    }
  }
  return mean;
}
