/**
 * Losses of a chunk, by name. With sampled negatives a positive stands against them; with `answers` (KvsAll, Dettmers et al.
 * 2018) every candidate is judged, and several may be true.
 */
import type { LossBlock, LossKernels } from '../../engine/kernels/embedding-losses.js';
import type { Answers } from '../embedding-model.js';

export type LossOptions =
  /**
   * Softmax cross-entropy of the positive over itself and the negatives; of answers: of their uniform distribution. A
   * negative that was drawn from more may count for as many (`negativeWeight`, default 1): Bengio and Senecal 2003.
   */
  | { readonly kind: 'cross-entropy'; readonly negativeWeight?: number }
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
      return crossEntropy(kernels, block, loss.negativeWeight ?? 1);
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

/** w negatives of one score are one that is log w higher, or a positive that is log w lower. */
function crossEntropy(kernels: LossKernels, block: LossBlock, negativeWeight: number): number {
  if (negativeWeight === 1) return kernels.crossEntropyLoss(block);
  const positives = block.positives.subarray(0, block.m);
  const scores = positives.slice();
  for (let i = 0; i < block.m; i++) positives[i] -= Math.log(negativeWeight);
  const loss = kernels.crossEntropyLoss(block);
  // What comes after reads distances there.
  positives.set(scores);
  return loss;
}

/** Whether a loss can judge all candidates at once. */
export function canJudgeAnswers({ kind }: Pick<LossOptions, 'kind'>): boolean {
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
