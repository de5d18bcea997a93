import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import {
  type ChunkCapacity,
  type EmbeddingShape,
  type EmbeddingTables,
  type TableGradient,
  type TableName,
  tableSize,
} from '../embedding-model.js';
import type { DropoutOptions } from './entity-dropout.js';
import type { LossOptions } from './loss.js';
import type { PenaltyOptions } from './penalty.js';
import { ENTITY_TILE, QUERY_TILE } from './score-tiles.js';

/** Rows of entities that are projected by one relation. */
export interface ProjectedRows {
  /** [count, d] */
  readonly entities: Float32Array;
  /** [count, d] rows of `entityProjection`, where the model has them. */
  readonly companions: Float32Array;
  readonly count: number;
  readonly relation: number;
}

/** A projection over the model's tables and its own scratch memory. */
export interface Projection {
  /** out [count, d_r] = P_r(entities) */
  project(rows: ProjectedRows, out: Float32Array): void;
  /**
   * From dz [count, d_r]: writes the entities' gradients [count, d], and those of their companions.
   * @returns gradients of the relation's own tables
   */
  projectBackward(
    rows: ProjectedRows,
    dz: Float32Array,
    entityGradients: Float32Array,
    companionGradients: Float32Array,
  ): TableGradient[];
}

export interface ProjectionModelOptions {
  readonly shape: EmbeddingShape;
  readonly norm: 1 | 2;
  readonly loss: LossOptions;
  readonly penalty?: PenaltyOptions;
  /** Of entities' rows; absent: none. */
  readonly dropout?: DropoutOptions;
  readonly capacity: ChunkCapacity;
}

/** Takes a projection's scratch; what comes back builds it over the kernels and the model's tables. */
export type AllocateProjection = (
  allocator: Allocator,
  options: ProjectionModelOptions,
) => (kernels: EmbeddingKernels, tables: EmbeddingTables) => Projection;

export function rowsOf({ positives, negatives }: ChunkCapacity): number {
  return Math.max(2 * positives + negatives, QUERY_TILE, ENTITY_TILE);
}

/** One row of a relation's table as a gradient. */
export function relationRowGradient(
  shape: EmbeddingShape,
  table: TableName,
  ids: Int32Array,
  relation: number,
  values: Float32Array,
): TableGradient {
  const { rows, width } = tableSize(shape, table);
  // A matrix is several rows of its table.
  const count = rows / shape.relations;
  for (let i = 0; i < count; i++) ids[i] = relation * count + i;
  return { table, ids, values, count, width };
}

/** A table that the model was made with. */
export function ownTable(tables: EmbeddingTables, name: TableName): Float32Array {
  const table = tables[name];
  if (table === undefined) throw new RangeError(`the model has no table ${name}`);
  return table;
}
