import * as tf from '@tensorflow/tfjs-core';
import { type ProgramGraph, type Rule, sameShape, type Value } from '../program-graph.js';

/**
 * Element-wise ops broadcast by themselves: a repeated operand is read where it is small, and what remains is repeated
 * after the op, where the next op takes it in turn. Uniform operands become scalars.
 */
const BINARY = new Set([
  ...['Add', 'Sub', 'Multiply', 'RealDiv', 'Maximum', 'Minimum', 'Pow'],
  ...['Equal', 'NotEqual', 'Greater', 'GreaterEqual', 'Less', 'LessEqual', 'LogicalAnd', 'LogicalOr'],
]);

export const sinkBroadcasts: Rule = (graph, { op, inputs, attributes, shape, dtype }) => {
  if (!BINARY.has(op) || inputs.every((x) => source(graph, x) === x)) return undefined;
  const sources = inputs.map((x) => source(graph, x));
  const small = tf.backend_util.assertAndGetBroadcastShape([...sources[0].shape], [...sources[1].shape]);
  const value = graph.add({ op, inputs: sources, attributes, shape: small, dtype });
  return sameShape(small, shape) ? value : broadcastTo(graph, value, shape);
};

/** Repeats a value to a shape that it broadcasts to. */
export function broadcastTo(graph: ProgramGraph, value: Value, shape: readonly number[]): Value {
  return graph.add({ op: 'BroadcastTo', inputs: [value], attributes: {}, shape, dtype: value.dtype });
}

function source(graph: ProgramGraph, x: Value): Value {
  if (x.op === 'BroadcastTo') return x.inputs[0];
  if (x.op !== 'Uniform' || x.shape.length === 0) return x;
  return graph.uniform(x.attributes['value'] as number, [], x.dtype);
}
