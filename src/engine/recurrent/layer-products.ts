/** Products over all tokens of a batch: by onnxruntime where it pays and loads, otherwise by the WebAssembly kernel. */
import type { LoadedLstmKernels } from '../kernels/lstm.js';
import { type Factors, type OnnxBinding, openProducts, type Session } from '../onnx/onnx-binding.js';

/** Products below so many multiplications are over before onnxruntime has begun. */
const FEWEST = 1 << 19;

const SESSIONS: Readonly<Record<string, { inputs: string[]; products: Record<string, Factors> }>> = {
  plain: {
    inputs: ['a', 'b'],
    products: {
      c: [
        ['a', 'plain'],
        ['b', 'plain'],
      ],
    },
  },
  transposed: {
    inputs: ['a', 'b'],
    products: {
      c: [
        ['a', 'plain'],
        ['b', 'transposed'],
      ],
    },
  },
  weights: {
    inputs: ['a', 'b', 'd'],
    products: {
      c: [
        ['a', 'transposed'],
        ['b', 'plain'],
      ],
      e: [
        ['a', 'transposed'],
        ['d', 'plain'],
      ],
    },
  },
};

export class LayerProducts {
  private readonly sessions = new Map<string, Session>();

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
    const feeds = {
      a: tensor(binding, a, m, k),
      b: order === 'plain' ? tensor(binding, b, k, n) : tensor(binding, b, n, k),
    };
    this.session(binding, order).run(feeds, { c: tensor(binding, c, m, n) }, {});
  }

  /** Gradients of two weights that met the same rows: dx[g, x] = a^T x and dy[g, y] = a^T y for a[rows, g]. */
  weightGradients(rows: number, a: Factor, x: Factor, y: Factor, dx: Float32Array, dy: Float32Array): void {
    const { binding } = this;
    if (!binding || rows * a.width * x.width < FEWEST) {
      const left = { data: a.data, row: 1, column: a.width };
      for (const [{ data, width }, out] of [
        [x, dx],
        [y, dy],
      ] as const) {
        this.kernels.product(a.width, width, rows, left, { data, row: width, column: 1 }, out);
      }
      return;
    }
    const of = ({ data, width }: Factor, height: number) => tensor(binding, data, height, width);
    const feeds = { a: of(a, rows), b: of(x, rows), d: of(y, rows) };
    const results = { c: of({ data: dx, width: x.width }, a.width), e: of({ data: dy, width: y.width }, a.width) };
    this.session(binding, 'weights').run(feeds, results, {});
  }

  private session(binding: OnnxBinding, name: string): Session {
    const known = this.sessions.get(name);
    if (known) return known;
    const session = openProducts(binding, SESSIONS[name].inputs, SESSIONS[name].products);
    this.sessions.set(name, session);
    return session;
  }
}

/** A matrix of rows without gaps. */
export interface Factor {
  readonly data: Float32Array;
  readonly width: number;
}

function tensor({ Tensor }: OnnxBinding, data: Float32Array, rows: number, columns: number): object {
  return new Tensor('float32', data, [rows, columns]);
}
