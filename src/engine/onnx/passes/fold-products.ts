import type { Expression, ProgramGraph, Rule, Value } from '../program-graph.js';

/** A transpose of the last two axes becomes a flag of the matrix product that reads it. */
export const foldProducts: Rule = (graph, expression) => {
  const { op, inputs, attributes, shape, dtype } = expression;
  const [a, b] = inputs;
  if (op !== 'BatchMatMul') return undefined;
  if (!(swapsLastAxes(a) || swapsLastAxes(b))) return transposeNarrower(graph, expression);
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

/**
 * A^T B of a batch is (B^T A)^T where B is narrower than A: reading a matrix by columns costs by its size, and the
 * transpose of the result mostly merges with the one that joins the heads.
 */
function transposeNarrower(graph: ProgramGraph, { op, inputs: [a, b], attributes, shape, dtype }: Expression) {
  const last = shape.length - 1;
  const narrower = last > 1 && b.shape.length === shape.length && shape[last] < shape[last - 1];
  if (!narrower || !attributes['transposeA'] || attributes['transposeB']) return undefined;
  const perm = shape.map((_, i) => (i === last ? last - 1 : i === last - 1 ? last : i));
  const swapped = perm.map((from) => shape[from]);
  const product = graph.add({ op, inputs: [b, a], attributes, shape: swapped, dtype });
  return graph.add({ op: 'Transpose', inputs: [product], attributes: { perm }, shape, dtype });
}

function swapsLastAxes({ op, attributes, shape }: Value): boolean {
  if (op !== 'Transpose') return false;
  const perm = attributes['perm'] as number[];
  const last = shape.length - 1;
  return perm.every((from, to) => from === (to === last ? last - 1 : to === last - 1 ? last : to));
}
