import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { DataType } from '../engine.js';
import type { Attributes, ProgramGraph, Value } from './program-graph.js';
import { sizeOf } from './program-graph.js';

/**
 * What each tfjs kernel means in a captured program: the shape and type of its result. One entry a kernel; kernels that
 * are only another way to say something (ExpandDims, Pack, Fill, ...) become what they mean.
 */
export interface CaptureContext {
  graph(): ProgramGraph;
  symbolOf(dataId: object): Value;
  keep(value: Value): object;
}

interface Call {
  readonly graph: ProgramGraph;
  /** By the kernel's input names; a list for Concat, Pack and AddN. */
  readonly inputs: Record<string, Value>;
  readonly attributes: Attributes;
}
type Meaning = (call: Call) => Value | Value[];

export function registerCaptureKernels(backendName: string, context: CaptureContext): void {
  for (const [kernelName, meaning] of Object.entries(MEANINGS)) {
    tf.registerKernel({
      kernelName,
      backendName,
      kernelFunc: ({ inputs, attrs }) => {
        const symbols: Record<string, Value> = {};
        for (const [name, info] of Object.entries(inputs)) {
          if (info) symbols[name] = context.symbolOf((info as TensorInfo).dataId);
        }
        const result = meaning({ graph: context.graph(), inputs: symbols, attributes: (attrs ?? {}) as Attributes });
        const info = (value: Value): TensorInfo => ({
          dataId: context.keep(value),
          shape: [...value.shape],
          dtype: value.dtype,
        });
        return Array.isArray(result) ? result.map(info) : info(result);
      },
    });
  }
}

const ARITHMETIC = ['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow'];
const COMPARISONS = ['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'];
const UNARY = ['Neg', 'Exp', 'Log', 'Sqrt', 'Rsqrt', 'Square', 'Abs', 'Tanh', 'Erf', 'Relu', 'Sigmoid', 'Softplus'];
const MORE_UNARY = ['Sin', 'Cos', 'Floor', 'Ceil', 'Sign', 'LogicalNot', 'Reciprocal'];
const REDUCTIONS = ['Sum', 'Mean', 'Max', 'Min'];

