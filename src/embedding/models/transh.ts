import { type AllocateProjection, ownTable, relationRowGradient, rowsOf } from './projection.js';

/**
 * TransH: entities are projected onto the relation's hyperplane, P_r(e) = e - (e . u) u with the unit normal u = w / |w|.
 * Wang et al. 2014, "Knowledge graph embedding by translating on hyperplanes", equation 1; the constraint |w| = 1 is part of
 * the model here, not a penalty. Letters: s = E u, q = dZ u.
 */
export const allocateTransH: AllocateProjection = (allocator, { shape, capacity }) => {
  const { dimension: d } = shape;
  const rows = rowsOf(capacity);
  const unit = allocator.float32(d);
  const [s, q] = [allocator.float32(rows), allocator.float32(rows)];
  const gradient = allocator.float32(d);
  const ids = allocator.int32(1);
  return (kernels, tables) => {
    const normal = ownTable(tables, 'normal');
    const matrix = (data: Float32Array) => ({ data, row: d, column: 1 });
    const transposed = (data: Float32Array) => ({ data, row: 1, column: d });
    const vector = (data: Float32Array) => ({ data, row: 1, column: 1 });
    const fillUnit = (relation: number) => {
      const w = normal.subarray(relation * d, (relation + 1) * d);
      const length = Math.hypot(...w) || 1;
      for (let c = 0; c < d; c++) unit[c] = w[c] / length;
      return length;
    };
    const minus = (values: Float32Array, count: number) => {
      for (let i = 0; i < count; i++) values[i] = -values[i];
    };
    return {
      project({ entities, count, relation }, out) {
        fillUnit(relation);
        kernels.product(count, 1, d, matrix(entities), vector(unit), vector(s), false);
        minus(s, count);
        out.set(entities.subarray(0, count * d));
        kernels.product(count, d, 1, vector(s), matrix(unit), matrix(out), true);
      },
      projectBackward({ entities, count, relation }, dz, entityGradients) {
        const length = fillUnit(relation);
        kernels.product(count, 1, d, matrix(entities), vector(unit), vector(s), false);
        kernels.product(count, 1, d, matrix(dz), vector(unit), vector(q), false);
        // du = -(E^T q + dZ^T s)
        kernels.product(d, 1, count, transposed(entities), vector(q), vector(gradient), false);
        kernels.product(d, 1, count, transposed(dz), vector(s), vector(gradient), true);
        const along = gradient.reduce((sum, value, c) => sum + value * unit[c], 0);
        for (let c = 0; c < d; c++) gradient[c] = -(gradient[c] - along * unit[c]) / length;
        // dE = dZ - q u
        minus(q, count);
        entityGradients.set(dz.subarray(0, count * d));
        kernels.product(count, d, 1, vector(q), matrix(unit), matrix(entityGradients), true);
        return [relationRowGradient(shape, 'normal', ids, relation, gradient)];
      },
    };
  };
};
