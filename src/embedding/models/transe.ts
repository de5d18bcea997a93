import type { QueryRule } from './query-rule.js';
import { distanceOf } from './similarity.js';

/**
 * TransE: a relation is a translation, score(h, r, t) = -|h + r - t| in L1 or L2.
 * Bordes et al. 2013, "Translating embeddings for modeling multi-relational data", equation 1.
 */
export function transE(norm: 1 | 2): QueryRule {
  return {
    name: `TransE_l${norm}`,
    grouping: 'any',
    similarity: distanceOf(norm),
    isComplex: false,
    hasHalves: false,
    penalisesRelations: true,
    relationDimension: (dimension) => dimension,
    translation: signOf,
    query({ kernels, anchors, relations, side, count, dimension }, out) {
      kernels.addScaled(anchors, relations, signOf(side), out, count * dimension);
    },
    queryBackward({ kernels, side, count, dimension }, gradients, relationGradients) {
      // dr = s da; the anchors' gradients are those of the queries.
      kernels.addScaled(gradients, gradients, signOf(side) - 1, relationGradients, count * dimension);
    },
    ofRelations: {
      query({ kernels, heads, tails, count, dimension }, out) {
        kernels.addScaled(tails, heads, -1, out, count * dimension);
      },
      queryBackward({ kernels, count, dimension }, gradients, headGradients, tailGradients) {
        kernels.addScaled(headGradients, gradients, -1, headGradients, count * dimension);
        kernels.addScaled(tailGradients, gradients, 1, tailGradients, count * dimension);
      },
    },
  };
}

/** h + r looks for tails, t - r for heads. */
function signOf(side: 'head' | 'tail'): 1 | -1 {
  return side === 'tail' ? 1 : -1;
}
