import type { QueryRule } from './query-rule.js';

/**
 * ComplEx: score(h, r, t) = Re sum h r conj(t) of complex vectors, so relations need not be symmetric.
 * Trouillon et al. 2016, "Complex embeddings for simple link prediction", equation 9.
 */
export const COMPL_EX: QueryRule = {
  name: 'ComplEx',
  grouping: 'any',
  similarity: 'product',
  isComplex: true,
  hasHalves: true,
  penalisesRelations: true,
  relationDimension: (dimension) => dimension,
  query({ kernels, anchors, relations, side, count, dimension }, out) {
    // Tails are compared with h r, heads with t conj(r): Re sum q conj(y) is the product of the real rows.
    kernels.complexMultiply(anchors, relations, side === 'tail' ? 1 : -1, out, count, dimension);
  },
  queryBackward({ kernels, anchors, relations, side, count, dimension }, gradients, relationGradients) {
    if (side === 'tail') {
      kernels.complexMultiply(gradients, anchors, -1, relationGradients, count, dimension);
      kernels.complexMultiply(gradients, relations, -1, gradients, count, dimension);
    } else {
      kernels.complexMultiply(anchors, gradients, -1, relationGradients, count, dimension);
      kernels.complexMultiply(gradients, relations, 1, gradients, count, dimension);
    }
  },
  ofRelations: {
    query({ kernels, heads, tails, count, dimension }, out) {
      // The score is also the product of the real rows of r and t conj(h).
      kernels.complexMultiply(tails, heads, -1, out, count, dimension);
    },
    queryBackward({ kernels, heads, tails, count, dimension, scratch }, gradients, headGradients, tailGradients) {
      const size = count * dimension;
      kernels.complexMultiply(tails, gradients, -1, scratch, count, dimension);
      kernels.addScaled(headGradients, scratch, 1, headGradients, size);
      kernels.complexMultiply(gradients, heads, 1, scratch, count, dimension);
      kernels.addScaled(tailGradients, scratch, 1, tailGradients, size);
    },
  },
};
