import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { TensorSpec } from '../../src/engine/engine.js';
import { attention } from '../../src/nn/layers/attention.js';
import { dropout } from '../../src/nn/layers/dropout.js';
import { gatherRows } from '../../src/nn/layers/gather-rows.js';
import { gelu } from '../../src/nn/layers/gelu.js';
import { layerNorm } from '../../src/nn/layers/layer-norm.js';
import { linear } from '../../src/nn/layers/linear.js';
import { softmaxCrossEntropy, tokenLosses } from '../../src/nn/layers/softmax-cross-entropy.js';
import { stopGradient } from '../../src/nn/layers/stop-gradient.js';

/** Every op and layer that the models use, at sizes where each element can be differentiated numerically. */
export interface EngineCase {
  readonly name: string;
  /** Differentiated inputs, float32: random normal values, or positive ones. */
  readonly inputs: Readonly<Record<string, readonly number[]>>;
  readonly positive?: boolean;
  /** Given inputs, by value. */
  readonly given?: Readonly<Record<string, TensorSpec & { values: readonly number[] }>>;
  build(x: Readonly<Record<string, Tensor>>): Tensor;
  /** What is differentiated numerically when that is not `build`. */
  numeric?(x: Readonly<Record<string, Tensor>>): Tensor;
}

type Build = EngineCase['build'];
type Shapes = EngineCase['inputs'];

function one(name: string, shape: number[], build: (x: Tensor) => Tensor, positive = false): EngineCase {
  return { name, inputs: { x: shape }, positive, build: ({ x }) => build(x) };
}

function two(name: string, a: number[], b: number[], build: (a: Tensor, b: Tensor) => Tensor): EngineCase {
  return { name, inputs: { a, b }, build: (x) => build(x['a'], x['b']) };
}

const PRODUCTS: EngineCase[] = [false, true].flatMap((ta) =>
  [false, true].flatMap((tb) => {
    const product = (a: Tensor, b: Tensor) => tf.matMul(a, b, ta, tb);
    const sides = (batch: number[], m: number, k: number, n: number): [number[], number[]] => [
      [...batch, ...(ta ? [k, m] : [m, k])],
      [...batch, ...(tb ? [n, k] : [k, n])],
    ];
    const flags = `${ta ? 'T' : 'N'}${tb ? 'T' : 'N'}`;
    return [
      two(`matMul 2-D ${flags}`, ...sides([], 3, 2, 4), product),
      two(`matMul 2-D tall ${flags}`, ...sides([], 2, 5, 3), product),
      two(`matMul 3-D ${flags}`, ...sides([2], 3, 2, 4), product),
      two(`matMul 4-D ${flags}`, ...sides([2, 2], 4, 3, 2), product),
    ];
  }),
);

const BROADCASTS: [number[], number[]][] = [
  [
    [2, 3],
    [2, 3],
  ],
  [[2, 3], [3]],
  [
    [2, 1, 3],
    [4, 1],
  ],
  [[], [2, 2]],
];

const BINARY: EngineCase[] = (['add', 'sub', 'mul', 'maximum', 'minimum'] as const).flatMap((op) =>
  BROADCASTS.map(([a, b]) => two(`${op} [${a}] [${b}]`, a, b, (x, y) => tf[op](x, y))),
);

const UNARY: EngineCase[] = (
  ['neg', 'exp', 'square', 'abs', 'tanh', 'erf', 'relu', 'sigmoid', 'softplus'] as const
).map((op) => one(op, [2, 3], (x) => tf[op](x)));

const POSITIVE: EngineCase[] = (['log', 'sqrt', 'rsqrt'] as const).map((op) => one(op, [2, 3], (x) => tf[op](x), true));

const REDUCTIONS: EngineCase[] = (['sum', 'mean', 'max', 'min'] as const).flatMap((op) => [
  one(`${op} all`, [2, 3], (x) => tf[op](x)),
  one(`${op} 0`, [2, 3], (x) => tf[op](x, 0)),
  one(`${op} last, kept`, [2, 3, 2], (x) => tf[op](x, -1, true)),
  one(`${op} 0 and 2`, [2, 3, 2], (x) => tf[op](x, [0, 2])),
]);

