import type { QueryRule } from './query-rule.js';

/**
 * DistMult: a relation is a diagonal matrix, score(h, r, t) = sum h r t; symmetric in h and t.
 * Yang et al. 2015, "Embedding entities and relations for learning and inference in knowledge bases", section 3.
 */
export const DIST_MULT: QueryRule = {
  name: 'DistMult',
  grouping: 'any',
  similarity: 'product',
  isComplex: false,
  hasHalves: false,
  penalisesRelations: true,
  relationDimension: (dimension) => dimension,
  query({ kernels, anchors, relations, count, dimension }, out) {
    kernels.multiply(anchors, relations, out, count * dimension);
  },
  queryBackward({ kernels, anchors, relations, count, dimension }, gradients, relationGradients) {
    kernels.multiply(gradients, anchors, relationGradients, count * dimension);
    kernels.multiply(gradients, relations, gradients, count * dimension);
  },
  ofRelations: {
    query({ kernels, heads, tails, count, dimension }, out) {
      kernels.multiply(heads, tails, out, count * dimension);
    },
    queryBackward({ kernels, heads, tails, count, dimension, scratch }, gradients, headGradients, tailGradients) {
      const size = count * dimension;
      kernels.multiply(gradients, tails, scratch, size);
      kernels.addScaled(headGradients, scratch, 1, headGradients, size);
      kernels.multiply(gradients, heads, scratch, size);
      kernels.addScaled(tailGradients, scratch, 1, tailGradients, size);
    },
  },
};
