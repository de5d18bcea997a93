import { readFileSync } from 'node:fs';
import { MedgraftError } from '../../base/errors.js';
import { bindComplexRows, type ComplexRowKernels } from './complex-rows.js';
import { bindLosses, type LossKernels } from './embedding-losses.js';
import { bindMasks, type MaskKernels } from './mask-kernels.js';

/**
 * Kernels of graph embedding (WebAssembly, assembly/embedding.ts). Every array is a view of one memory, matrices are
 * row-major float32; letters: m positives, n negatives, d width. `stride` is n rounded up to a multiple of 4.
 */
export interface EmbeddingKernels extends LossKernels, ComplexRowKernels, MaskKernels {
  /** C[m,n] (+)= A[m,k] B[k,n]. A steps between elements: `a.row` between rows, `a.column` between columns. */
  product(m: number, n: number, k: number, a: Strided, b: Strided, c: Strided, accumulate: boolean): void;
  /** out[i] = |rows_i|^2 */
  squaredNorms(rows: Float32Array, count: number, width: number, out: Float32Array): void;
  /**
   * da[m,d] = W b and db[n,d] = W^T a, for W[m,n] with rows `stride` apart. a[m,d] and b[n,d] are the factors of the last
   * product a b^T, unchanged since: who copies factors has them still.
   */
  blockGradients(
    m: number,
    n: number,
    width: number,
    w: Strided,
    a: Float32Array,
    b: Float32Array,
    da: Float32Array,
    db: Float32Array,
  ): void;
  /** In place: products[m, stride] become -sqrt(|a|^2 + |b|^2 - 2 product). */
  negateDistances(
    p: Float32Array,
    m: number,
    n: number,
    stride: number,
    aNorms: Float32Array,
    bNorms: Float32Array,
  ): void;
  /** In place: gradients[m, stride] of scores become gradient / distance; their row sums go to rho, column sums to column. */
  distanceWeights(
    gradients: Float32Array,
    scores: Float32Array,
    m: number,
    n: number,
    stride: number,
    rho: Float32Array,
    column: Float32Array,
  ): void;
  /** out_i -= scales[i] rows_i */
  subtractScaledRows(out: Float32Array, rows: Float32Array, scales: Float32Array, count: number, width: number): void;
  /** out[i, j] = -|a_i - b_j|_1 */
  cityBlock(
    a: Float32Array,
    m: number,
    b: Float32Array,
    n: number,
    width: number,
    out: Float32Array,
    stride: number,
  ): void;
  /** Writes da[m,d] and db[n,d] from gradients[m, stride] of L1 scores. */
  cityBlockBackward(
    a: Float32Array,
    m: number,
    b: Float32Array,
    n: number,
    width: number,
    gradients: Float32Array,
    stride: number,
    da: Float32Array,
    db: Float32Array,
  ): void;
  /** out[i] = -|a_i - b_i| in norm 1 or 2. */
  pairScores(a: Float32Array, b: Float32Array, count: number, width: number, norm: 1 | 2, out: Float32Array): void;
  /** From gradients[i] of pair scores: da is added to, db is written. */
  pairBackward(
    a: Float32Array,
    b: Float32Array,
    count: number,
    width: number,
    norm: 1 | 2,
    scores: Float32Array,
    gradients: Float32Array,
    da: Float32Array,
    db: Float32Array,
  ): void;
  /** da_i -= rho_i a_i, and then as `pairBackward` in norm 2 of the pairs a_i, y_i. */
  euclideanBackward(
    a: Float32Array,
    y: Float32Array,
    count: number,
    width: number,
    rho: Float32Array,
    scores: Float32Array,
    gradients: Float32Array,
    da: Float32Array,
    dy: Float32Array,
  ): void;
  /** out_p = table[ids[p]] */
  gather(table: Float32Array, ids: Int32Array, count: number, width: number, out: Float32Array): void;
  /** out_p = table[ids[p]] + scale others[otherIds[p]] */
  gatherSums(
    table: Float32Array,
    ids: Int32Array,
    others: Float32Array,
    otherIds: Int32Array,
    scale: number,
    count: number,
    width: number,
    out: Float32Array,
  ): void;
  /** out = a + scale b over `length` numbers; out may be a. */
  addScaled(a: Float32Array, b: Float32Array, scale: number, out: Float32Array, length: number): void;
  /**
   * Sums rows of equal id into the first and fills gaps from the end; `slots` is all -1 before and after. Returns the
   * distinct ids.
   */
  coalesce(ids: Int32Array, values: Float32Array, count: number, width: number, slots: Int32Array): number;
  /** out = scale times the sums of rows of equal id, in the order of the ids, which close up; `slots` and result likewise. */
  sumRows(
    ids: Int32Array,
    values: Float32Array,
    scale: number,
    count: number,
    width: number,
    slots: Int32Array,
    out: Float32Array,
  ): number;
  /** state += mean(g^2); row -= rate g / (sqrt(state) + epsilon) */
  adagrad(
    table: Float32Array,
    state: Float32Array,
    rows: RowBatch,
    rate: number,
    epsilon: number,
    owner: RowOwner,
  ): void;
  /** The same with one accumulator a number: state += g^2; `state` is as large as the table. */
  adagradDiagonal(
    table: Float32Array,
    state: Float32Array,
    rows: RowBatch,
    rate: number,
    epsilon: number,
    owner: RowOwner,
  ): void;
  /** row -= rate g */
  descend(table: Float32Array, rows: RowBatch, rate: number, owner: RowOwner): void;
  /** Adam on the touched rows; `step` counts from 1. */
  adam(
    table: Float32Array,
    first: Float32Array,
    second: Float32Array,
    rows: RowBatch,
    rate: number,
    adam: AdamConstants,
    owner: RowOwner,
  ): void;
  /** Scales the named rows to length 1. */
  normalise(table: Float32Array, ids: Int32Array, count: number, width: number, owner: RowOwner): void;
}

