import type { RowBatch } from '../engine/kernels/embedding.js';

/**
 * The contract of a graph embedding model: one file a model. Vectors are rows of flat tables in one arena; a model
 * scores triples in three patterns and computes the gradients of a chunk of positives against shared negatives by row.
 * What is done with the gradients (row-optimizer.ts), which chunks come (training-chunks.ts) and when to stop
 * (train-embedding.ts) is not the model's business.
 */
export interface EmbeddingShape {
  readonly entities: number;
  readonly relations: number;
  /** d_e, and d_r where it differs (TransR). */
  readonly dimension: number;
  readonly relationDimension: number;
}

/**
 * `entity` [entities, dimension] and `relation` [relations, relationDimension] of every model, and what some add:
 * `projection` [relations, dimension * relationDimension] a matrix with `dimension` rows (TransR), `normal` [relations,
 * dimension] (TransH), `entityProjection` and `relationProjection`, a second vector for each (TransD).
 */
export const TABLE_NAMES = [
  'entity',
  'relation',
  'projection',
  'normal',
  'entityProjection',
  'relationProjection',
] as const;
export type TableName = (typeof TABLE_NAMES)[number];

export type EmbeddingTables = { readonly [name in 'entity' | 'relation']: Float32Array } & {
  readonly [name in TableName]?: Float32Array;
};

/** Whose rows a table has: entities' or relations'. */
export function isOfEntities(table: TableName): boolean {
  return table === 'entity' || table === 'entityProjection';
}

/** Rows and width of a table as the optimizer sees them: a row of `projection` is one row of a matrix there. */
export function tableSize(shape: EmbeddingShape, table: TableName): { rows: number; width: number } {
  const { entities, relations, dimension, relationDimension } = shape;
  switch (table) {
    case 'entity':
    case 'entityProjection':
      return { rows: entities, width: dimension };
    case 'relation':
    case 'relationProjection':
      return { rows: relations, width: relationDimension };
    case 'normal':
      return { rows: relations, width: dimension };
    case 'projection':
      return { rows: relations * dimension, width: relationDimension };
  }
}

/** Scores of triples in three patterns. Higher is more plausible; distances are returned negated. */
export interface TripleScorer {
  readonly shape: EmbeddingShape;
  /** Scores of the given triples, written to `out` [n]. */
  scoreTriples(heads: Int32Array, relations: Int32Array, tails: Int32Array, out: Float32Array): void;
  /** Scores of every entity as tail of each (head, relation), written to `out` [n, entities]. Fastest ordered by relation. */
  scoreTails(heads: Int32Array, relations: Int32Array, out: Float32Array): void;
  /** Scores of every entity as head of each (relation, tail), written to `out` [n, entities]. Fastest ordered by relation. */
  scoreHeads(relations: Int32Array, tails: Int32Array, out: Float32Array): void;
}

export interface EmbeddingModel extends TripleScorer {
  /** As DGL-KE calls it. */
  readonly name: string;
  readonly tables: EmbeddingTables;
  /** `relation`: all positives of a chunk must have the same relation. */
  readonly grouping: 'any' | 'relation';
  readonly capacity: ChunkCapacity;
  /** Mean loss of a chunk and its gradients; the arrays live until the next call. Tables are not changed. */
  chunkGradients(chunk: TrainingChunk): ChunkGradients;
}

/** The largest chunk that a model has scratch memory for. */
export interface ChunkCapacity {
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Positives (heads, relations, tails)[m], all against the same negatives, which replace the tail or the head. A
 * negative that is a positive's own entity does not count for that positive.
 */
export interface TrainingChunk {
  readonly heads: Int32Array;
  readonly relations: Int32Array;
  readonly tails: Int32Array;
  readonly negatives: Int32Array;
  readonly corrupt: 'head' | 'tail';
  /** Among all chunks of the training: what is random in a model depends on it. Absent: 0. */
  readonly number?: number;
  /** [m] how much each positive counts; absent: all 1. */
  readonly weights?: Float32Array;
  /** Places i * n + j of negatives j that do not count for positive i, for example because they are true. */
  readonly struck?: Int32Array;
  /** The true ones among the negatives, by row: then there are no positives, and the replaced side is not looked at. */
  readonly answers?: Answers;
}

export interface Answers {
  /** [m + 1] */
  readonly offsets: Int32Array;
  /** Row i: places columns[offsets[i] .. offsets[i + 1] - 1] among the negatives; at least one. */
  readonly columns: Int32Array;
}

export interface ChunkGradients {
  readonly loss: number;
  readonly tables: readonly TableGradient[];
}

/**
 * Gradients of the touched rows of one table, each row once. A row of `projection` is one row of a matrix here:
 * id = relation * dimension + i, width = relationDimension.
 */
export interface TableGradient extends RowBatch {
  readonly table: TableName;
}