const MOVEMENT: EngineCase[] = [
  one('reshape', [2, 3], (x) => tf.reshape(x, [3, -1])),
  one('expandDims', [2, 3], (x) => tf.expandDims(x, 1)),
  one('transpose', [2, 3], (x) => tf.transpose(x)),
  one('transpose 4-D', [2, 1, 3, 2], (x) => tf.transpose(x, [0, 2, 1, 3])),
  one('tile', [2, 1], (x) => tf.tile(x, [2, 3])),
  one('broadcastTo', [2, 1], (x) => tf.broadcastTo(x, [2, 3])),
  one('slice', [3, 4], (x) => tf.slice(x, [1, 0], [2, 3])),
  one('pad', [2, 2], (x) =>
    tf.pad(x, [
      [1, 0],
      [0, 2],
    ]),
  ),
  two('concat 0', [1, 3], [2, 3], (a, b) => tf.concat([a, b], 0)),
  two('concat last', [2, 1], [2, 2], (a, b) => tf.concat([a, b], -1)),
  two('stack', [2, 2], [2, 2], (a, b) => tf.stack([a, b], 1)),
];

const IDS: EngineCase['given'] = {
  ids: { shape: [4], dtype: 'int32', values: [2, 0, 2, 1] },
  places: {
    shape: [2, 2],
    dtype: 'int32',
    values: [0, 1, 2, 0],
  },
  yes: { shape: [2, 3], dtype: 'bool', values: [1, 0, 1, 0, 0, 1] },
};

function indexed(name: string, inputs: Shapes, build: Build): EngineCase {
  return { name, inputs, given: IDS, build };
}

const INDEXING: EngineCase[] = [
  indexed('gather, rows read twice', { x: [3, 2] }, (x) => tf.gather(x['x'], x['ids'])),
  indexed('unsortedSegmentSum', { x: [4, 2] }, (x) => tf.unsortedSegmentSum(x['x'], x['ids'] as Tensor1D, 3)),
  indexed('unsortedSegmentSum, many', { x: [4, 1] }, (x) =>
    tf.slice(tf.unsortedSegmentSum(x['x'], x['ids'] as Tensor1D, 1_100_000), [0, 0], [4, 1]),
  ),
  indexed('where', { a: [2, 3], b: [2, 3] }, (x) => tf.where(x['yes'], x['a'], x['b'])),
  indexed('a bool cast to a number', { x: [2, 3] }, (x) => tf.mul(x['x'], tf.cast(x['yes'], 'float32'))),
  indexed('oneHot', { x: [4, 3] }, (x) => tf.mul(x['x'], tf.cast(tf.oneHot(x['ids'] as Tensor1D, 3), 'float32'))),
  one('comparison as a mask', [2, 3], (x) => tf.mul(x, tf.cast(tf.greater(stopGradient(x), 0), 'float32'))),
];

const PATTERNS: EngineCase[] = [
  two('div', [2, 3], [3], (a, b) => tf.div(a, tf.add(tf.square(b), 1))),
  one('softmax', [2, 3], (x) => tf.softmax(x)),
  one('softmax 3-D', [2, 2, 3], (x) => tf.softmax(x)),
  one('logSoftmax', [2, 3], (x) => tf.logSoftmax(x)),
  one('uniform arithmetic', [2, 3], (x) =>
    tf.mul(tf.add(tf.mul(tf.mul(x, 2), 3), tf.zeros([2, 3])), tf.fill([2, 1], 0.5)),
  ),
  two('cosine', [3, 4], [3, 4], (a, b) => {
    const length = (x: Tensor) => tf.sqrt(tf.add(tf.sum(tf.square(x), 1), 1e-12));
    return tf.div(tf.sum(tf.mul(a, b), 1), tf.mul(length(a), length(b)));
  }),
  {
    ...two('stopGradient', [2, 2], [2, 2], (a, b) => tf.add(tf.mul(a, b), stopGradient(b))),
    numeric: ({ a, b }) => tf.mul(a, b),
  },
];

