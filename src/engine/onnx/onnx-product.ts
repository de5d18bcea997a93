/**
 * Single-precision matrix products by onnxruntime, about twice as fast as the WebAssembly kernel on processors with wide
 * vectors. Called without a promise, through the package's own binding (its version is pinned): training threads compute
 * without pauses. onnxruntime refuses shared memory, so blocks are copied in and out, a few per cent of the time.
 */
import type { EmbeddingKernels, Strided } from '../kernels/embedding.js';
import { type Factors, loadBinding, type Order, openProducts, type Session } from './onnx-binding.js';

/** Products below so many multiplications are over before onnxruntime has begun. */
const FEWEST = 1 << 19;

/** @throws MedgraftError `engine.backend` where onnxruntime does not load */
export function withOnnxProducts(kernels: EmbeddingKernels): EmbeddingKernels {
  const runtime = new OnnxProducts();
  return {
    ...kernels,
    product(m, n, k, a, b, c, accumulate) {
      const [left, right] = [orderOf(a, m, k), orderOf(b, k, n)];
      const fits = left !== undefined && right !== undefined && hasRows(c, n) && !accumulate;
      if (fits && m * n * k >= FEWEST) runtime.multiply(m, n, k, a.data, left, b.data, right, c);
      else kernels.product(m, n, k, a, b, c, accumulate);
    },
    blockGradients(m, n, width, w, a, b, da, db) {
      const fits = hasRows(w, n) && m * n * width >= FEWEST;
      if (fits) runtime.blockGradients(m, n, width, w, a, b, da, db);
      else kernels.blockGradients(m, n, width, w, a, b, da, db);
    },
  };
}

/** Whether a matrix [rows, columns] lies without gaps, row by row or column by column. */
function orderOf({ row, column }: Strided, rows: number, columns: number): Order | undefined {
  if (column === 1 && row === columns) return 'plain';
  return row === 1 && column === rows ? 'transposed' : undefined;
}

/** Whether rows of `columns` lie one after the other, with or without gaps. */
function hasRows({ row, column }: Strided, columns: number): boolean {
  return column === 1 && row >= columns;
}

interface Staged {
  readonly memory: Float32Array;
  /** Where the values came from. */
  readonly from: number;
  readonly length: number;
}

class OnnxProducts {
  private readonly runtime = loadBinding();
  private readonly sessions = new Map<string, Session>();
  private readonly staged = new Map<string, Staged>();

  multiply(
    m: number,
    n: number,
    k: number,
    a: Float32Array,
    left: Order,
    b: Float32Array,
    right: Order,
    c: Strided,
  ): void {
    const feeds = {
      a: this.tensor(this.copyIn('a', a, m * k), m, k, left),
      b: this.tensor(this.copyIn('b', b, k * n), k, n, right),
    };
    const z = this.memoryOf('c', m * n);
    runSession(this.sessionOf(left, right), feeds, { c: this.tensor(z, m, n) });
    copyRows(z, n, c.data, c.row, n, m);
  }

  /** Both in one run; a and b are staged still when the last product had them. */
  blockGradients(
    m: number,
    n: number,
    width: number,
    w: Strided,
    a: Float32Array,
    b: Float32Array,
    da: Float32Array,
    db: Float32Array,
  ): void {
    const weights = this.memoryOf('w', m * n);
    copyRows(w.data, w.row, weights, n, n, m);
    const feeds = {
      a: this.tensor(this.still('a', a, m * width), m, width),
      b: this.tensor(this.still('b', b, n * width), n, width),
      w: this.tensor(weights, m, n),
    };
    const [c, d] = [this.memoryOf('c', m * width), this.memoryOf('d', n * width)];
    runSession(this.gradientSession(), feeds, { c: this.tensor(c, m, width), d: this.tensor(d, n, width) });
    copyOut(c, da);
    copyOut(d, db);
  }

  private tensor(data: Float32Array, rows: number, columns: number, order: Order = 'plain'): object {
    const { Tensor } = this.runtime;
    return new Tensor('float32', data, order === 'plain' ? [rows, columns] : [columns, rows]);
  }

  private copyIn(name: string, values: Float32Array, length: number): Float32Array {
    const memory = this.memoryOf(name, length);
    memory.set(values.subarray(0, length));
    this.staged.set(name, { memory, from: values.byteOffset, length });
    return memory;
  }

  private still(name: string, values: Float32Array, length: number): Float32Array {
    const last = this.staged.get(name);
    const isStill = last !== undefined && last.from === values.byteOffset && last.length === length;
    return isStill ? last.memory : this.copyIn(name, values, length);
  }

  private memoryOf(name: string, length: number): Float32Array {
    const known = this.staged.get(name)?.memory;
    const buffer = known && known.buffer.byteLength >= length * 4 ? known.buffer : new ArrayBuffer(length * 4);
    const memory = new Float32Array(buffer, 0, length);
    this.staged.set(name, { memory, from: -1, length });
    return memory;
  }

  private sessionOf(left: Order, right: Order): Session {
    return this.session(`${left} ${right}`, ['a', 'b'], {
      c: [
        ['a', left],
        ['b', right],
      ],
    });
  }

  /** c = W b, d = W^T a */
  private gradientSession(): Session {
    const [c, d] = [
      [
        ['w', 'plain'],
        ['b', 'plain'],
      ],
      [
        ['w', 'transposed'],
        ['a', 'plain'],
      ],
    ] as const;
    return this.session('gradients', ['a', 'b', 'w'], { c, d });
  }

  private session(name: string, inputs: readonly string[], products: Readonly<Record<string, Factors>>): Session {
    const known = this.sessions.get(name);
    if (known) return known;
    const session = openProducts(this.runtime, inputs, products);
    this.sessions.set(name, session);
    return session;
  }
}

// Functions of their own, so that a profile tells products from copies.

function runSession(session: Session, feeds: object, fetches: object): void {
  session.run(feeds, fetches, {});
}

/** Rows of `columns`, which lie `step` and `outStep` apart. */
function copyRows(
  values: Float32Array,
  step: number,
  out: Float32Array,
  outStep: number,
  columns: number,
  rows: number,
): void {
  if (step === columns && outStep === columns) {
    out.set(values.subarray(0, rows * columns));
    return;
  }
  for (let row = 0; row < rows; row++) {
    out.set(values.subarray(row * step, row * step + columns), row * outStep);
  }
}

function copyOut(values: Float32Array, out: Float32Array): void {
  out.set(values);
}