/** A matrix inside an array: element (i, j) stands at i * row + j * column. */
export interface Strided {
  readonly data: Float32Array;
  readonly row: number;
  readonly column: number;
}

export interface RowBatch {
  /** Distinct row ids. */
  readonly ids: Int32Array;
  /** [count, width] gradients. */
  readonly values: Float32Array;
  readonly count: number;
  readonly width: number;
}

/** Rows with id % owners = owner are updated; the others are another thread's. */
export interface RowOwner {
  readonly owner: number;
  readonly owners: number;
}

export interface AdamConstants {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly step: number;
}

/** Addresses and sizes as the module takes them. */
type Exports = Record<
  Exclude<keyof EmbeddingKernels, 'binaryRows' | 'blockGradients'>,
  (...numbers: number[]) => number
>;

const FILE = new URL('../../../dist/engine/kernels/embedding.wasm', import.meta.url);

/** Floats of scratch memory that `product` needs. */
export const PRODUCT_SCRATCH = 256 * 256 + 4 * 256 + 32;

/**
 * The kernels over the memory that all arrays given to them live in.
 * @param scratch PRODUCT_SCRATCH floats of the same memory
 * @throws MedgraftError `engine.kernels` when the build has not made them
 */
export function loadEmbeddingKernels(memory: WebAssembly.Memory, scratch: Float32Array): EmbeddingKernels {
  const instance = new WebAssembly.Instance(new WebAssembly.Module(readKernels()), {
    env: { memory, abort: () => {} },
  });
  return bind(instance.exports as unknown as Exports, scratch.byteOffset);
}

function readKernels(): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(FILE));
  } catch (cause) {
    throw new MedgraftError('environment', 'engine.kernels', 'the embedding kernels have not been built', {
      place: FILE.pathname,
      hint: 'npm run build',
      cause,
    });
  }
}

