import { type Expression, type Rule, sizeOf, type Value } from '../program-graph.js';

/**
 * Arithmetic on tensors of one repeated number is done here, once. tfjs's gradients make full-size ones and zeros,
 * which would otherwise be stored in the model and multiplied with.
 */
const BINARY: Record<string, (a: number, b: number) => number> = {
  Add: (a, b) => a + b,
  Sub: (a, b) => a - b,
  Multiply: (a, b) => a * b,
  RealDiv: (a, b) => a / b,
  Maximum: Math.max,
  Minimum: Math.min,
  Pow: (a, b) => a ** b,
};

const UNARY: Record<string, (x: number) => number> = {
  Neg: (x) => -x,
  Exp: Math.exp,
  Log: Math.log,
  Sqrt: Math.sqrt,
  Rsqrt: (x) => 1 / Math.sqrt(x),
  Square: (x) => x * x,
  Abs: Math.abs,
  Tanh: Math.tanh,
  Relu: (x) => Math.max(0, x),
  Sigmoid: (x) => 1 / (1 + Math.exp(-x)),
  Reciprocal: (x) => 1 / x,
};

/** Only move or repeat what they get. */
const MOVES = new Set(['Reshape', 'Transpose', 'Tile', 'Slice', 'BroadcastTo', 'Mean', 'Max', 'Min']);

export const foldUniforms: Rule = (graph, expression) => {
  const value = foldedValue(expression);
  if (value === undefined) return undefined;
  const { shape, dtype } = expression;
  return graph.uniform(dtype === 'float32' ? Math.fround(value) : Math.trunc(value), shape, dtype);
};

function foldedValue({ op, inputs, shape, dtype }: Expression): number | undefined {
  if (inputs.length === 0 || !inputs.every((input) => input.op === 'Uniform')) return undefined;
  const [a, b] = inputs.map(uniformValue);
  if (MOVES.has(op)) return a;
  if (op === 'Sum') return a * (sizeOf(inputs[0].shape) / sizeOf(shape));
  if (op === 'Cast') return dtype === 'bool' ? Number(a !== 0) : a;
  return UNARY[op] ? UNARY[op](a) : BINARY[op]?.(a, b);
}

export function uniformValue(value: Value): number {
  return value.attributes['value'] as number;
}
