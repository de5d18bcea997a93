/**
 * Rows that a training leaves as they are, so that a graph can grow without what was learnt of it moving: an entity or a
 * relation is fixed in all its tables. Gradients are computed as ever; those of fixed rows go no further.
 */
import { type EmbeddingShape, isOfEntities, type TableGradient, tableSize } from '../embedding-model.js';

/** By id: 1 stays. */
export interface FixedRows {
  readonly entities: Uint8Array;
  /** Of the model, reciprocal ones too. */
  readonly relations: Uint8Array;
}

/** @returns the gradients of rows that may move, in the arrays of all: ids and values close the gaps */
export function gradientsOfFree(
  gradients: readonly TableGradient[],
  fixed: FixedRows,
  shape: EmbeddingShape,
): TableGradient[] {
  return gradients.map((gradient) => {
    const { table, ids, values, width } = gradient;
    const owners = isOfEntities(table) ? fixed.entities : fixed.relations;
    // A relation's matrix is several rows of its table.
    const rowsOfOne = tableSize(shape, table).rows / owners.length;
    let count = 0;
    for (let p = 0; p < gradient.count; p++) {
      if (owners[Math.floor(ids[p] / rowsOfOne)] === 1) continue;
      if (count !== p) {
        ids[count] = ids[p];
        values.copyWithin(count * width, p * width, (p + 1) * width);
      }
      count++;
    }
    return { ...gradient, count };
  });
}

export function isAllFixed({ entities, relations }: FixedRows): boolean {
  return [entities, relations].every((rows) => rows.every((fixed) => fixed === 1));
}
