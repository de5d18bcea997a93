import type { NamedAttrMap, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { inversePermutation, keepAxes, reducedSize, slicePadding } from './gradient-shapes.js';

/**
 * Gradients of the kernels that our models use. tfjs-core registers none in its Node bundle, and its own product
 * gradient is not summed over broadcast batches. Each entry is the textbook derivative, written with tfjs ops, so that
 * every engine runs it.
 */
type Gradients = Record<string, () => Tensor>;

interface Entry {
  kernel: string;
  /** Inputs that the gradient reads. */
  inputs?: string[] | 'all';
  output?: boolean;
  gradient(dy: Tensor, saved: Tensor[], attributes: NamedAttrMap): Gradients;
}

/** Registers every gradient; safe to call again. */
export function registerGradients(): void {
  for (const { kernel, inputs, output, gradient } of ENTRIES) {
    if (tf.getGradient(kernel)) continue;
    tf.registerGradient({
      kernelName: kernel,
      inputsToSave: inputs === 'all' ? [] : (inputs ?? []),
      saveAllInputs: inputs === 'all',
      outputsToSave: output ? [true] : [],
      gradFunc: (dy, saved, attributes) => gradient(dy as Tensor, saved, attributes),
    });
  }
}

const ENTRIES: Entry[] = [
  binary(
    'Add',
    (dy) => dy,
    (dy) => dy,
  ),
  binary(
    'Sub',
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  binary(
    'Multiply',
    (dy, _a, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  binary(
    'RealDiv',
    (dy, _a, b) => tf.div(dy, b),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  ),
  binary(
    'Maximum',
    (dy, a, b) => where(tf.greaterEqual(a, b), dy),
    (dy, a, b) => where(tf.less(a, b), dy),
  ),
  binary(
    'Minimum',
    (dy, a, b) => where(tf.lessEqual(a, b), dy),
    (dy, a, b) => where(tf.greater(a, b), dy),
  ),
  unary('Neg', (dy) => tf.neg(dy)),
  unary('Log', (dy, x) => tf.div(dy, x)),
  unary('Square', (dy, x) => tf.mul(dy, tf.mul(x, 2))),
  unary('Abs', (dy, x) => tf.mul(dy, tf.sub(asFloat(tf.greater(x, 0)), asFloat(tf.less(x, 0))))),
  unary('Softplus', (dy, x) => tf.mul(dy, tf.sigmoid(x))),
  unary('Relu', (dy, x) => tf.mul(dy, asFloat(tf.greater(x, 0)))),
  unary('Erf', (dy, x) => tf.mul(dy, tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI)))),
  fromOutput('Exp', (dy, y) => tf.mul(dy, y)),
  fromOutput('Sqrt', (dy, y) => tf.div(dy, tf.mul(y, 2))),
  fromOutput('Rsqrt', (dy, y) => tf.mul(dy, tf.mul(tf.mul(y, tf.square(y)), -0.5))),
  fromOutput('Tanh', (dy, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  fromOutput('Sigmoid', (dy, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  { kernel: 'Identity', gradient: (dy) => ({ x: () => dy }) },
  { kernel: 'Cast', gradient: (dy) => ({ x: () => dy }) },
  {
    kernel: 'Softmax',
    output: true,
    gradient: (dy, [y], { dim }) => ({
      logits: () => {
        const weighted = tf.mul(dy, y);
        return tf.sub(weighted, tf.mul(tf.sum(weighted, dim as number, true), y));
      },
    }),
  },
  {
    kernel: 'LogSoftmax',
    output: true,
    gradient: (dy, [y], { axis }) => ({
      logits: () => tf.sub(dy, tf.mul(tf.sum(dy, axis as number, true), tf.exp(y))),
    }),
  },
  {
    kernel: 'BatchMatMul',
    inputs: ['a', 'b'],
    gradient: (dy, [a, b], { transposeA, transposeB }) => productGradients(dy, a, b, !!transposeA, !!transposeB),
  },
  { kernel: 'Reshape', inputs: ['x'], gradient: (dy, [x]) => ({ x: () => tf.reshape(dy, x.shape) }) },
  { kernel: 'ExpandDims', inputs: ['input'], gradient: (dy, [x]) => ({ input: () => tf.reshape(dy, x.shape) }) },
  {
    kernel: 'Transpose',
    gradient: (dy, _saved, { perm }) => ({ x: () => tf.transpose(dy, inversePermutation(perm as number[])) }),
  },
  {
    kernel: 'Sum',
    inputs: ['x'],
    gradient: (dy, [x], { axis }) => ({ x: () => tf.mul(keepAxes(dy, x.shape, axis), tf.onesLike(x)) }),
  },
  {
    kernel: 'Mean',
    inputs: ['x'],
    gradient: (dy, [x], { axis }) => ({
      x: () => tf.mul(keepAxes(dy, x.shape, axis), tf.fill(x.shape, 1 / reducedSize(x.shape, axis))),
    }),
  },
  {
    kernel: 'Slice',
    inputs: ['x'],
    gradient: (dy, [x], { begin, size }) => ({ x: () => tf.pad(dy, slicePadding(x.shape, begin, size)) }),
  },
  {
    kernel: 'PadV2',
    inputs: ['x'],
    gradient: (dy, [x], { paddings }) => ({
      x: () =>
        tf.slice(
          dy,
          (paddings as number[][]).map(([before]) => before),
          x.shape,
        ),
    }),
  },
  {
    kernel: 'GatherV2',
    inputs: ['x', 'indices'],
    gradient: (dy, [x, indices], { axis }) => ({
      x: () => gatherGradient(dy, x, indices, axis as number),
      indices: () => dy,
    }),
  },
  {
    kernel: 'Select',
    inputs: ['condition'],
    gradient: (dy, [condition]) => ({
      condition: () => tf.zerosLike(condition),
      t: () => tf.mul(dy, asFloat(condition)),
      e: () => tf.mul(dy, asFloat(tf.logicalNot(condition))),
    }),
  },
  {
    kernel: 'Max',
    inputs: ['x'],
    output: true,
    gradient: (dy, [x, y], { reductionIndices }) => ({ x: () => toExtremes(dy, x, y, reductionIndices) }),
  },
  {
    kernel: 'Min',
    inputs: ['x'],
    output: true,
    gradient: (dy, [x, y], { axis }) => ({ x: () => toExtremes(dy, x, y, axis) }),
  },
  {
    kernel: 'Tile',
    inputs: ['x'],
    gradient: (dy, [x], { reps }) => ({ x: () => sumRepeats(dy, x.shape, reps as number[]) }),
  },
  {
    kernel: 'Pack',
    gradient: (dy, _saved, { axis }) =>
      Object.fromEntries(tf.unstack(dy, axis as number).map((part, i) => [i, () => part])),
  },
  {
    kernel: 'UnsortedSegmentSum',
    inputs: ['segmentIds'],
    gradient: (dy, [ids]) => ({ x: () => tf.gather(dy, ids as tf.Tensor1D), segmentIds: () => tf.zerosLike(ids) }),
  },
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'].map(flat),
  { kernel: 'Concat', inputs: 'all', gradient: (dy, parts, { axis }) => concatGradients(dy, parts, axis as number) },
];

/** Truth values do not change with small changes of the operands. */
function flat(kernel: string): Entry {
  return {
    kernel,
    inputs: ['a', 'b'],
    gradient: (_dy, [a, b]) => ({ a: () => tf.zerosLike(a), b: () => tf.zerosLike(b) }),
  };
}

function unary(kernel: string, derivative: (dy: Tensor, x: Tensor) => Tensor): Entry {
  return { kernel, inputs: ['x'], gradient: (dy, [x]) => ({ x: () => derivative(dy, x) }) };
}

function fromOutput(kernel: string, derivative: (dy: Tensor, y: Tensor) => Tensor): Entry {
  return { kernel, output: true, gradient: (dy, [y]) => ({ x: () => derivative(dy, y) }) };
}

type BinaryDerivative = (dy: Tensor, a: Tensor, b: Tensor) => Tensor;

function binary(kernel: string, byA: BinaryDerivative, byB: BinaryDerivative): Entry {
  return {
    kernel,
    inputs: ['a', 'b'],
    gradient: (dy, [a, b]) => ({
      a: () => sumTo(byA(dy, a, b), a.shape),
      b: () => sumTo(byB(dy, a, b), b.shape),
    }),
  };
}

/** Cuts the gradient of a concatenation into the parts; its inputs are named '0', '1', ... */
function concatGradients(dy: Tensor, parts: Tensor[], axis: number): Gradients {
  const along = axis < 0 ? axis + dy.shape.length : axis;
  const gradients: Gradients = {};
  let start = 0;
  parts.forEach((part, i) => {
    const begin = dy.shape.map((_, side) => (side === along ? start : 0));
    start += part.shape[along];
    gradients[i] = () => tf.slice(dy, begin, part.shape);
  });
  return gradients;
}

/** Sums over the axes along which an operand was repeated. */
function sumTo(x: Tensor, shape: number[]): Tensor {
  const extra = x.shape.length - shape.length;
  const axes = x.shape.map((_, i) => i).filter((i) => i < extra || (shape[i - extra] === 1 && x.shape[i] !== 1));
  return axes.length === 0 ? tf.reshape(x, shape) : tf.reshape(tf.sum(x, axes), shape);
}

function productGradients(dy: Tensor, a: Tensor, b: Tensor, transposeA: boolean, transposeB: boolean): Gradients {
  const byA = () => (transposeA ? tf.matMul(b, dy, transposeB, true) : tf.matMul(dy, b, false, !transposeB));
  const byB = () => (transposeB ? tf.matMul(dy, a, true, transposeA) : tf.matMul(a, dy, !transposeA, false));
  return { a: () => sumTo(byA(), a.shape), b: () => sumTo(byB(), b.shape) };
}

/** Rows that were read twice get the sum of both gradients. */
function gatherGradient(dy: Tensor, x: Tensor, indices: Tensor, axis: number): Tensor {
  if (axis !== 0) throw new RangeError(`gather has a gradient for axis 0 only, got ${axis}`);
  const rows = indices.size;
  const flat = tf.reshape(dy, [rows, ...x.shape.slice(1)]);
  return tf.unsortedSegmentSum(flat, tf.reshape(indices, [rows]) as tf.Tensor1D, x.shape[0]);
}

/** A maximum or minimum passes its gradient to every element that equals it. */
function toExtremes(dy: Tensor, x: Tensor, y: Tensor, axis: unknown): Tensor {
  return where(tf.equal(x, keepAxes(y, x.shape, axis)), keepAxes(dy, x.shape, axis));
}

/** Sums over the copies of a tiled tensor. */
function sumRepeats(dy: Tensor, shape: number[], reps: number[]): Tensor {
  const split = shape.flatMap((side, i) => [reps[i], side]);
  return tf.sum(
    tf.reshape(dy, split),
    shape.map((_, i) => 2 * i),
  );
}

function asFloat(x: Tensor): Tensor {
  return tf.cast(x, 'float32');
}

function where(condition: Tensor, dy: Tensor): Tensor {
  return tf.mul(dy, asFloat(condition));
}
