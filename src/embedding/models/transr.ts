import type { Strided } from '../../engine/kernels/embedding.js';
import { type AllocateProjection, ownTable, relationRowGradient } from './projection.js';

/**
 * TransR: entities are projected by the relation's matrix, P_r(e) = e M_r, from d to d_r.
 * Lin et al. 2015, "Learning entity and relation embeddings for knowledge graph completion", equation 8.
 */
export const allocateTransR: AllocateProjection = (allocator, { shape }) => {
  const { dimension, relationDimension } = shape;
  const size = dimension * relationDimension;
  const gradient = allocator.float32(size);
  const ids = allocator.int32(dimension);
  return (kernels, tables) => {
    const projection = ownTable(tables, 'projection');
    const matrix = (relation: number) => projection.subarray(relation * size, (relation + 1) * size);
    const ofWidth = (data: Float32Array, row: number): Strided => ({ data, row, column: 1 });
    const transposed = (data: Float32Array, column: number): Strided => ({ data, row: 1, column });
    return {
      project({ entities, count, relation }, out) {
        const [e, m] = [ofWidth(entities, dimension), ofWidth(matrix(relation), relationDimension)];
        kernels.product(count, relationDimension, dimension, e, m, ofWidth(out, relationDimension), false);
      },
      projectBackward({ entities, count, relation }, dz, entityGradients) {
        const dZ = ofWidth(dz, relationDimension);
        const dE = ofWidth(entityGradients, dimension);
        const transposedMatrix = transposed(matrix(relation), relationDimension);
        kernels.product(count, dimension, relationDimension, dZ, transposedMatrix, dE, false);
        const dM = ofWidth(gradient, relationDimension);
        kernels.product(dimension, relationDimension, count, transposed(entities, dimension), dZ, dM, false);
        return [relationRowGradient(shape, 'projection', ids, relation, gradient)];
      },
    };
  };
};
