/**
 * Single-precision matrix products by onnxruntime, about twice as fast as the WebAssembly kernel on processors with wide
 * vectors. Called without a promise, through the package's own binding (its version is pinned): training threads compute
 * without pauses. onnxruntime refuses shared memory, so blocks are copied in and out, a few per cent of the time.
 */
import { createRequire } from 'node:module';
import { MedgraftError } from '../../base/errors.js';
import { encodeOnnxModel } from '../../formats/onnx-model.js';
import type { EmbeddingKernels, Strided } from '../kernels/embedding.js';

/** Products below so many multiplications are over before onnxruntime has begun. */
const FEWEST = 1 << 19;

interface Session {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: object, fetches: object, options: object): void;
}

interface Binding {
  binding: { InferenceSession: new () => Session };
  initOrt(): void;
}

type MakeTensor = new (type: 'float32', data: Float32Array, shape: readonly number[]) => object;

/** @throws MedgraftError `engine.backend` where onnxruntime does not load */
export function withOnnxProducts(kernels: EmbeddingKernels): EmbeddingKernels {
  const runtime = new OnnxProducts();
  return {
    ...kernels,
    product(m, n, k, a, b, c, accumulate) {
      const [left, right] = [orderOf(a, m, k), orderOf(b, k, n)];
      const fits = left !== undefined && right !== undefined && c.column === 1 && c.row === n && !accumulate;
      if (fits && m * n * k >= FEWEST) runtime.multiply(m, n, k, a.data, left, b.data, right, c.data);
      else kernels.product(m, n, k, a, b, c, accumulate);
    },
    blockGradients(m, n, width, w, a, b, da, db) {
      const fits = orderOf(w, m, n) === 'plain' && m * n * width >= FEWEST;
      if (fits) runtime.blockGradients(m, n, width, w.data, a, b, da, db);
      else kernels.blockGradients(m, n, width, w, a, b, da, db);
    },
  };
}

type Order = 'plain' | 'transposed';
/** Two matrices of a product, and how each lies. */
type Factors = readonly [left: readonly [string, Order], right: readonly [string, Order]];

/** Whether a matrix [rows, columns] lies without gaps, row by row or column by column. */
function orderOf({ row, column }: Strided, rows: number, columns: number): Order | undefined {
  if (column === 1 && row === columns) return 'plain';
  return row === 1 && column === rows ? 'transposed' : undefined;
}

interface Staged {
  readonly memory: Float32Array;
  /** Where the values came from. */
  readonly from: number;
  readonly length: number;
}

class OnnxProducts {
  private readonly runtime = loadRuntime(createRequire(import.meta.url));
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
    c: Float32Array,
  ): void {
    const feeds = {
      a: this.tensor(this.copyIn('a', a, m * k), m, k, left),
      b: this.tensor(this.copyIn('b', b, k * n), k, n, right),
    };
    const z = this.memoryOf('c', m * n);
    runSession(this.sessionOf(left, right), feeds, { c: this.tensor(z, m, n) });
    copyOut(z, c);
  }

  /** Both in one run; a and b are staged still when the last product had them. */
  blockGradients(
    m: number,
    n: number,
    width: number,
    w: Float32Array,
    a: Float32Array,
    b: Float32Array,
    da: Float32Array,
    db: Float32Array,
  ): void {
    const feeds = {
      a: this.tensor(this.still('a', a, m * width), m, width),
      b: this.tensor(this.still('b', b, n * width), n, width),
      w: this.tensor(this.copyIn('w', w, m * n), m, n),
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
    const session = openSession(this.runtime.binding, inputs, products);
    this.sessions.set(name, session);
    return session;
  }
}

// Functions of their own, so that a profile tells products from copies.

function runSession(session: Session, feeds: object, fetches: object): void {
  session.run(feeds, fetches, {});
}

function copyOut(values: Float32Array, out: Float32Array): void {
  out.set(values);
}

function loadRuntime(require: NodeJS.Require): { Tensor: MakeTensor; binding: Binding['binding'] } {
  try {
    const { Tensor } = require('onnxruntime-node') as { Tensor: MakeTensor };
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as Binding;
    initOrt();
    return { Tensor, binding };
  } catch (cause) {
    throw new MedgraftError('environment', 'engine.backend', 'onnxruntime does not load on this machine', {
      hint: 'choose the engine wasm',
      cause,
    });
  }
}

/** @param products by the name of the output */
function openSession(
  { InferenceSession }: Binding['binding'],
  inputs: readonly string[],
  products: Readonly<Record<string, Factors>>,
): Session {
  // Ranks must be known, sizes need not: they are those of each call.
  const matrix = (name: string) => ({ name, type: 'float32' as const, shape: [-1, -1] });
  const model = encodeOnnxModel({
    name: 'product',
    inputs: inputs.map(matrix),
    outputs: Object.keys(products).map(matrix),
    initializers: [],
    nodes: Object.entries(products).flatMap(([output, factors]) => productNodes(output, factors)),
    operatorSets: { '': 13 },
  });
  const session = new InferenceSession();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    // It would put transpositions back into the products.
    graphOptimizationLevel: 'disabled',
    logSeverityLevel: 3,
    extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
  });
  return session;
}

/** A left factor that lies column by column is turned first: a tenth faster than the product's own way. */
function productNodes(output: string, [[left, leftOrder], [right, rightOrder]]: Factors) {
  const turned = `${left} turned`;
  const attributes = { transB: rightOrder === 'plain' ? 0 : 1 };
  const product = (first: string) => ({
    type: 'Gemm',
    domain: '',
    inputs: [first, right],
    outputs: [output],
    attributes,
  });
  if (leftOrder === 'plain') return [product(left)];
  const turn = { type: 'Transpose', domain: '', inputs: [left], outputs: [turned], attributes: { perm: [1, 0] } };
  return [turn, product(turned)];
}
