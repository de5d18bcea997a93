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
  const multiply = loadProduct();
  return {
    ...kernels,
    product(m, n, k, a, b, c, accumulate) {
      const [left, right] = [orderOf(a, m, k), orderOf(b, k, n)];
      const fits = left !== undefined && right !== undefined && c.column === 1 && c.row === n && !accumulate;
      if (fits && m * n * k >= FEWEST) multiply(m, n, k, a.data, left, b.data, right, c.data);
      else kernels.product(m, n, k, a, b, c, accumulate);
    },
  };
}

type Order = 'plain' | 'transposed';

/** Whether a matrix [rows, columns] lies without gaps, row by row or column by column. */
function orderOf({ row, column }: Strided, rows: number, columns: number): Order | undefined {
  if (column === 1 && row === columns) return 'plain';
  return row === 1 && column === rows ? 'transposed' : undefined;
}

function loadProduct() {
  const require = createRequire(import.meta.url);
  const { Tensor, binding } = loadRuntime(require);
  const sessions = new Map<string, Session>();
  const staging = new Map<string, Float32Array>();
  const sessionOf = (left: Order, right: Order) => {
    const name = `${left} ${right}`;
    const known = sessions.get(name);
    if (known) return known;
    const session = openSession(binding, left, right);
    sessions.set(name, session);
    return session;
  };
  const stage = (name: string, length: number) => {
    let memory = staging.get(name);
    if (memory === undefined || memory.length < length) {
      memory = new Float32Array(length);
      staging.set(name, memory);
    }
    return memory.subarray(0, length);
  };
  const copyIn = (name: string, values: Float32Array, rows: number, columns: number, order: Order) => {
    const staged = stage(name, rows * columns);
    staged.set(values.subarray(0, rows * columns));
    return new Tensor('float32', staged, order === 'plain' ? [rows, columns] : [columns, rows]);
  };
  return function multiply(
    m: number,
    n: number,
    k: number,
    a: Float32Array,
    left: Order,
    b: Float32Array,
    right: Order,
    c: Float32Array,
  ): void {
    const feeds = { a: copyIn('a', a, m, k, left), b: copyIn('b', b, k, n, right) };
    const z = stage('c', m * n);
    runSession(sessionOf(left, right), feeds, { c: new Tensor('float32', z, [m, n]) });
    c.set(z);
  };
}

/** A function of its own, so that a profile tells products from copies. */
function runSession(session: Session, feeds: object, fetches: object): void {
  session.run(feeds, fetches, {});
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

function openSession({ InferenceSession }: Binding['binding'], left: Order, right: Order): Session {
  const attributes = { transA: left === 'plain' ? 0 : 1, transB: right === 'plain' ? 0 : 1 };
  // Ranks must be known, sizes need not: they are those of each call.
  const matrix = (name: string) => ({ name, type: 'float32' as const, shape: [-1, -1] });
  const model = encodeOnnxModel({
    name: 'product',
    inputs: [matrix('a'), matrix('b')],
    outputs: [matrix('c')],
    initializers: [],
    nodes: [{ type: 'Gemm', domain: '', inputs: ['a', 'b'], outputs: ['c'], attributes }],
    operatorSets: { '': 13 },
  });
  const session = new InferenceSession();
  session.loadModel(model.buffer, model.byteOffset, model.byteLength, {
    executionProviders: ['cpu'],
    intraOpNumThreads: 1,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    logSeverityLevel: 3,
    extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
  });
  return session;
}