const MEANINGS: Record<string, Meaning> = {
  ...Object.fromEntries(ARITHMETIC.map((op) => [op, binary(op, (a) => a.dtype)])),
  ...Object.fromEntries(COMPARISONS.map((op) => [op, binary(op, () => 'bool')])),
  ...Object.fromEntries([...UNARY, ...MORE_UNARY].map((op) => [op, unary(op)])),
  ...Object.fromEntries(REDUCTIONS.map((op) => [op, reduction(op)])),
  SquaredDifference: ({ graph, inputs }) => {
    const difference = elementwise(graph, 'Sub', inputs['a'], inputs['b'], inputs['a'].dtype);
    return same(graph, 'Square', difference);
  },
  AddN: ({ graph, inputs }) =>
    Object.values(inputs).reduce((sum, value) => elementwise(graph, 'Add', sum, value, sum.dtype)),
  Identity: ({ inputs }) => inputs['x'],
  Reshape: ({ graph, inputs, attributes }) => reshape(graph, inputs['x'], attributes['shape'] as number[]),
  ExpandDims: ({ graph, inputs, attributes }) => {
    const { shape } = inputs['input'];
    const dim = attributes['dim'] as number;
    const at = dim < 0 ? shape.length + 1 + dim : dim;
    return reshape(graph, inputs['input'], [...shape.slice(0, at), 1, ...shape.slice(at)]);
  },
  Cast: ({ graph, inputs, attributes }) => cast(graph, inputs['x'], attributes['dtype'] as DataType),
  Fill: ({ graph, attributes }) => {
    const dtype = (attributes['dtype'] as DataType | undefined) ?? 'float32';
    return graph.uniform(attributes['value'] as number, attributes['shape'] as number[], dtype);
  },
  OnesLike: ({ graph, inputs }) => graph.uniform(1, inputs['x'].shape, inputs['x'].dtype),
  ZerosLike: ({ graph, inputs }) => graph.uniform(0, inputs['x'].shape, inputs['x'].dtype),
  Range: ({ graph, attributes }) => range(graph, attributes),
  BatchMatMul: ({ graph, inputs, attributes }) => product(graph, inputs['a'], inputs['b'], attributes),
  Softmax: ({ graph, inputs }) => same(graph, 'Softmax', inputs['logits']),
  LogSoftmax: ({ graph, inputs }) => same(graph, 'LogSoftmax', inputs['logits']),
  ArgMax: ({ graph, inputs, attributes }) => {
    const { x } = inputs;
    const [axis] = axesOf(x.shape, attributes['axis']);
    const shape = x.shape.filter((_, i) => i !== axis);
    return graph.add({ op: 'ArgMax', inputs: [x], attributes: { axis }, shape, dtype: 'int32' });
  },
  GatherV2: ({ graph, inputs, attributes }) => gather(graph, inputs['x'], inputs['indices'], attributes),
  GatherNd: ({ graph, inputs: { params, indices } }) => {
    const depth = indices.shape[indices.shape.length - 1];
    const shape = [...indices.shape.slice(0, -1), ...params.shape.slice(depth)];
    return graph.add({ op: 'GatherNd', inputs: [params, indices], attributes: {}, shape, dtype: params.dtype });
  },
  TensorScatterUpdate: ({ graph, inputs: { tensor, indices, updates } }) => {
    const { shape, dtype } = tensor;
    return graph.add({ op: 'TensorScatterUpdate', inputs: [tensor, indices, updates], attributes: {}, shape, dtype });
  },
  UnsortedSegmentSum: ({ graph, inputs: { x, segmentIds }, attributes }) => {
    const shape = [attributes['numSegments'] as number, ...x.shape.slice(segmentIds.shape.length)];
    return graph.add({ op: 'UnsortedSegmentSum', inputs: [x, segmentIds], attributes: {}, shape, dtype: x.dtype });
  },
  Concat: ({ graph, inputs, attributes }) => concat(graph, Object.values(inputs), attributes['axis'] as number),
  Pack: ({ graph, inputs, attributes }) => pack(graph, Object.values(inputs), attributes['axis'] as number),
  Unpack: ({ graph, inputs, attributes }) => unpack(graph, inputs['value'], attributes['axis'] as number),
  Slice: ({ graph, inputs, attributes }) =>
    slice(graph, inputs['x'], attributes['begin'] as number[], attributes['size'] as number[]),
  SplitV: ({ graph, inputs, attributes }) => split(graph, inputs['x'], attributes),
  PadV2: ({ graph, inputs: { x }, attributes }) => {
    const { paddings, constantValue } = attributes as { paddings: number[][]; constantValue: number };
    const shape = x.shape.map((side, i) => paddings[i][0] + side + paddings[i][1]);
    return graph.add({ op: 'PadV2', inputs: [x], attributes: { paddings, constantValue }, shape, dtype: x.dtype });
  },
  Transpose: ({ graph, inputs: { x }, attributes }) => {
    const perm = attributes['perm'] as number[];
    const shape = perm.map((from) => x.shape[from]);
    return graph.add({ op: 'Transpose', inputs: [x], attributes: { perm }, shape, dtype: x.dtype });
  },
  Tile: ({ graph, inputs: { x }, attributes }) => {
    const reps = attributes['reps'] as number[];
    const shape = x.shape.map((side, i) => side * reps[i]);
    return graph.add({ op: 'Tile', inputs: [x], attributes: { reps }, shape, dtype: x.dtype });
  },
  Select: ({ graph, inputs: { condition, t, e } }) => {
    const shape = tf.backend_util.assertAndGetBroadcastShape([...condition.shape], [...t.shape]);
    return graph.add({ op: 'Select', inputs: [condition, t, e], attributes: {}, shape, dtype: t.dtype });
  },
  OneHot: ({ graph, inputs: { indices }, attributes }) => {
    const { depth, onValue, offValue } = attributes as { depth: number; onValue: number; offValue: number };
    const dtype = (attributes['dtype'] as DataType | undefined) ?? 'int32';
    const shape = [...indices.shape, depth];
    return graph.add({ op: 'OneHot', inputs: [indices], attributes: { depth, onValue, offValue }, shape, dtype });
  },
};

function binary(op: string, dtype: (a: Value) => DataType): Meaning {
  return ({ graph, inputs: { a, b } }) => elementwise(graph, op, a, b, dtype(a));
}

function unary(op: string): Meaning {
  return ({ graph, inputs: { x } }) => same(graph, op, x);
}

function reduction(op: string): Meaning {
  return ({ graph, inputs: { x }, attributes }) => {
    // The kernel Max alone calls its axes otherwise.
    const axes = axesOf(x.shape, attributes['axis'] ?? attributes['reductionIndices']);
    const kept = x.shape.map((side, i) => (axes.includes(i) ? 1 : side));
    const reduced = graph.add({ op, inputs: [x], attributes: { axes }, shape: kept, dtype: x.dtype });
    if (attributes['keepDims']) return reduced;
    return reshape(
      graph,
      reduced,
      x.shape.filter((_, i) => !axes.includes(i)),
    );
  };
}

function elementwise(graph: ProgramGraph, op: string, a: Value, b: Value, dtype: DataType): Value {
  const shape = tf.backend_util.assertAndGetBroadcastShape([...a.shape], [...b.shape]);
  return graph.add({ op, inputs: [a, b], attributes: {}, shape, dtype });
}

function same(graph: ProgramGraph, op: string, x: Value): Value {
  return graph.add({ op, inputs: [x], attributes: {}, shape: x.shape, dtype: x.dtype });
}

