import { type AllocateProjection, ownTable, relationRowGradient, rowsOf } from './projection.js';

/**
 * TransD: entities and relations have a second vector, P_r(e) = e + (e_p . e) r_p; entities and relations are of one width.
 * Ji et al. 2015, "Knowledge graph embedding via dynamic mapping matrix", equations 11 to 14. Letters: s_i = e_p . e of row i,
 * q_i = dz_i . r_p.
 */
export const allocateTransD: AllocateProjection = (allocator, { shape, capacity }) => {
  const { dimension: d } = shape;
  const rows = rowsOf(capacity);
  const [s, q] = [allocator.float32(rows), allocator.float32(rows)];
  const gradient = allocator.float32(d);
  const ids = allocator.int32(1);
  return (kernels, tables) => {
    const relationProjection = ownTable(tables, 'relationProjection');
    const matrix = (data: Float32Array) => ({ data, row: d, column: 1 });
    const transposed = (data: Float32Array) => ({ data, row: 1, column: d });
    const vector = (data: Float32Array) => ({ data, row: 1, column: 1 });
    const companionOf = (relation: number) => relationProjection.subarray(relation * d, (relation + 1) * d);
    return {
      project({ entities, companions, count, relation }, out) {
        kernels.pairProducts(entities, companions, count, d, s);
        out.set(entities.subarray(0, count * d));
        kernels.product(count, d, 1, vector(s), matrix(companionOf(relation)), matrix(out), true);
      },
      projectBackward({ entities, companions, count, relation }, dz, entityGradients, companionGradients) {
        kernels.pairProducts(entities, companions, count, d, s);
        kernels.product(count, 1, d, matrix(dz), vector(companionOf(relation)), vector(q), false);
        entityGradients.set(dz.subarray(0, count * d));
        kernels.addScaledRows(entityGradients, companions, q, count, d);
        companionGradients.fill(0, 0, count * d);
        kernels.addScaledRows(companionGradients, entities, q, count, d);
        kernels.product(d, 1, count, transposed(dz), vector(s), vector(gradient), false);
        return [relationRowGradient(shape, 'relationProjection', ids, relation, gradient)];
      },
    };
  };
};
