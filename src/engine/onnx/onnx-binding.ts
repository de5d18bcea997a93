/**
 * onnxruntime without promises, through the package's own binding (its version is pinned): sessions that run within the calling
 * thread, so that threads compute without pauses. Arrays must not lie in shared memory; unshared WebAssembly memory is used
 * without a copy.
 */
import { createRequire } from 'node:module';
import { MedgraftError } from '../../base/errors.js';
import { encodeOnnxModel, type OnnxNode } from '../../formats/onnx-model.js';

export interface Session {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: object, fetches: object, options: object): void;
  /** Gives its memory back; otherwise the garbage collector does, which does not see how much it is. */
  dispose(): void;
}

type MakeTensor = new (type: 'float32', data: Float32Array, shape: readonly number[]) => object;

export interface OnnxBinding {
  readonly Tensor: MakeTensor;
  readonly InferenceSession: new () => Session;
}

interface Package {
  binding: { InferenceSession: new () => Session };
  initOrt(): void;
}

/** Whether a matrix lies row by row or column by column. */
export type Order = 'plain' | 'transposed';
/** Two matrices of a product, how each lies, and a matrix that it is added to. */
export type Factors = readonly [left: readonly [string, Order], right: readonly [string, Order], sum?: string];

/** A matrix that stays: onnxruntime packs it once, and does not look at the values again. */
export interface Constant {
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array;
}

/** @throws MedgraftError `engine.backend` where onnxruntime does not load */
export function loadBinding(): OnnxBinding {
  const require = createRequire(import.meta.url);
  try {
    const { Tensor } = require('onnxruntime-node') as { Tensor: MakeTensor };
    const { binding, initOrt } = require('onnxruntime-node/dist/binding.js') as Package;
    initOrt();
    return { Tensor, InferenceSession: binding.InferenceSession };
  } catch (cause) {
    throw new MedgraftError('environment', 'engine.backend', 'onnxruntime does not load on this machine', {
      hint: 'choose the engine wasm',
      cause,
    });
  }
}

/**
 * A session of products of matrices.
 * @param products by the name of the output
 * @param constants right factors that are no inputs
 */
export function openProducts(
  { InferenceSession }: OnnxBinding,
  inputs: readonly string[],
  products: Readonly<Record<string, Factors>>,
  constants: readonly Constant[] = [],
): Session {
  // Ranks must be known, sizes need not: they are those of each call.
  const matrix = (name: string) => ({ name, type: 'float32' as const, shape: [-1, -1] });
  const model = encodeOnnxModel({
    name: 'product',
    inputs: inputs.map(matrix),
    outputs: Object.keys(products).map(matrix),
    initializers: [],
    external: constants,
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
    externalData: constants.map(({ name, values }) => ({ path: name, data: bytesOf(values) })),
    extra: { session: { set_denormal_as_zero: '1', intra_op: { allow_spinning: '0' } } },
  });
  return session;
}

/** A left factor that lies column by column is turned first: a tenth faster than the product's own way. */
function productNodes(output: string, [[left, leftOrder], [right, rightOrder], sum]: Factors): OnnxNode[] {
  const turned = `${left} turned`;
  const attributes = { transB: rightOrder === 'plain' ? 0 : 1 };
  const product = (first: string) => {
    const inputs = sum === undefined ? [first, right] : [first, right, sum];
    return { type: 'Gemm', domain: '', inputs, outputs: [output], attributes };
  };
  if (leftOrder === 'plain') return [product(left)];
  const turn = { type: 'Transpose', domain: '', inputs: [left], outputs: [turned], attributes: { perm: [1, 0] } };
  return [turn, product(turned)];
}

function bytesOf({ buffer, byteOffset, byteLength }: Float32Array): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
