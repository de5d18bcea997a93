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

export interface EmbeddingTables {
  /** [entities, dimension] */
  readonly entity: Float32Array;
  /** [relations, relationDimension] */
  readonly relation: Float32Array;
  /** TransR: [relations, dimension * relationDimension], row-major with `dimension` rows. */
  readonly projection?: Float32Array;
}

export type TableName = keyof EmbeddingTables;

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

/** Width of a table's rows as the optimizer sees them. */
export function rowWidth(shape: EmbeddingShape, table: TableName): number {
  return table === 'entity' ? shape.dimension : shape.relationDimension;
}
