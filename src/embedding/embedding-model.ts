/**
 * The contract of a graph embedding model: one file a model. Vectors are rows of flat tables; a model scores triples
 * in three patterns and adds the gradient of a chunk of positives against shared negatives straight into its tables.
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

/** Higher is more plausible; distances are returned negated. */
export interface EmbeddingModel {
  readonly name: string;
  readonly shape: EmbeddingShape;
  readonly tables: EmbeddingTables;
  /** Scores of the given triples, written to `out` [n]. */
  scoreTriples(heads: Int32Array, relations: Int32Array, tails: Int32Array, out: Float32Array): void;
  /** Scores of every entity as tail of each (head, relation), written to `out` [n, entities]. */
  scoreTails(heads: Int32Array, relations: Int32Array, out: Float32Array): void;
  /** Scores of every entity as head of each (relation, tail), written to `out` [n, entities]. */
  scoreHeads(relations: Int32Array, tails: Int32Array, out: Float32Array): void;
  /**
   * One training chunk: positives (heads, relations, tails)[m] against k shared negatives that replace the tail
   * (`corrupt` = 'tail') or the head. Updates the touched rows and returns the mean loss.
   */
  trainChunk(chunk: TrainingChunk): number;
}

export interface TrainingChunk {
  readonly heads: Int32Array;
  readonly relations: Int32Array;
  readonly tails: Int32Array;
  readonly negatives: Int32Array;
  readonly corrupt: 'head' | 'tail';
  readonly learningRate: number;
}
