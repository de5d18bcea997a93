/**
 * Products over all tokens of a batch: by onnxruntime where it pays and loads, otherwise by the WebAssembly kernel. onnxruntime
 * gets blocks of rows: it passes over all rows it has for each part of the other factor, and blocks stay in the cache meanwhile.
 */
import type { LoadedLstmKernels } from '../kernels/lstm.js';
import { type Factors, type OnnxBinding, openProducts, type Session } from '../onnx/onnx-binding.js';

/** Products below so many multiplications are over before onnxruntime has begun. */
const FEWEST = 1 << 19;
/** Rows of a left factor: half as fast are eight thousand at once, a tenth slower two thousand, or a hundred. */
const LEFT_ROWS = 1024;
/** Rows over which a gradient of weights is summed at once. */
export const SUMMED_ROWS = 2048;

/** A matrix of rows without gaps. */
export interface Factor {
  readonly data: Float32Array;
  readonly width: number;
}

/** c = a b, a b^T, a b + d */
const PRODUCTS: Readonly<Record<'plain' | 'transposed' | 'added', { inputs: string[]; factors: Factors }>> = {
  plain: {
    inputs: ['a', 'b'],
    factors: [
      ['a', 'plain'],
      ['b', 'plain'],
    ],
  },
  transposed: {
    inputs: ['a', 'b'],
    factors: [
      ['a', 'plain'],
      ['b', 'transposed'],
    ],
  },
  added: { inputs: ['a', 'b', 'd'], factors: [['a', 'plain'], ['b', 'plain'], 'd'] },
};

export class LayerProducts {
  private readonly sessions = new Map<keyof typeof PRODUCTS, Session>();

  /** @param binding absent: the kernel computes all */
  constructor(
    private readonly kernels: LoadedLstmKernels,
    private readonly binding: OnnxBinding | undefined,
  ) {}

  /** c[m, n] = a[m, k] b[k, n]; b may lie column by column, as [n, k]. */
  multiply(
    [m, n, k]: readonly [number, number, number],
    a: Float32Array,
    b: Float32Array,
    order: 'plain' | 'transposed',
    c: Float32Array,
  ): void {
    const { binding } = this;
    if (!binding || m * n * k < FEWEST) {
      const right = order === 'plain' ? { data: b, row: n, column: 1 } : { data: b, row: 1, column: k };
      this.kernels.product(m, n, k, { data: a, row: k, column: 1 }, right, c);
      return;
    }
    const session = this.session(binding, order);
    const right = order === 'plain' ? tensor(binding, { data: b, width: n }) : tensor(binding, { data: b, width: k });
    for (const rows of blocks(m, LEFT_ROWS)) {
      const feeds = { a: tensor(binding, { data: a, width: k }, rows), b: right };
      session.run(feeds, { c: tensor(binding, { data: c, width: n }, rows) }, {});
    }
  }

  /**
   * Gradients of weights that met the same rows: out[g, x] = a^T x for a[rows, g].
   * @param turned room for SUMMED_ROWS rows of a, or for all where they are fewer
   */
  weightGradients(
    rows: number,
    a: Factor,
    met: readonly (readonly [x: Factor, out: Float32Array])[],
    turned: Float32Array,
  ): void {
    const { binding, kernels } = this;
    if (!binding || rows * a.width * met[0][0].width < FEWEST) {
      const left = { data: a.data, row: 1, column: a.width };
      for (const [{ data, width }, out] of met) {
        kernels.product(a.width, width, rows, left, { data, row: width, column: 1 }, out);
      }
      return;
    }
    for (const block of blocks(rows, SUMMED_ROWS)) {
      const height = block[1] - block[0];
      kernels.transpose(height, a.width, rowsOf(a, block), turned);
      const left = { data: turned.subarray(0, height * a.width), width: height };
      for (const [x, out] of met) this.addProduct(binding, left, x, block, out);
    }
  }

  /** out[g, x] = left[g, block] x[block], added to what is there but for the first block. */
  private addProduct(binding: OnnxBinding, left: Factor, x: Factor, block: Rows, out: Float32Array): void {
    const right = tensor(binding, x, block);
    const session = this.session(binding, block[0] === 0 ? 'plain' : 'added');
    for (const rows of blocks(left.data.length / left.width, LEFT_ROWS)) {
      const c = tensor(binding, { data: out, width: x.width }, rows);
      const feeds = { a: tensor(binding, left, rows), b: right };
      session.run(block[0] === 0 ? feeds : { ...feeds, d: c }, { c }, {});
    }
  }

  close(): void {
    for (const session of this.sessions.values()) session.dispose();
    this.sessions.clear();
  }

  private session(binding: OnnxBinding, name: keyof typeof PRODUCTS): Session {
    const known = this.sessions.get(name);
    if (known) return known;
    const { inputs, factors } = PRODUCTS[name];
    const session = openProducts(binding, inputs, { c: factors });
    this.sessions.set(name, session);
    return session;
  }
}

/** Of a matrix: first and end. */
type Rows = readonly [first: number, end: number];

/** Blocks of about equal size. */
function blocks(rows: number, most: number): Rows[] {
  const count = Math.ceil(rows / most);
  const edge = (i: number) => Math.floor((i * rows) / count);
  return Array.from({ length: count }, (_, i) => [edge(i), edge(i + 1)] as const);
}

function rowsOf({ data, width }: Factor, [first, end]: Rows): Float32Array {
  return data.subarray(first * width, end * width);
}

/** @param rows absent: all */
function tensor({ Tensor }: OnnxBinding, factor: Factor, rows: Rows = [0, factor.data.length / factor.width]): object {
  return new Tensor('float32', rowsOf(factor, rows), [rows[1] - rows[0], factor.width]);
}
