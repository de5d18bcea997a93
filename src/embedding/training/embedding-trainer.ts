/**
 * What the loop of a training works with, however the tables are held: whole in memory, or in partitions of which two are.
 */
import type { EmbeddingShape, EmbeddingTables, TableName } from '../embedding-model.js';
import type { RankTable } from '../evaluation/rank-table.js';
import type { KnownRows } from '../vectors/adopt-vectors.js';
import type { NamedVectors } from '../vectors/named-vectors.js';
import type { RowOptimizer } from './row-optimizer.js';

/** Some of a model's tables. */
export type HeldTables = { readonly [name in TableName]?: Float32Array };

/** The tables that stand in memory whole, with their optimizer: all of them, or those of relations. */
export interface HeldEmbedding {
  readonly model: { readonly tables: HeldTables };
  readonly optimizer: Pick<RowOptimizer, 'state' | 'step'>;
}

/** A trained model as it is written and started from. */
export interface TrainedEmbedding {
  /** As DGL-KE calls it. */
  readonly name: string;
  readonly shape: EmbeddingShape;
  /** Whole rows of a table in the order of ids, in parts; undefined: the model has no such table. A part lives until the next. */
  parts(table: TableName): Iterable<Float32Array> | undefined;
  /** Adagrad's sums of squares for a table, where they are in memory. */
  squares?(table: TableName): Float32Array | undefined;
}

export interface EmbeddingTrainer {
  readonly embedding: HeldEmbedding;
  /** Yields after each round; at the end gives the mean loss of the epoch's positives. */
  epoch(epoch: number, learningRate: number): Generator<{ done: number; total: number }, number>;
  /** Ranks the triples of one of the rankings by the model as it is now. */
  rank(index: number): RankTable;
  /** The model as it is now. */
  trained(): TrainedEmbedding;
  startFrom(source: TrainedEmbedding): void;
  /** Takes over vectors that exist. */
  adopt(vectors: NamedVectors, known: KnownRows): void;
  /** First values of tables that are not in memory. */
  initialise?(): void;
  /** Keeps, and puts back, what is not in memory. */
  keepBest?(): void;
  restoreBest?(): void;
  /** Writes what is not in memory so that it outlives the process, and names it in a checkpoint's folder. */
  save?(folder: string): Promise<void>;
  /** The checkpoint has appeared: what only earlier ones name may go. */
  saved?(): void;
  load?(folder: string): Promise<void>;
  close(): void;
}

/** A model whose tables are all in memory. */
export function inMemory({
  name,
  tables,
  shape,
}: {
  readonly name: string;
  readonly tables: EmbeddingTables;
  readonly shape: EmbeddingShape;
}): TrainedEmbedding {
  return {
    name,
    shape,
    parts: (table) => {
      const values = tables[table];
      return values && [values];
    },
  };
}