function bind(e: Exports, scratch: number): EmbeddingKernels {
  const at = (view: Float32Array | Int32Array) => view.byteOffset;
  const product: EmbeddingKernels['product'] = (m, n, k, a, b, c, accumulate) => {
    const flag = accumulate ? 1 : 0;
    e.product(m, n, k, at(a.data), a.row, a.column, at(b.data), b.row, b.column, at(c.data), c.row, flag, scratch);
  };
  return {
    ...bindLosses(e),
    ...bindComplexRows(e),
    ...bindMasks(e),
    product,
    blockGradients: (...block) => blockGradients(product, ...block),
    squaredNorms: (rows, count, width, out) => void e.squaredNorms(at(rows), count, width, at(out)),
    negateDistances: (p, m, n, stride, aNorms, bNorms) =>
      void e.negateDistances(at(p), m, n, stride, at(aNorms), at(bNorms)),
    distanceWeights: (g, s, m, n, stride, rho, column) =>
      void e.distanceWeights(at(g), at(s), m, n, stride, at(rho), at(column)),
    subtractScaledRows: (out, rows, scales, count, width) =>
      void e.subtractScaledRows(at(out), at(rows), at(scales), count, width),
    cityBlock: (a, m, b, n, width, out, stride) => void e.cityBlock(at(a), m, at(b), n, width, at(out), stride),
    cityBlockBackward: (a, m, b, n, width, g, stride, da, db) =>
      void e.cityBlockBackward(at(a), m, at(b), n, width, at(g), stride, at(da), at(db)),
    pairScores: (a, b, count, width, norm, out) => void e.pairScores(at(a), at(b), count, width, norm, at(out)),
    pairBackward: (a, b, count, width, norm, s, g, da, db) =>
      void e.pairBackward(at(a), at(b), count, width, norm, at(s), at(g), at(da), at(db)),
    euclideanBackward: (a, y, count, width, rho, s, g, da, dy) =>
      void e.euclideanBackward(at(a), at(y), count, width, at(rho), at(s), at(g), at(da), at(dy)),
    gatherSums: (table, ids, others, otherIds, scale, count, width, out) =>
      void e.gatherSums(at(table), at(ids), at(others), at(otherIds), scale, count, width, at(out)),
    sumRows: (ids, values, scale, count, width, slots, out) =>
      e.sumRows(at(ids), at(values), scale, count, width, at(slots), at(out)),
    gather: (table, ids, count, width, out) => void e.gather(at(table), at(ids), count, width, at(out)),
    addScaled: (a, b, scale, out, length) => void e.addScaled(at(a), at(b), scale, at(out), length),
    coalesce: (ids, values, count, width, slots) => e.coalesce(at(ids), at(values), count, width, at(slots)),
    adagrad: (table, state, r, rate, epsilon, o) =>
      void e.adagrad(at(table), at(state), ...batch(r), rate, epsilon, o.owner, o.owners),
    adagradDiagonal: (table, state, r, rate, epsilon, o) =>
      void e.adagradDiagonal(at(table), at(state), ...batch(r), rate, epsilon, o.owner, o.owners),
    descend: (table, r, rate, o) => void e.descend(at(table), ...batch(r), rate, o.owner, o.owners),
    adam: (table, first, second, r, rate, constants, o) => {
      const { beta1, beta2, epsilon, correctedRate, correction } = correctAdam(rate, constants);
      const numbers = [correctedRate, beta1, beta2, correction, epsilon, o.owner, o.owners];
      e.adam(at(table), at(first), at(second), ...batch(r), ...numbers);
    },
    normalise: (table, ids, count, width, o) => void e.normalise(at(table), at(ids), count, width, o.owner, o.owners),
  };
}

/** Of two products. */
export function blockGradients(
  product: EmbeddingKernels['product'],
  ...[m, n, width, w, a, b, da, db]: Parameters<EmbeddingKernels['blockGradients']>
): void {
  const rowMajor = (data: Float32Array) => ({ data, row: width, column: 1 });
  product(m, width, n, w, rowMajor(b), rowMajor(da), false);
  product(n, width, m, { data: w.data, row: w.column, column: w.row }, rowMajor(a), rowMajor(db), false);
}

function batch({ ids, values, count, width }: RowBatch): number[] {
  return [ids.byteOffset, values.byteOffset, count, width];
}

/** Bias corrections of Adam at a step, folded into the rate and into the root of the second moment. */
export function correctAdam(rate: number, { beta1, beta2, epsilon, step }: AdamConstants) {
  const correctedRate = rate / (1 - beta1 ** step);
  return { beta1, beta2, epsilon, correctedRate, correction: 1 / Math.sqrt(1 - beta2 ** step) };
}
