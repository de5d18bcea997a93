import type { Strided } from '../../engine/kernels/embedding.js';
import type { QueryRule } from './query-rule.js';

/**
 * RESCAL: a relation is a full matrix M, score(h, r, t) = h M t. A relation's row is M, row by row, so a chunk has one.
 * Nickel et al. 2011, "A three-way model for collective learning on multi-relational data", equation 1.
 */
export const RESCAL: QueryRule = {
  name: 'RESCAL',
  grouping: 'relation',
  similarity: 'product',
  isComplex: false,
  hasHalves: false,
  penalisesRelations: true,
  relationDimension: (dimension) => dimension * dimension,
  query({ kernels, anchors, relations, side, count, dimension: d }, out) {
    // h M looks for tails, t M^T for heads.
    const matrix = side === 'tail' ? rows(relations, d) : columns(relations, d);
    kernels.product(count, d, d, rows(anchors, d), matrix, rows(out, d), false);
  },
  queryBackward(
    { kernels, anchors, relations, side, count, dimension: d, scratch: [copy] },
    gradients,
    relationGradients,
  ) {
    copy.set(gradients.subarray(0, count * d));
    const [left, right] = side === 'tail' ? [anchors, copy] : [copy, anchors];
    kernels.product(d, d, count, columns(left, d), rows(right, d), rows(relationGradients, d), false);
    const matrix = side === 'tail' ? columns(relations, d) : rows(relations, d);
    kernels.product(count, d, d, rows(copy, d), matrix, rows(gradients, d), false);
  },
};

function rows(data: Float32Array, width: number): Strided {
  return { data, row: width, column: 1 };
}

/** The transpose of a matrix with rows of `width`. */
function columns(data: Float32Array, width: number): Strided {
  return { data, row: 1, column: width };
}
