/** The WebAssembly kernels of LSTM layers over the memory of one thread; see plain-lstm.ts for what they do. */
import { readFileSync } from 'node:fs';
import { MedgraftError } from '../../base/errors.js';
import { bindMasks, type MaskKernels } from './mask-kernels.js';
import type { LstmKernels } from './plain-lstm.js';

/** A matrix [rows, columns] inside an array: element (i, j) stands at i * row + j * column. */
export interface Spaced {
  readonly data: Float32Array;
  readonly row: number;
  readonly column: number;
}

export interface LoadedLstmKernels extends LstmKernels, Pick<MaskKernels, 'fillMask'> {
  /** C[m, n] = A[m, k] B[k, n], C without gaps. */
  product(m: number, n: number, k: number, a: Spaced, b: Spaced, c: Float32Array): void;
}

type Exports = Record<keyof LoadedLstmKernels, (...numbers: number[]) => void>;

const FILE = new URL('../../../dist/engine/kernels/lstm.wasm', import.meta.url);
/** Floats of scratch memory: a packed block of the product, and a tile. */
const PRODUCT_SCRATCH = 256 * 256 + 4 * 256 + 32;
const EDGE = 32;

/** Floats of scratch memory for layers with `columns` gate columns. */
export function lstmScratch(columns: number): number {
  return PRODUCT_SCRATCH + EDGE + 2 * columns;
}

/**
 * @param memory where all arrays given to the kernels lie; it may grow
 * @param scratch address of `lstmScratch` floats within it
 * @throws MedgraftError `engine.kernels` when the build has not made them
 */
export function loadLstmKernels(memory: WebAssembly.Memory, scratch: number): LoadedLstmKernels {
  const imports = { env: { memory, abort: () => {} } };
  const e = new WebAssembly.Instance(new WebAssembly.Module(readKernels()), imports).exports as unknown as Exports;
  const at = (view: Float32Array | Uint8Array) => view.byteOffset;
  const edge = scratch + 4 * PRODUCT_SCRATCH;
  const sums = edge + 4 * EDGE;
  return {
    ...bindMasks(e),
    gates: (s) => {
      const sizes = [s.count, s.continuing, s.passed, s.hidden];
      e.gates(...sizes, ...[s.pre, s.recurrent, s.bias, s.before, s.cells, s.hiddens, s.next].map(at));
    },
    gateGradients: (s) => {
      const blocks = [s.gates, s.before, s.cells, s.gradients, s.carriedHiddens, s.carriedCells];
      e.gateGradients(s.count, s.continuing, s.hidden, ...blocks.map(at));
    },
    packPanels: (b, row, column, columns, depth, out) => e.packPanels(at(b), row, column, columns, depth, at(out)),
    packedProduct: (m, n, k, a, panels, c) => e.packedProduct(m, n, k, at(a), at(panels), at(c), edge),
    columnSums: (rows, columns, block, out) => e.columnSums(rows, columns, at(block), sums, at(out)),
    transpose: (rows, columns, block, out) => e.transpose(rows, columns, at(block), at(out)),
    product: (m, n, k, a, b, c) =>
      e.product(m, n, k, at(a.data), a.row, a.column, at(b.data), b.row, b.column, at(c), n, 0, scratch),
  };
}

function readKernels(): Uint8Array<ArrayBuffer> {
  try {
    return new Uint8Array(readFileSync(FILE));
  } catch (cause) {
    throw new MedgraftError('environment', 'engine.kernels', 'the LSTM kernels have not been built', {
      place: FILE.pathname,
      hint: 'npm run build',
      cause,
    });
  }
}
