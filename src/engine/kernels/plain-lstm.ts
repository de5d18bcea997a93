/**
 * What a step of an LSTM layer does beside its products, and the plain implementation: the oracle of the WebAssembly kernels.
 * Blocks are row-major; H hidden size; gates stand in a row of 4H as PyTorch has them, i f g o.
 */
import { applyPlainMask } from './plain-dropout-mask.js';

export interface LstmKernels {
  /** One step forward: `pre` becomes the gates; cells, hidden states and those passed to the next step are written. */
  gates(step: GateStep): void;
  /** One step backward: gates become gradients of their arguments, carried cells those for the step before. */
  gateGradients(step: GateGradientStep): void;
  /** B[depth, columns], elements `row` and `column` floats apart, to panels of 8 columns, the last filled up with zeros. */
  packPanels(b: Float32Array, row: number, column: number, columns: number, depth: number, out: Float32Array): void;
  /** C[m, n] = A[m, k] B[k, n] with packed B. */
  packedProduct(m: number, n: number, k: number, a: Float32Array, panels: Float32Array, c: Float32Array): void;
  /** out[j] = sum of column j of a block [rows, columns], taken in float64; columns are a multiple of 4. */
  columnSums(rows: number, columns: number, block: Float32Array, out: Float32Array): void;
  /** out[columns, rows] = block[rows, columns] */
  transpose(rows: number, columns: number, block: Float32Array, out: Float32Array): void;
  /** Numbers become scale times themselves where the mask is 1, and 0 where it is 0. */
  applyMask(values: Float32Array, mask: Uint8Array, scale: number): void;
}

export interface GateStep {
  readonly hidden: number;
  readonly count: number;
  /** Rows that have a step before this one: the first of them. */
  readonly continuing: number;
  /** Rows that have a step after this one. */
  readonly passed: number;
  /** [count, 4H] share of the input. */
  readonly pre: Float32Array;
  /** [continuing, 4H] share of the hidden state. */
  readonly recurrent: Float32Array;
  /** [4H] */
  readonly bias: Float32Array;
  /** [continuing, H] cells of the step before. */
  readonly before: Float32Array;
  /** [count, H] */
  readonly cells: Float32Array;
  readonly hiddens: Float32Array;
  /** [passed, H] */
  readonly next: Float32Array;
}

export interface GateGradientStep {
  readonly hidden: number;
  readonly count: number;
  readonly continuing: number;
  /** [count, 4H] */
  readonly gates: Float32Array;
  /** [continuing, H] */
  readonly before: Float32Array;
  /** [count, H] */
  readonly cells: Float32Array;
  /** [count, H] from above. */
  readonly gradients: Float32Array;
  /** [count, H] from the step after. */
  readonly carriedHiddens: Float32Array;
  readonly carriedCells: Float32Array;
}

/** Gradients below are 0: denormal numbers are slow. */
const FADED = 1e-24;
const WIDTH = 8;

export const plainLstm: LstmKernels = {
  gates({ hidden: h, count, continuing, passed, pre, recurrent, bias, before, cells, hiddens, next }) {
    for (let row = 0; row < count; row++) {
      for (let j = 0; j < h; j++) {
        const argument = (gate: number) => {
          const at = 4 * h * row + gate * h + j;
          return pre[at] + bias[gate * h + j] + (row < continuing ? recurrent[at] : 0);
        };
        const [i, f, g, o] = [sigmoid(argument(0)), sigmoid(argument(1)), Math.tanh(argument(2)), sigmoid(argument(3))];
        const cell = (row < continuing ? f * before[h * row + j] : 0) + i * g;
        [i, f, g, o].forEach((value, gate) => void (pre[4 * h * row + gate * h + j] = value));
        cells[h * row + j] = cell;
        hiddens[h * row + j] = o * Math.tanh(cell);
        if (row < passed) next[h * row + j] = o * Math.tanh(cell);
      }
    }
  },

  gateGradients({ hidden: h, count, continuing, gates, before, cells, gradients, carriedHiddens, carriedCells }) {
    for (let row = 0; row < count; row++) {
      for (let j = 0; j < h; j++) {
        const [i, f, g, o] = [0, 1, 2, 3].map((gate) => gates[4 * h * row + gate * h + j]);
        const at = h * row + j;
        const t = Math.tanh(cells[at]);
        const dh = gradients[at] + carriedHiddens[at];
        const dc = carriedCells[at] + dh * o * (1 - t * t);
        const previous = row < continuing ? before[at] : 0;
        const values = [dc * g * i * (1 - i), dc * previous * f * (1 - f), dc * i * (1 - g * g), dh * t * o * (1 - o)];
        values.forEach((value, gate) => void (gates[4 * h * row + gate * h + j] = settled(value)));
        carriedCells[at] = settled(dc * f);
      }
    }
  },

  packPanels(b, row, column, columns, depth, out) {
    for (let j = 0; j < Math.ceil(columns / WIDTH) * WIDTH; j++) {
      const panel = Math.floor(j / WIDTH) * WIDTH * depth + (j % WIDTH);
      for (let p = 0; p < depth; p++) out[panel + p * WIDTH] = j < columns ? b[p * row + j * column] : 0;
    }
  },

  packedProduct(m, n, k, a, panels, c) {
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        const panel = Math.floor(j / WIDTH) * WIDTH * k + (j % WIDTH);
        let sum = 0;
        for (let p = 0; p < k; p++) sum += a[i * k + p] * panels[panel + p * WIDTH];
        c[i * n + j] = sum;
      }
    }
  },

  columnSums(rows, columns, block, out) {
    for (let j = 0; j < columns; j++) {
      let sum = 0;
      for (let i = 0; i < rows; i++) sum += block[i * columns + j];
      out[j] = sum;
    }
  },

  transpose(rows, columns, block, out) {
    for (let i = 0; i < rows; i++) for (let j = 0; j < columns; j++) out[j * rows + i] = block[i * columns + j];
  },

  applyMask: applyPlainMask,
};

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

function settled(x: number): number {
  return Math.abs(x) <= FADED ? 0 : x;
}
