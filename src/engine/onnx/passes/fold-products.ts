import type { Rule, Value } from '../program-graph.js';

/** A transpose of the last two axes becomes a flag of the matrix product that reads it. */
export const foldProducts: Rule = (graph, { op, inputs: [a, b], attributes, shape, dtype }) => {
  if (op !== 'BatchMatMul' || !(swapsLastAxes(a) || swapsLastAxes(b))) return undefined;
  const flip = (x: Value, flag: unknown) => (swapsLastAxes(x) ? !flag : !!flag);
  const through = (x: Value) => (swapsLastAxes(x) ? x.inputs[0] : x);
  return graph.add({
    op,
    inputs: [through(a), through(b)],
    attributes: {
      ...attributes,
      transposeA: flip(a, attributes['transposeA']),
      transposeB: flip(b, attributes['transposeB']),
    },
    shape,
    dtype,
  });
};

function swapsLastAxes({ op, attributes, shape }: Value): boolean {
  if (op !== 'Transpose') return false;
  const perm = attributes['perm'] as number[];
  const last = shape.length - 1;
  return perm.every((from, to) => from === (to === last ? last - 1 : to === last - 1 ? last : to));
}
