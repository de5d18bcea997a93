import type { QueryRule } from './query-rule.js';

/**
 * SimplE: an entity has a vector as head and one as tail, a relation one each way; score(h, r, t) is half of
 * sum h_head r t_tail + sum t_head r_inverse h_tail. Rows are [as head; as tail] and [r; r_inverse].
 * Kazemi and Poole 2018, "SimplE embedding for link prediction in knowledge graphs", section 4.
 */
export const SIMPL_E: QueryRule = {
  name: 'SimplE',
  grouping: 'any',
  similarity: 'product',
  isComplex: false,
  hasHalves: true,
  penalisesRelations: true,
  relationDimension: (dimension) => dimension,
  query({ kernels, anchors, relations, side, count, dimension, scratch: [oriented, crossed] }, out) {
    // Seen from the tail, a relation's two vectors change places.
    if (side === 'tail') oriented.set(relations.subarray(0, count * dimension));
    else kernels.swapHalves(relations, count, dimension, 1, oriented);
    kernels.multiply(anchors, oriented, crossed, count * dimension);
    kernels.swapHalves(crossed, count, dimension, 0.5, out);
  },
  queryBackward(
    { kernels, anchors, side, count, dimension, scratch: [oriented, crossed] },
    gradients,
    relationGradients,
  ) {
    kernels.swapHalves(gradients, count, dimension, 0.5, crossed);
    kernels.multiply(crossed, oriented, gradients, count * dimension);
    kernels.multiply(crossed, anchors, crossed, count * dimension);
    if (side === 'tail') relationGradients.set(crossed.subarray(0, count * dimension));
    else kernels.swapHalves(crossed, count, dimension, 1, relationGradients);
  },
  ofRelations: {
    query({ kernels, heads, tails, count, dimension, scratch }, out) {
      kernels.swapHalves(tails, count, dimension, 0.5, scratch);
      kernels.multiply(heads, scratch, out, count * dimension);
    },
    queryBackward({ kernels, heads, tails, count, dimension, scratch }, gradients, headGradients, tailGradients) {
      const size = count * dimension;
      kernels.swapHalves(tails, count, dimension, 0.5, scratch);
      kernels.multiply(scratch, gradients, scratch, size);
      kernels.addScaled(headGradients, scratch, 1, headGradients, size);
      // The heads' rows are not needed any more.
      kernels.multiply(heads, gradients, heads, size);
      kernels.swapHalves(heads, count, dimension, 0.5, scratch);
      kernels.addScaled(tailGradients, scratch, 1, tailGradients, size);
    },
  },
};
