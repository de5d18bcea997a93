import type { Expression, ProgramGraph, Rule, Value } from '../program-graph.js';
import { sameShape } from '../program-graph.js';
import { uniformValue } from './fold-uniforms.js';
import { broadcastTo } from './sink-broadcasts.js';

/** Neutral elements, signs and chains of scalar factors. A product with 0 is 0: programs hold no infinities. */
export const foldArithmetic: Rule = (graph, expression) => ARITHMETIC[expression.op]?.(graph, expression);

const ARITHMETIC: Record<string, Rule> = {
  Add: (graph, { inputs: [a, b], shape, dtype }) => {
    if (isUniform(b, 0)) return repeated(graph, a, shape);
    if (isUniform(a, 0)) return repeated(graph, b, shape);
    if (b.op === 'Neg') return graph.add({ op: 'Sub', inputs: [a, b.inputs[0]], attributes: {}, shape, dtype });
    if (a.op === 'Neg') return graph.add({ op: 'Sub', inputs: [b, a.inputs[0]], attributes: {}, shape, dtype });
    return undefined;
  },
  Sub: (graph, { inputs: [a, b], shape, dtype }) => {
    if (isUniform(b, 0)) return repeated(graph, a, shape);
    if (b.op === 'Neg') return graph.add({ op: 'Add', inputs: [a, b.inputs[0]], attributes: {}, shape, dtype });
    return isUniform(a, 0) && sameShape(b.shape, shape) ? negated(graph, b) : undefined;
  },
  Multiply: foldMultiply,
  RealDiv: (graph, { inputs: [a, b], shape }) => (isUniform(b, 1) ? repeated(graph, a, shape) : undefined),
  Neg: (graph, { inputs: [x], shape, dtype }) => {
    if (x.op === 'Neg') return x.inputs[0];
    if (x.op === 'Sub') {
      return graph.add({ op: 'Sub', inputs: [x.inputs[1], x.inputs[0]], attributes: {}, shape, dtype });
    }
    return x.op === 'Multiply' && x.inputs[1].op === 'Uniform'
      ? scaled(graph, x.inputs[0], -uniformValue(x.inputs[1]), shape)
      : undefined;
  },
};

/** x * c keeps its factor on the right, so that factors meet. */
function foldMultiply(graph: ProgramGraph, { inputs: [a, b], shape, dtype }: Expression): Value | undefined {
  if (a.op === 'Uniform' && b.op !== 'Uniform') {
    return graph.add({ op: 'Multiply', inputs: [b, a], attributes: {}, shape, dtype });
  }
  if (b.op !== 'Uniform') return undefined;
  const factor = uniformValue(b);
  if (factor === 1) return repeated(graph, a, shape);
  if (factor === 0) return graph.uniform(0, shape, dtype);
  if (a.op === 'Neg') return scaled(graph, a.inputs[0], -factor, shape);
  const chained = a.op === 'Multiply' && a.inputs[1].op === 'Uniform' && dtype === 'float32';
  if (chained) return scaled(graph, a.inputs[0], factor * uniformValue(a.inputs[1]), shape);
  if (factor === 0.5 && a.op === 'Add' && a.inputs[0].op === 'Erf' && isUniform(a.inputs[1], 1)) {
    return graph.add({ op: 'HalfErf', inputs: [a.inputs[0].inputs[0]], attributes: {}, shape, dtype });
  }
  if (a.op === 'Cast' && a.inputs[0].op === 'Input' && a.inputs[0].dtype === 'bool' && dtype === 'float32') {
    return graph.add({ op: 'ScaledMask', inputs: a.inputs, attributes: { factor }, shape, dtype });
  }
  return undefined;
}

function scaled(graph: ProgramGraph, x: Value, factor: number, shape: readonly number[]): Value {
  const scalar = graph.uniform(Math.fround(factor), [], x.dtype);
  return graph.add({ op: 'Multiply', inputs: [x, scalar], attributes: {}, shape, dtype: x.dtype });
}

function negated(graph: ProgramGraph, x: Value): Value {
  return graph.add({ op: 'Neg', inputs: [x], attributes: {}, shape: x.shape, dtype: x.dtype });
}

function repeated(graph: ProgramGraph, x: Value, shape: readonly number[]): Value {
  return sameShape(x.shape, shape) ? x : broadcastTo(graph, x, shape);
}

function isUniform(value: Value, number: number): boolean {
  return value.op === 'Uniform' && uniformValue(value) === number;
}
