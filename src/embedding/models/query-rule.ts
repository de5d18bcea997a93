import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { RelationRule } from './relation-prediction.js';
import type { Similarity } from './similarity.js';

export interface QueryOperands {
  readonly kernels: EmbeddingKernels;
  /** x [count, d] */
  readonly anchors: Float32Array;
  /** r [count, d_r]; one row where the rule groups by relation. */
  readonly relations: Float32Array;
  /** Which end the candidates are. */
  readonly side: 'head' | 'tail';
  readonly count: number;
  readonly dimension: number;
  /** Two arrays [count, d]; what `query` leaves there `queryBackward` finds. */
  readonly scratch: readonly [Float32Array, Float32Array];
}

/** What makes a model of its own. */
export interface QueryRule {
  /** As DGL-KE calls it. */
  readonly name: string;
  readonly grouping: 'any' | 'relation';
  readonly similarity: Similarity;
  /** Entities' rows are complex: d / 2 real parts, then d / 2 imaginary ones. */
  readonly isComplex: boolean;
  /** Entities' rows have two halves, so that their width is even. */
  readonly hasHalves: boolean;
  /** Relations' rows may be penalised as the entities' are; not phases. */
  readonly penalisesRelations: boolean;
  relationDimension(dimension: number): number;
  /** Where a query is the anchor plus or minus the relation's row (TransE): which. Both can then be gathered as their sum. */
  translation?(side: 'head' | 'tail'): 1 | -1;
  /** Writes the queries [count, d]. */
  query(operands: QueryOperands, out: Float32Array): void;
  /** Turns gradients of queries [count, d] into those of the anchors, in place, and writes those of the relations. */
  queryBackward(operands: QueryOperands, gradients: Float32Array, relationGradients: Float32Array): void;
  /** Absent: a relation cannot be asked for by a query. */
  readonly ofRelations?: RelationRule;
}
