import type { QueryRule } from './query-rule.js';

/**
 * RotatE: a relation turns each complex number of the head by a phase, score(h, r, t) = -sum |h e^(i r) - t|.
 * Sun et al. 2019, "RotatE: knowledge graph embedding by relational rotation in complex space", equation 3. The distance
 * is the sum of moduli, as in its authors' program, or their Euclidean norm, which is a matrix product. A relation's row is its
 * phases, half as wide as an entity's.
 */
export const rotatE = (norm: 1 | 2): QueryRule => ({
  name: norm === 1 ? 'RotatE' : 'RotatE_l2',
  grouping: 'any',
  similarity: norm === 1 ? 'modulus' : 'euclidean',
  isComplex: true,
  hasHalves: true,
  penalisesRelations: false,
  relationDimension: (dimension) => dimension / 2,
  query({ kernels, anchors, relations, side, count, dimension, scratch: [units] }, out) {
    kernels.unitComplex(relations, count, dimension / 2, units);
    // |h u - t| = |h - t conj(u)|: heads are compared with the tail turned back.
    kernels.complexMultiply(anchors, units, side === 'tail' ? 1 : -1, out, count, dimension);
  },
  queryBackward(
    { kernels, anchors, side, count, dimension, scratch: [units, unitGradients] },
    gradients,
    relationGradients,
  ) {
    const [a, b] = side === 'tail' ? [gradients, anchors] : [anchors, gradients];
    kernels.complexMultiply(a, b, -1, unitGradients, count, dimension);
    kernels.phaseGradients(units, unitGradients, count, dimension / 2, relationGradients);
    kernels.complexMultiply(gradients, units, side === 'tail' ? -1 : 1, gradients, count, dimension);
  },
});