const LABELS: EngineCase['given'] = {
  labels: { shape: [3], dtype: 'int32', values: [1, 3, 0] },
  weights: { shape: [3], dtype: 'float32', values: [1, 2, 0] },
  indices: { shape: [3], dtype: 'int32', values: [3, 0, 4] },
  inverse: { shape: [4], dtype: 'int32', values: [1, 3, 3, 0] },
  keep: { shape: [1, 2, 3, 3], dtype: 'bool', values: [1, 0, 1, 1, 1, 0, 1, 1, 1, 0, 1, 1, 1, 1, 1, 0, 1, 1] },
  mask: { shape: [1, 1, 1, 3], dtype: 'float32', values: [0, 0, -1e9] },
};

function layer(name: string, inputs: Shapes, build: Build): EngineCase {
  return { name, inputs, given: LABELS, build };
}

const HEADS = { q: [1, 2, 3, 2], k: [1, 2, 3, 2], v: [1, 2, 3, 2] };

const LAYERS: EngineCase[] = [
  layer('linear', { x: [3, 2], w: [4, 2], b: [4] }, (x) => linear(x['x'], x['w'], x['b'])),
  layer('layerNorm', { x: [3, 4], g: [4], b: [4] }, (x) => layerNorm(x['x'] as Tensor2D, x['g'], x['b'], 1e-12)),
  layer('gelu', { x: [3, 4] }, (x) => gelu(tf.mul(x['x'], 2))),
  layer('attention', HEADS, (x) => attention(x['q'], x['k'], x['v'], x['mask'], undefined, 0)),
  layer('attention with dropout', HEADS, (x) => attention(x['q'], x['k'], x['v'], x['mask'], x['keep'], 0.25)),
  layer('dropout', { x: [1, 2, 3, 3] }, (x) => dropout(x['x'], x['keep'], 0.1)),
  layer('gatherRows', { x: [4, 2] }, (x) => gatherRows(x['x'] as Tensor2D, x['indices'], x['inverse'])),
  layer('softmaxCrossEntropy', { x: [3, 4] }, (x) =>
    softmaxCrossEntropy(x['x'] as Tensor2D, x['labels'], x['weights']),
  ),
  layer('tokenLosses', { x: [3, 4] }, (x) => tokenLosses(x['x'] as Tensor2D, x['labels']).losses),
];

export const DIFFERENTIATED: readonly EngineCase[] = [
  ...[PRODUCTS, BINARY, UNARY, POSITIVE, REDUCTIONS, MOVEMENT, INDEXING, PATTERNS, LAYERS].flat(),
];

const compare = (op: 'equal' | 'notEqual' | 'greater' | 'greaterEqual' | 'less' | 'lessEqual') =>
  two(op, [2, 3], [3], (a, b) => tf[op](tf.relu(a), tf.relu(b)));

/** Ops without a gradient. */
export const FORWARD_ONLY: readonly EngineCase[] = [
  ...(['equal', 'notEqual', 'greater', 'greaterEqual', 'less', 'lessEqual'] as const).map(compare),
  two('logical', [2, 3], [2, 3], (a, b) => {
    const [x, y] = [tf.greater(a, 0), tf.less(b, 0)];
    return tf.logicalOr(tf.logicalAnd(x, y), tf.logicalNot(x));
  }),
  one('cast to integers', [2, 3], (x) => tf.cast(tf.mul(x, 10), 'int32')),
  one('argMax', [3, 4], (x) => tf.argMax(x, 1)),
  indexed('oneHot alone', { x: [1] }, (x) => tf.add(tf.oneHot(x['ids'] as Tensor1D, 3), tf.range(0, 3, 1, 'int32'))),
  indexed('gatherND', { x: [3, 2] }, (x) => tf.gatherND(x['x'], x['places'])),
  indexed('tensorScatterUpdate', { x: [3, 2] }, (x) => tf.tensorScatterUpdate(x['x'], x['places'], tf.ones([2]))),
  indexed('segments that nothing enters', { x: [4, 2] }, (x) => tf.unsortedSegmentSum(x['x'], x['ids'] as Tensor1D, 5)),
  one('unstack', [2, 3], (x) => tf.add(...(tf.unstack(x) as [Tensor, Tensor]))),
  one('split', [2, 3], (x) => tf.split(x, [1, 2], 1)[1]),
  one('a constant', [2], () => tf.tensor2d([1, 2, 3, 4], [2, 2])),
  one('an input as it is', [2, 3], (x) => tf.clone(x)),
];
