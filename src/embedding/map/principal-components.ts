import { CounterRandom } from '../../base/random.js';
import { loadEmbeddingKernels, PRODUCT_SCRATCH } from '../../engine/kernels/embedding.js';
import { allocateTogether } from '../embedding-memory.js';
import { jacobiEigen } from './jacobi-eigen.js';

/**
 * Principal components by subspace iteration (Golub and Van Loan, "Matrix Computations", 8.2.4) on the covariance, which one
 * product of the embedding kernels makes; the iteration is in float64. Letters: n rows, d width, k components.
 */
export interface PrincipalComponents {
  /** [n, k] coordinates, the mean of each 0. */
  readonly scores: Float32Array;
  readonly count: number;
  /** [k] each component's share of the whole variance. */
  readonly explained: Float64Array;
}

/** Further directions that are iterated, so that the last ones that are wanted converge too. */
const EXTRA = 8;
const MOST_ROUNDS = 300;
/** Change of an eigenvalue, as a share of the first, at which it counts as found. */
const TOLERANCE = 1e-9;

/** @param vectors [n, width] @param count wanted; fewer come where there are fewer rows or columns */
export function principalComponents(vectors: Float32Array, width: number, count: number): PrincipalComponents {
  const rows = vectors.length / width;
  const k = Math.min(count, width, Math.max(1, rows - 1));
  const { centred, covariance } = covarianceOf(vectors, rows, width);
  const size = Math.min(width, k + EXTRA);
  const { basis, values } = leadingSubspace(covariance, width, size);
  orient(basis, width, k);
  const scores = new Float32Array(rows * k);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < k; c++) {
      let sum = 0;
      for (let j = 0; j < width; j++) sum += centred[i * width + j] * basis[c * width + j];
      scores[i * k + c] = sum;
    }
  }
  let total = 0;
  for (let j = 0; j < width; j++) total += covariance[j * width + j];
  const explained = values.slice(0, k).map((value) => (total > 0 ? Math.max(0, value) / total : 0));
  return { scores, count: k, explained };
}

function covarianceOf(vectors: Float32Array, rows: number, width: number) {
  const { arena, value } = allocateTogether((allocator) => ({
    scratch: allocator.float32(PRODUCT_SCRATCH),
    centred: allocator.float32(rows * width),
    product: allocator.float32(width * width),
  }));
  const { centred, product } = value;
  for (let j = 0; j < width; j++) {
    let mean = 0;
    for (let i = 0; i < rows; i++) mean += vectors[i * width + j] / rows;
    for (let i = 0; i < rows; i++) centred[i * width + j] = vectors[i * width + j] - mean;
  }
  const kernels = loadEmbeddingKernels(arena.memory, value.scratch);
  const transposed = { data: centred, row: 1, column: width };
  const plain = (data: Float32Array) => ({ data, row: width, column: 1 });
  kernels.product(width, width, rows, transposed, plain(centred), plain(product), false);
  return { centred, covariance: Float64Array.from(product, (sum) => sum / rows) };
}

/** Orthonormal rows [size, d] that span the largest eigenvectors of a symmetric matrix, each one of them, and their values. */
function leadingSubspace(matrix: Float64Array, d: number, size: number): { basis: Float64Array; values: Float64Array } {
  const random = new CounterRandom(0, 'embedding.components');
  let basis: Float64Array = Float64Array.from({ length: size * d }, (_, at) => random.normal(0, at));
  orthonormalise(basis, d, size);
  let values: Float64Array = new Float64Array(size);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const image = timesSymmetric(basis, matrix, d, size);
    // Rayleigh and Ritz: the best vectors within the subspace are eigenvectors of a small matrix.
    const small = gram(basis, image, d, size);
    const { vectors, values: found } = jacobiEigen(small, size);
    basis = combined(vectors, image, d, size);
    orthonormalise(basis, d, size);
    const change = found.reduce(
      (most, value, i) => Math.max(most, i < size - EXTRA ? Math.abs(value - values[i]) : 0),
      0,
    );
    values = found;
    if (change <= TOLERANCE * Math.abs(found[0])) break;
  }
  return { basis, values };
}

/** Rows times a symmetric matrix. */
function timesSymmetric(rows: Float64Array, matrix: Float64Array, d: number, size: number): Float64Array {
  const out = new Float64Array(size * d);
  for (let j = 0; j < d; j++) {
    for (let c = 0; c < size; c++) {
      const factor = rows[c * d + j];
      for (let l = 0; l < d; l++) out[c * d + l] += factor * matrix[j * d + l];
    }
  }
  return out;
}

function gram(a: Float64Array, b: Float64Array, d: number, size: number): Float64Array {
  const out = new Float64Array(size * size);
  for (let i = 0; i < size; i++) for (let j = 0; j < size; j++) out[i * size + j] = dot(a, i * d, b, j * d, d);
  return out;
}

function combined(weights: Float64Array, rows: Float64Array, d: number, size: number): Float64Array {
  const out = new Float64Array(size * d);
  for (let c = 0; c < size; c++) {
    for (let i = 0; i < size; i++) {
      const weight = weights[c * size + i];
      for (let j = 0; j < d; j++) out[c * d + j] += weight * rows[i * d + j];
    }
  }
  return out;
}

/** Gram and Schmidt, twice, in place; a direction that vanishes becomes zero. */
function orthonormalise(rows: Float64Array, d: number, size: number): void {
  for (let c = 0; c < size; c++) {
    const own = rows.subarray(c * d, (c + 1) * d);
    const before = Math.sqrt(dot(own, 0, own, 0, d));
    for (let pass = 0; pass < 2; pass++) {
      for (let i = 0; i < c; i++) {
        const share = dot(own, 0, rows, i * d, d);
        for (let j = 0; j < d; j++) own[j] -= share * rows[i * d + j];
      }
    }
    const length = Math.sqrt(dot(own, 0, own, 0, d));
    const scale = length > before * 1e-12 ? 1 / length : 0;
    for (let j = 0; j < d; j++) own[j] *= scale;
  }
}

function dot(a: Float64Array, atA: number, b: Float64Array, atB: number, d: number): number {
  let sum = 0;
  for (let j = 0; j < d; j++) sum += a[atA + j] * b[atB + j];
  return sum;
}

/** Signs are free: the largest part of each direction is made positive, so that a map does not flip. */
function orient(basis: Float64Array, d: number, count: number): void {
  for (let c = 0; c < count; c++) {
    const row = basis.subarray(c * d, (c + 1) * d);
    const largest = row.reduce((most, value) => (Math.abs(value) > Math.abs(most) ? value : most), 0);
    if (largest < 0) for (let j = 0; j < d; j++) row[j] = -row[j];
  }
}