export function reshape(graph: ProgramGraph, x: Value, shape: readonly number[]): Value {
  const rest = sizeOf(shape.filter((side) => side !== -1));
  const full = shape.map((side) => (side === -1 ? sizeOf(x.shape) / rest : side));
  return graph.add({ op: 'Reshape', inputs: [x], attributes: {}, shape: full, dtype: x.dtype });
}

function cast(graph: ProgramGraph, x: Value, dtype: DataType): Value {
  return graph.add({ op: 'Cast', inputs: [x], attributes: {}, shape: x.shape, dtype });
}

function range(graph: ProgramGraph, attributes: Attributes): Value {
  const { start, stop, step, dtype } = attributes as { start: number; stop: number; step: number; dtype: DataType };
  const length = Math.max(0, Math.ceil((stop - start) / step));
  const data = dtype === 'int32' ? new Int32Array(length) : new Float32Array(length);
  for (let i = 0; i < length; i++) data[i] = start + i * step;
  return graph.constant(data, [length], dtype);
}

function product(graph: ProgramGraph, a: Value, b: Value, attributes: Attributes): Value {
  const transposeA = !!attributes['transposeA'];
  const transposeB = !!attributes['transposeB'];
  const rank = a.shape.length;
  const rows = a.shape[rank - (transposeA ? 1 : 2)];
  const columns = b.shape[b.shape.length - (transposeB ? 2 : 1)];
  const batch = tf.backend_util.assertAndGetBroadcastShape([...a.shape.slice(0, -2)], [...b.shape.slice(0, -2)]);
  const shape = [...batch, rows, columns];
  return graph.add({
    op: 'BatchMatMul',
    inputs: [a, b],
    attributes: { transposeA, transposeB },
    shape,
    dtype: 'float32',
  });
}

function gather(graph: ProgramGraph, x: Value, indices: Value, attributes: Attributes): Value {
  const [axis] = axesOf(x.shape, attributes['axis']);
  if (attributes['batchDims']) throw new RangeError('a gather with batch dimensions is not captured');
  const shape = [...x.shape.slice(0, axis), ...indices.shape, ...x.shape.slice(axis + 1)];
  return graph.add({ op: 'GatherV2', inputs: [x, indices], attributes: { axis }, shape, dtype: x.dtype });
}

function concat(graph: ProgramGraph, parts: Value[], axis: number): Value {
  const [along] = axesOf(parts[0].shape, axis);
  const length = parts.reduce((sum, part) => sum + part.shape[along], 0);
  const shape = parts[0].shape.map((side, i) => (i === along ? length : side));
  return graph.add({ op: 'Concat', inputs: parts, attributes: { axis: along }, shape, dtype: parts[0].dtype });
}

function pack(graph: ProgramGraph, parts: Value[], axis: number): Value {
  const { shape } = parts[0];
  const at = axis < 0 ? shape.length + 1 + axis : axis;
  const single = [...shape.slice(0, at), 1, ...shape.slice(at)];
  return concat(
    graph,
    parts.map((part) => reshape(graph, part, single)),
    at,
  );
}

function unpack(graph: ProgramGraph, x: Value, axis: number): Value[] {
  const [along] = axesOf(x.shape, axis);
  const shape = x.shape.filter((_, i) => i !== along);
  return Array.from({ length: x.shape[along] }, (_, index) => {
    const begin = x.shape.map((_side, i) => (i === along ? index : 0));
    const size = x.shape.map((side, i) => (i === along ? 1 : side));
    return reshape(graph, slice(graph, x, begin, size), shape);
  });
}

function slice(graph: ProgramGraph, x: Value, begin: readonly number[], size: readonly number[]): Value {
  const shape = x.shape.map((side, i) => (size[i] === -1 ? side - begin[i] : size[i]));
  return graph.add({ op: 'Slice', inputs: [x], attributes: { begin: [...begin] }, shape, dtype: x.dtype });
}

function split(graph: ProgramGraph, x: Value, attributes: Attributes): Value[] {
  const [axis] = axesOf(x.shape, attributes['axis']);
  const sizes = tf.backend_util.prepareSplitSize(
    { shape: [...x.shape] } as tf.Tensor,
    attributes['numOrSizeSplits'] as number[],
    axis,
  );
  let start = 0;
  return sizes.map((length) => {
    const begin = x.shape.map((_, i) => (i === axis ? start : 0));
    start += length;
    return slice(
      graph,
      x,
      begin,
      x.shape.map((side, i) => (i === axis ? length : side)),
    );
  });
}

function axesOf(shape: readonly number[], axis: unknown): number[] {
  if (axis === null || axis === undefined) return shape.map((_, i) => i);
  const list = (Array.isArray(axis) ? axis : [axis]) as number[];
  return list.length === 0 ? shape.map((_, i) => i) : list.map((a) => (a < 0 ? a + shape.length : a));
}
