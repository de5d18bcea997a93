import type { ConstantData, Expression, ProgramGraph, Rule, Value } from '../program-graph.js';
import { sameShape } from '../program-graph.js';

/** Movements that move nothing disappear; chains of reshapes, transposes and casts become one. */
export const collapseShapes: Rule = (graph, expression) => COLLAPSE[expression.op]?.(graph, expression);

const COLLAPSE: Record<string, Rule> = {
  Reshape: (graph, { inputs: [x], shape, dtype }) => {
    if (sameShape(x.shape, shape)) return x;
    if (x.op === 'Constant') return graph.constant(x.attributes['data'] as ConstantData, shape, dtype);
    if (x.op !== 'Reshape') return undefined;
    return graph.add({ op: 'Reshape', inputs: [x.inputs[0]], attributes: {}, shape, dtype });
  },
  Transpose: collapseTranspose,
  Cast: collapseCast,
  Slice: unchanged,
  BroadcastTo: unchanged,
  PadV2: unchanged,
  Concat: (_graph, { inputs }) => (inputs.length === 1 ? inputs[0] : undefined),
  Tile: (graph, { inputs: [x], shape, dtype }) => {
    if (sameShape(x.shape, shape)) return x;
    const repeats = x.shape.every((side, i) => side === 1 || side === shape[i]);
    return repeats ? graph.add({ op: 'BroadcastTo', inputs: [x], attributes: {}, shape, dtype }) : undefined;
  },
};

/** For ops that can only make their input another size: the same size means the same tensor. */
function unchanged(_graph: ProgramGraph, { inputs: [x], shape }: Expression): Value | undefined {
  return sameShape(x.shape, shape) ? x : undefined;
}

function collapseTranspose(graph: ProgramGraph, { inputs: [x], attributes, shape, dtype }: Expression) {
  const perm = attributes['perm'] as number[];
  if (x.op === 'Transpose') {
    const inner = x.attributes['perm'] as number[];
    const joined = perm.map((axis) => inner[axis]);
    return graph.add({ op: 'Transpose', inputs: x.inputs, attributes: { perm: joined }, shape, dtype });
  }
  const moved = perm.filter((axis) => x.shape[axis] !== 1);
  const inOrder = moved.every((axis, i) => i === 0 || axis > moved[i - 1]);
  return inOrder ? graph.add({ op: 'Reshape', inputs: [x], attributes: {}, shape, dtype }) : undefined;
}

function collapseCast(graph: ProgramGraph, { inputs: [x], shape, dtype }: Expression): Value | undefined {
  if (x.dtype === dtype) return x;
  if (x.op === 'OneHot') return graph.add({ ...withoutId(x), dtype });
  const fromTruth = x.op === 'Cast' && x.inputs[0].dtype === 'bool';
  return fromTruth ? graph.add({ op: 'Cast', inputs: x.inputs, attributes: {}, shape, dtype }) : undefined;
}

function withoutId({ op, inputs, attributes, shape, dtype }: Value): Expression {
  return { op, inputs, attributes, shape, dtype };
}
