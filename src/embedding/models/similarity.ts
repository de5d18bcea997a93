/**
 * How alike two rows are, higher for more: the negated distance of TransE and its kin in L1 or L2, the product of bilinear
 * models, the negated sum of moduli of complex differences (RotatE). Blocks of rows are compared with each other in training
 * and ranking, pairs for positives.
 */
import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';

export type Similarity = 'city-block' | 'euclidean' | 'product' | 'modulus';

export function distanceOf(norm: 1 | 2): Similarity {
  return norm === 1 ? 'city-block' : 'euclidean';
}

/** A [m, width] against B [n, width]; results are [m, stride]. */
export interface Comparison {
  readonly similarity: Similarity;
  readonly a: Float32Array;
  readonly m: number;
  readonly b: Float32Array;
  readonly n: number;
  readonly width: number;
  /** Numbers between rows of the result. */
  readonly stride: number;
  /** Scratch of [m] and [n]. */
  readonly aNorms: Float32Array;
  readonly bNorms: Float32Array;
}

/** Writes out[i, j] = similarity(a_i, b_j). */
export function compareBlocks(kernels: EmbeddingKernels, comparison: Comparison, out: Float32Array): void {
  const { similarity, a, m, b, n, width, stride } = comparison;
  if (similarity === 'city-block') kernels.cityBlock(a, m, b, n, width, out, stride);
  else if (similarity === 'modulus') kernels.modulusBlock(a, m, b, n, width, out, stride);
  else productBlock(kernels, comparison, out);
}

function productBlock(kernels: EmbeddingKernels, comparison: Comparison, out: Float32Array): void {
  const { similarity, a, m, b, n, width, stride, aNorms, bNorms } = comparison;
  const c = { data: out, row: stride, column: 1 };
  kernels.product(m, n, width, { data: a, row: width, column: 1 }, { data: b, row: 1, column: width }, c, false);
  if (similarity === 'product') return;
  kernels.squaredNorms(a, m, width, aNorms);
  kernels.squaredNorms(b, n, width, bNorms);
  kernels.negateDistances(out, m, n, stride, aNorms, bNorms);
}

/**
 * Writes da [m, width] and db [n, width].
 * @param scores as `compareBlocks` wrote them
 * @param gradients of the scores [m, stride]; may be overwritten
 */
export function compareBlocksBackward(
  kernels: EmbeddingKernels,
  comparison: Comparison,
  scores: Float32Array,
  gradients: Float32Array,
  da: Float32Array,
  db: Float32Array,
): void {
  const { similarity, a, m, b, n, width, stride } = comparison;
  if (similarity === 'city-block') kernels.cityBlockBackward(a, m, b, n, width, gradients, stride, da, db);
  else if (similarity === 'modulus') kernels.modulusBlockBackward(a, m, b, n, width, gradients, stride, da, db);
  else productBlockBackward(kernels, comparison, scores, gradients, da, db);
}

function productBlockBackward(
  kernels: EmbeddingKernels,
  comparison: Comparison,
  scores: Float32Array,
  gradients: Float32Array,
  da: Float32Array,
  db: Float32Array,
): void {
  const { similarity, a, m, width, aNorms } = comparison;
  productGradients(kernels, comparison, scores, gradients, da, db);
  if (similarity === 'euclidean') kernels.subtractScaledRows(da, a, aNorms, m, width);
}

/** All of the block's gradients but what anchors lose by their own rows in L2. */
function productGradients(
  kernels: EmbeddingKernels,
  { similarity, a, m, b, n, width, stride, aNorms, bNorms }: Comparison,
  scores: Float32Array,
  gradients: Float32Array,
  da: Float32Array,
  db: Float32Array,
): void {
  const isDistance = similarity === 'euclidean';
  // With W = gradient / distance: da = W b - rowsum(W) a, db = W^T a - columnsum(W) b.
  if (isDistance) kernels.distanceWeights(gradients, scores, m, n, stride, aNorms, bNorms);
  kernels.blockGradients(m, n, width, { data: gradients, row: stride, column: 1 }, a, b, da, db);
  if (isDistance) kernels.subtractScaledRows(db, b, bNorms, n, width);
}

/** Rows [m, width] that stand against the anchors one by one, their scores and gradients [m]. */
export interface Pairs {
  readonly rows: Float32Array;
  readonly scores: Float32Array;
  readonly gradients: Float32Array;
}

/** Gradients of a block and of pairs with the same anchors: writes da, db and those of the pairs' rows, dy. */
export function compareAllBackward(
  kernels: EmbeddingKernels,
  comparison: Comparison,
  scores: Float32Array,
  gradients: Float32Array,
  pairs: Pairs,
  [da, dy, db]: readonly Float32Array[],
): void {
  const { similarity, a, m, width, aNorms } = comparison;
  if (similarity === 'euclidean') {
    // Both in one pass over the anchors.
    productGradients(kernels, comparison, scores, gradients, da, db);
    kernels.euclideanBackward(a, pairs.rows, m, width, aNorms, pairs.scores, pairs.gradients, da, dy);
    return;
  }
  compareBlocksBackward(kernels, comparison, scores, gradients, da, db);
  comparePairsBackward(kernels, similarity, a, pairs.rows, m, width, pairs.scores, pairs.gradients, da, dy);
}

/** Writes out[i] = similarity(a_i, b_i). */
export function comparePairs(
  kernels: EmbeddingKernels,
  similarity: Similarity,
  a: Float32Array,
  b: Float32Array,
  count: number,
  width: number,
  out: Float32Array,
): void {
  if (similarity === 'product') kernels.pairProducts(a, b, count, width, out);
  else if (similarity === 'modulus') kernels.modulusPairs(a, b, count, width, out);
  else kernels.pairScores(a, b, count, width, similarity === 'city-block' ? 1 : 2, out);
}

/** From gradients [count] of pair scores: da is added to, db is written. */
function comparePairsBackward(
  kernels: EmbeddingKernels,
  similarity: Similarity,
  a: Float32Array,
  b: Float32Array,
  count: number,
  width: number,
  scores: Float32Array,
  gradients: Float32Array,
  da: Float32Array,
  db: Float32Array,
): void {
  if (similarity === 'modulus') kernels.modulusPairsBackward(a, b, count, width, gradients, da, db);
  else if (similarity === 'product') {
    kernels.addScaledRows(da, b, gradients, count, width);
    db.fill(0, 0, count * width);
    kernels.addScaledRows(db, a, gradients, count, width);
  } else {
    const norm = similarity === 'city-block' ? 1 : 2;
    kernels.pairBackward(a, b, count, width, norm, scores, gradients, da, db);
  }
}
