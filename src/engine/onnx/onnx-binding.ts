/**
 * onnxruntime without promises, through the package's own binding (its version is pinned): sessions that run within the calling
 * thread, so that threads compute without pauses. Arrays must not lie in shared memory; unshared WebAssembly memory is used
 * without a copy.
 */
import { createRequire } from 'node:module';
import { MedgraftError } from '../../base/errors.js';
import { encodeOnnxModel, type OnnxInitializer, type OnnxNode } from '../../formats/onnx-model.js';

export interface Session {
  loadModel(buffer: ArrayBufferLike, offset: number, length: number, options: object): void;
  run(feeds: object, fetches: object, options: object): void;
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
/** Two matrices of a product, and how each lies. */
export type Factors = readonly [left: readonly [string, Order], right: readonly [string, Order]];

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
 * @param constants matrices that stay: onnxruntime packs them once
 */
export function openProducts(
  { InferenceSession }: OnnxBinding,
  inputs: readonly string[],
  products: Readonly<Record<string, Factors>>,
  constants: readonly OnnxInitializer[] = [],
): Session {
  // Ranks must be known, sizes need not: they are those of each call.
  const matrix = (name: string) => ({ name, type: 'float32' as const, shape: [-1, -1] });
  const model = encodeOnnxModel({
    name: 'product',
    inputs: inputs.map(matrix),
    outputs: Object.keys(products).map(matrix),
    initializers: constants,
    nodes: productNodes(products),
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

/** A left factor that lies column by column is turned first, once: a tenth faster than the product's own way. */
function productNodes(products: Readonly<Record<string, Factors>>): OnnxNode[] {
  const nodes: OnnxNode[] = [];
  const turned = new Set<string>();
  for (const [output, [[left, leftOrder], [right, rightOrder]]] of Object.entries(products)) {
    const first = leftOrder === 'plain' ? left : `${left} turned`;
    if (leftOrder === 'transposed' && !turned.has(left)) {
      turned.add(left);
      nodes.push({ type: 'Transpose', domain: '', inputs: [left], outputs: [first], attributes: { perm: [1, 0] } });
    }
    const attributes = { transB: rightOrder === 'plain' ? 0 : 1 };
    nodes.push({ type: 'Gemm', domain: '', inputs: [first, right], outputs: [output], attributes });
  }
  return nodes;
}
