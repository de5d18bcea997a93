import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import { type LossBlock, STRUCK } from '../../engine/kernels/embedding-losses.js';
import type { Allocator } from '../embedding-memory.js';
import type { ChunkCapacity, TrainingChunk } from '../embedding-model.js';
import { answerGradients, type LossOptions, lossOf } from './loss.js';
import {
  type Comparison,
  compareAllBackward,
  compareBlocks,
  compareBlocksBackward,
  comparePairs,
  type Similarity,
} from './similarity.js';

/**
 * The heart of a chunk: m anchors A, m positives Y and n shared negatives N of one width d, their scores, a loss over them,
 * and the gradient of every row. After DGL-KE's shared negatives (Zheng et al. 2020): the block A against N is one matrix
 * product, and its gradient two more.
 */
export interface ContrastOptions {
  readonly capacity: ChunkCapacity;
  readonly width: number;
  readonly similarity: Similarity;
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
    weights: allocator.float32(positives),
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
  run(chunk: TrainingChunk, positiveIds: Int32Array, negativeIds: Int32Array): number {
    const { kernels, buffers: b } = this;
    const { width, similarity, loss } = this.options;
    const m = chunk.heads.length;
    const n = chunk.negatives.length;
    const [a, y, negatives] = parts(b.rows, m, width);
    const [da, dy, dn] = parts(b.gradients, m, width);
    const comparison = this.comparison(m, n, a, negatives);
    compareBlocks(kernels, comparison, b.scores);
    const block = this.lossBlock(chunk, comparison, positiveIds, negativeIds);
    if (chunk.answers) {
      const mean = answerGradients(kernels, loss, block, chunk.answers);
      compareBlocksBackward(kernels, comparison, b.scores, b.scoreGradients, da, dn);
      dy.fill(0, 0, m * width);
      return mean;
    }
    strikeOut(b.scores, chunk.struck, n, comparison.stride);
    comparePairs(kernels, similarity, a, y, m, width, b.positiveScores);
    const mean = lossOf(kernels, loss, block);
    const pairs = { rows: y, scores: b.positiveScores, gradients: b.positiveGradients };
    compareAllBackward(kernels, comparison, b.scores, b.scoreGradients, pairs, [da, dy, dn]);
    return mean;
  }

  private comparison(m: number, n: number, a: Float32Array, b: Float32Array): Comparison {
    const { width, similarity } = this.options;
    const { anchorNorms, negativeNorms } = this.buffers;
    return { similarity, a, m, b, n, width, stride: strideOf(n), aNorms: anchorNorms, bNorms: negativeNorms };
  }

  private lossBlock(
    { weights }: TrainingChunk,
    { m, n, stride }: Comparison,
    positiveIds: Int32Array,
    negativeIds: Int32Array,
  ): LossBlock {
    const { buffers: b } = this;
    if (weights) b.weights.set(weights);
    return {
      m,
      n,
      stride,
      positives: b.positiveScores,
      positiveGradients: b.positiveGradients,
      scores: b.scores,
      gradients: b.scoreGradients,
      positiveIds,
      negativeIds,
      weights: weights && b.weights,
    };
  }
}

/** The anchors', positives' and negatives' rows of a buffer [A; Y; N]. */
export function parts(rows: Float32Array, m: number, width: number): [Float32Array, Float32Array, Float32Array] {
  return [rows.subarray(0, m * width), rows.subarray(m * width, 2 * m * width), rows.subarray(2 * m * width)];
}

/** @param struck places i * n + j of negatives that are true answers of positive i */
function strikeOut(scores: Float32Array, struck: Int32Array | undefined, n: number, stride: number): void {
  if (struck === undefined) return;
  for (const place of struck) scores[Math.floor(place / n) * stride + (place % n)] = STRUCK;
}
