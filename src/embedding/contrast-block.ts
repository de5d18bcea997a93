import type { EmbeddingKernels } from '../engine/kernels/embedding.js';
import type { Allocator } from './embedding-memory.js';
import type { ChunkCapacity } from './embedding-model.js';
import { scoreBlock } from './score-block.js';

/**
 * The heart of a translation model's chunk: m anchors A, m positives Y and n shared negatives N of one width d, scored
 * by negated distance (L1 or L2), a loss over them, and the gradient of every row. After DGL-KE's shared negatives
 * (Zheng et al. 2020): the block A against N is one matrix product, and its gradient two more.
 */
export type LossOptions =
  /** Softmax cross-entropy of the positive over itself and the negatives. */
  | { readonly kind: 'cross-entropy' }
  /** Pairwise hinge (Bordes et al. 2013, equation 1). */
  | { readonly kind: 'margin'; readonly margin: number };

export interface ContrastOptions {
  readonly capacity: ChunkCapacity;
  readonly width: number;
  readonly norm: 1 | 2;
  readonly loss: LossOptions;
}

/** n rounded up to whole vectors of four. */
export function strideOf(n: number): number {
  return Math.ceil(n / 4) * 4;
}

export function allocateContrast(allocator: Allocator, { capacity: { positives, negatives }, width }: ContrastOptions) {
  const rows = 2 * positives + negatives;
  const stride = strideOf(negatives);
  return {
    /** [A; Y; N], each of `width`. */
    rows: allocator.float32(rows * width),
    /** [dA; dY; dN] */
    gradients: allocator.float32(rows * width),
    scores: allocator.float32(positives * stride),
    scoreGradients: allocator.float32(positives * stride),
    positiveScores: allocator.float32(positives),
    positiveGradients: allocator.float32(positives),
    anchorNorms: allocator.float32(positives),
    negativeNorms: allocator.float32(stride),
  };
}

export type ContrastBuffers = ReturnType<typeof allocateContrast>;

export class ContrastBlock {
  constructor(
    private readonly kernels: EmbeddingKernels,
    readonly buffers: ContrastBuffers,
    private readonly options: ContrastOptions,
  ) {}

  /**
   * Reads `buffers.rows`, writes `buffers.gradients`.
   * @param positiveIds [m], negativeIds [stride] padded with -1
   * @returns the mean loss
   */
  run(m: number, n: number, positiveIds: Int32Array, negativeIds: Int32Array): number {
    const { kernels, buffers: b } = this;
    const { width, norm, loss } = this.options;
    const stride = strideOf(n);
    const [a, y, negatives] = parts(b.rows, m, width);
    kernels.pairScores(a, y, m, width, norm, b.positiveScores);
    scoreBlock(kernels, { norm, width, stride }, a, m, negatives, n, b.scores, b.anchorNorms, b.negativeNorms);
    const block = {
      m,
      n,
      stride,
      positives: b.positiveScores,
      positiveGradients: b.positiveGradients,
      scores: b.scores,
      gradients: b.scoreGradients,
      positiveIds,
      negativeIds,
    };
    const mean = loss.kind === 'margin' ? kernels.marginLoss(block, loss.margin) : kernels.crossEntropyLoss(block);
    this.backward(m, n);
    return mean;
  }

  private backward(m: number, n: number): void {
    const { kernels, buffers: b } = this;
    const { width, norm } = this.options;
    const [a, y, negatives] = parts(b.rows, m, width);
    const [da, dy, dn] = parts(b.gradients, m, width);
    if (norm === 1) kernels.cityBlockBackward(a, m, negatives, n, width, b.scoreGradients, strideOf(n), da, dn);
    else this.euclideanBackward(m, n, a, negatives, da, dn);
    kernels.pairBackward(a, y, m, width, norm, b.positiveScores, b.positiveGradients, da, dy);
  }

  /** With W = dL/dscore / distance: dA = W N - rowsum(W) A, dN = W^T A - columnsum(W) N. */
  private euclideanBackward(
    m: number,
    n: number,
    a: Float32Array,
    negatives: Float32Array,
    da: Float32Array,
    dn: Float32Array,
  ): void {
    const { kernels, buffers: b } = this;
    const { width } = this.options;
    const stride = strideOf(n);
    const [rowSums, columnSums] = [b.anchorNorms, b.negativeNorms];
    kernels.distanceWeights(b.scoreGradients, b.scores, m, n, stride, rowSums, columnSums);
    const rowMajor = (data: Float32Array) => ({ data, row: width, column: 1 });
    const weights = b.scoreGradients;
    kernels.product(m, width, n, { data: weights, row: stride, column: 1 }, rowMajor(negatives), rowMajor(da), false);
    kernels.product(n, width, m, { data: weights, row: 1, column: stride }, rowMajor(a), rowMajor(dn), false);
    kernels.subtractScaledRows(da, a, rowSums, m, width);
    kernels.subtractScaledRows(dn, negatives, columnSums, n, width);
  }
}

/** The anchors', positives' and negatives' rows of a buffer [A; Y; N]. */
export function parts(rows: Float32Array, m: number, width: number): [Float32Array, Float32Array, Float32Array] {
  return [rows.subarray(0, m * width), rows.subarray(m * width, 2 * m * width), rows.subarray(2 * m * width)];
}
