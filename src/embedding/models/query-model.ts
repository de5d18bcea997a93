/**
 * Models whose candidates are the entities' rows as they are: an anchor and a relation make a query, and a score is the
 * query's similarity with the candidate's row. TransE, DistMult, ComplEx, RotatE, SimplE and RESCAL differ only in their
 * rule. Letters: m positives, n negatives, d dimension, d_r width of a relation's row.
 */
import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import type {
  ChunkCapacity,
  ChunkGradients,
  EmbeddingModel,
  EmbeddingShape,
  EmbeddingTables,
  TableGradient,
  TrainingChunk,
} from '../embedding-model.js';
import { allocateChunkRows, ChunkRows } from './chunk-rows.js';
import { allocateContrast, ContrastBlock, parts } from './contrast-block.js';
import { allocateDropout, type DropoutOptions, EntityDropout } from './entity-dropout.js';
import type { LossOptions } from './loss.js';
import { addPenalty, type PenaltyOptions } from './penalty.js';
import type { QueryOperands, QueryRule } from './query-rule.js';
import { allocateRelationPrediction, RelationPrediction } from './relation-prediction.js';
import { allocateTiles, forRuns, QUERY_TILE, scoreAgainstAll } from './score-tiles.js';
import { comparePairs } from './similarity.js';

export interface QueryModelOptions {
  readonly shape: EmbeddingShape;
  readonly loss: LossOptions;
  readonly penalty?: PenaltyOptions;
  /** Of entities' rows; absent: none. */
  readonly dropout?: DropoutOptions;
  /** Of guessing relations beside entities; 0 or absent: not. */
  readonly relationWeight?: number;
  readonly capacity: ChunkCapacity;
}

export function allocateQueryModel(allocator: Allocator, rule: QueryRule, options: QueryModelOptions) {
  const { shape, capacity, loss } = options;
  const { dimension, relationDimension } = shape;
  const rows = Math.max(capacity.positives, QUERY_TILE);
  const prediction = predictionOptions(rule, options);
  const relationRows = rule.grouping === 'relation' ? 1 : rows + (prediction ? shape.relations : 0);
  return {
    prediction: prediction && allocateRelationPrediction(allocator, prediction),
    rows: allocateChunkRows(allocator, shape, capacity),
    mask: allocateDropout(allocator, options.dropout, 2 * capacity.positives + capacity.negatives, dimension),
    contrast: allocateContrast(allocator, { capacity, width: dimension, similarity: rule.similarity, loss }),
    tiles: allocateTiles(allocator, dimension),
    anchors: allocator.float32(rows * dimension),
    relations: allocator.float32(relationRows * relationDimension),
    relationGradients: allocator.float32(relationRows * relationDimension),
    scratch: [allocator.float32(rows * dimension), allocator.float32(rows * dimension)] as const,
    ids: allocator.int32(QUERY_TILE),
  };
}

/** @throws RangeError when the rule cannot guess relations */
function predictionOptions(rule: QueryRule, { shape, capacity, relationWeight = 0 }: QueryModelOptions) {
  if (relationWeight === 0) return undefined;
  if (rule.ofRelations === undefined) throw new RangeError(`${rule.name} cannot guess relations`);
  return { shape, positives: capacity.positives, similarity: rule.similarity, weight: relationWeight };
}

export class QueryModel implements EmbeddingModel {
  readonly name: string;
  readonly grouping: 'any' | 'relation';
  readonly shape: EmbeddingShape;
  readonly capacity: ChunkCapacity;
  private readonly rows: ChunkRows;
  private readonly contrast: ContrastBlock;
  private readonly prediction: RelationPrediction | undefined;
  private readonly dropout: EntityDropout | undefined;

  constructor(
    private readonly kernels: EmbeddingKernels,
    readonly tables: EmbeddingTables,
    private readonly rule: QueryRule,
    private readonly buffers: ReturnType<typeof allocateQueryModel>,
    private readonly options: QueryModelOptions,
  ) {
    const { shape, capacity, loss } = options;
    if (shape.relationDimension !== rule.relationDimension(shape.dimension)) {
      throw new RangeError(`${rule.name} has relations of width ${rule.relationDimension(shape.dimension)}`);
    }
    this.name = rule.name;
    this.grouping = rule.grouping;
    this.shape = shape;
    this.capacity = capacity;
    this.rows = new ChunkRows(kernels, buffers.rows, capacity);
    const { similarity } = rule;
    this.contrast = new ContrastBlock(kernels, buffers.contrast, {
      capacity,
      width: shape.dimension,
      similarity,
      loss,
    });
    const { dropout } = options;
    if (dropout && buffers.mask) this.dropout = new EntityDropout(kernels, buffers.mask, shape.dimension, dropout);
    const prediction = predictionOptions(rule, options);
    if (prediction && buffers.prediction && rule.ofRelations) {
      this.prediction = new RelationPrediction(kernels, rule.ofRelations, buffers.prediction, prediction);
    }
  }

  /** @throws RangeError when the rule groups by relation and the chunk has several */
  chunkGradients(chunk: TrainingChunk): ChunkGradients {
    const sign = this.rule.translation?.(chunk.corrupt);
    const { penalty, dropout } = this.options;
    const asksForAnchors = [penalty, dropout, this.prediction].some((part) => part !== undefined);
    return sign === undefined || asksForAnchors ? this.queryGradients(chunk) : this.translationGradients(chunk, sign);
  }

  /** The same numbers with fewer passes over the rows: neither anchors nor relations are kept by themselves. */
  private translationGradients(chunk: TrainingChunk, sign: 1 | -1): ChunkGradients {
    const { kernels, rows, buffers, tables } = this;
    const { dimension: d } = this.shape;
    const { m, n, positiveIds, negativeIds } = rows.open(chunk, 'any');
    const { entityIds, relationIds } = rows.buffers;
    const { rows: gathered, gradients } = this.contrast.buffers;
    kernels.gatherSums(tables.entity, entityIds, tables.relation, relationIds, sign, m, d, gathered);
    kernels.gather(tables.entity, entityIds.subarray(m), m + n, d, gathered.subarray(m * d));
    const loss = this.contrast.run(chunk, positiveIds, negativeIds);
    // First: summing the entities' gradients by row reorders them.
    const ofRelations = rows.relationSums(gradients, sign, m, d, buffers.relationGradients);
    return { loss, tables: [rows.entityGradient(gradients, 2 * m + n, d), ofRelations] };
  }

  private queryGradients(chunk: TrainingChunk): ChunkGradients {
    const { kernels, rule, rows, buffers, contrast } = this;
    const { dimension } = this.shape;
    const { m, n, positiveIds, negativeIds } = rows.open(chunk, rule.grouping);
    const block = contrast.buffers;
    const relationCount = rule.grouping === 'relation' ? 1 : m;
    // The anchors stay as they are; what stands in their place among the rows are the queries.
    const replaced = block.rows.subarray(m * dimension);
    this.gatherEntities(m, m + n);
    this.dropEntities(chunk, 2 * m + n);
    kernels.gather(
      this.tables.relation,
      rows.buffers.relationIds,
      relationCount,
      this.shape.relationDimension,
      buffers.relations,
    );
    const operands = this.operands(m, chunk.corrupt);
    this.prediction?.keep(...this.ends(buffers.anchors, replaced, chunk));
    rule.query(operands, block.rows);
    const loss = contrast.run(chunk, positiveIds, negativeIds);
    rule.queryBackward(operands, block.gradients, buffers.relationGradients);
    const guessed = this.guessRelations(chunk);
    this.dropout?.drop(block.gradients.subarray(0, (2 * m + n) * dimension), 0);
    const penalty = this.penalise(m, relationCount);
    return {
      loss: loss + penalty + guessed,
      tables: [
        rows.entityGradient(block.gradients, 2 * m + n, dimension),
        this.relationGradient(relationCount + (this.prediction ? this.shape.relations : 0)),
      ],
    };
  }

  /** The anchors' rows, and behind the place of the queries those of the entities after them. */
  private gatherEntities(anchors: number, others: number): void {
    const { kernels, buffers, rows, contrast } = this;
    const { dimension } = this.shape;
    const { entityIds } = rows.buffers;
    kernels.gather(this.tables.entity, entityIds, anchors, dimension, buffers.anchors);
    const replaced = contrast.buffers.rows.subarray(anchors * dimension);
    kernels.gather(this.tables.entity, entityIds.subarray(anchors), others, dimension, replaced);
  }

  private dropEntities(chunk: TrainingChunk, count: number): void {
    const { dropout, buffers, contrast } = this;
    if (dropout === undefined) return;
    const anchors = chunk.heads.length;
    const end = anchors * this.shape.dimension;
    dropout.open(chunk, count);
    dropout.drop(buffers.anchors.subarray(0, end), 0);
    dropout.drop(contrast.buffers.rows.subarray(end, count * this.shape.dimension), anchors);
  }

  /** Heads' and tails' rows of the anchors' and the replaced entities'. */
  private ends(
    anchors: Float32Array,
    replaced: Float32Array,
    { heads, corrupt }: TrainingChunk,
  ): [Float32Array, Float32Array] {
    const [x, y] = [anchors, replaced].map((rows) => rows.subarray(0, heads.length * this.shape.dimension));
    return corrupt === 'tail' ? [x, y] : [y, x];
  }

  /** Adds the gradients of guessing the positives' relations. @returns the loss */
  private guessRelations(chunk: TrainingChunk): number {
    const { prediction, buffers, rows } = this;
    if (prediction === undefined) return 0;
    const [x, y] = parts(this.contrast.buffers.gradients, chunk.heads.length, this.shape.dimension);
    const loss = prediction.run(chunk, this.tables.relation, ...this.ends(x, y, chunk), buffers.relationGradients);
    rows.addEveryRelation(chunk.heads.length, this.shape.relations);
    return loss;
  }

  /** Of the positives: anchors, relations and the replaced entities. */
  private penalise(m: number, relationCount: number): number {
    const { penalty } = this.options;
    if (penalty === undefined) return 0;
    const { kernels, rule, buffers } = this;
    const { dimension, relationDimension } = this.shape;
    // Whole rows are penalised, not what a chunk trained of them.
    if (this.dropout) this.gatherEntities(m, m);
    const [, replaced] = parts(this.contrast.buffers.rows, m, dimension);
    const [anchorGradients, replacedGradients] = parts(this.contrast.buffers.gradients, m, dimension);
    // A mean over positives, also where all share one row of the relation.
    const add = (values: Float32Array, count: number, width: number, gradients: Float32Array) =>
      addPenalty(kernels, penalty, { values, count, width, isComplex: rule.isComplex }, gradients);
    let sum = add(buffers.anchors, m, dimension, anchorGradients);
    sum += add(replaced, m, dimension, replacedGradients);
    if (!rule.penalisesRelations) return sum;
    return sum + add(buffers.relations, relationCount, relationDimension, buffers.relationGradients);
  }

  private relationGradient(count: number): TableGradient {
    return this.rows.relationGradient(this.buffers.relationGradients, count, this.shape.relationDimension);
  }

  scoreTriples(heads: Int32Array, relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    const { kernels, rule, buffers } = this;
    const { dimension } = this.shape;
    const { queries, queryNorms } = buffers.tiles;
    forRuns(relations, rule.grouping, (from, to) => {
      this.fillQueries(heads.subarray(from, to), relations.subarray(from, to), 'tail');
      buffers.ids.set(tails.subarray(from, to));
      kernels.gather(this.tables.entity, buffers.ids, to - from, dimension, buffers.anchors);
      comparePairs(kernels, rule.similarity, queries, buffers.anchors, to - from, dimension, queryNorms);
      out.set(queryNorms.subarray(0, to - from), from);
    });
  }

  scoreTails(heads: Int32Array, relations: Int32Array, out: Float32Array): void {
    this.scoreAll(heads, relations, 'tail', out);
  }

  scoreHeads(relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    this.scoreAll(tails, relations, 'head', out);
  }

  private scoreAll(anchors: Int32Array, relations: Int32Array, side: 'head' | 'tail', out: Float32Array): void {
    const { kernels, rule, buffers } = this;
    const { entities, dimension: d } = this.shape;
    const candidates = (from: number, to: number) => this.tables.entity.subarray(from * d, to * d);
    forRuns(relations, rule.grouping, (from, to) => {
      this.fillQueries(anchors.subarray(from, to), relations.subarray(from, to), side);
      const rows = out.subarray(from * entities, to * entities);
      scoreAgainstAll(kernels, rule.similarity, d, buffers.tiles, to - from, entities, candidates, rows);
    });
  }

  private fillQueries(anchors: Int32Array, relations: Int32Array, side: 'head' | 'tail'): void {
    const { kernels, rule, buffers } = this;
    const { dimension, relationDimension } = this.shape;
    const count = anchors.length;
    buffers.ids.set(anchors);
    kernels.gather(this.tables.entity, buffers.ids, count, dimension, buffers.anchors);
    buffers.ids.set(relations);
    const relationCount = rule.grouping === 'relation' ? 1 : count;
    kernels.gather(this.tables.relation, buffers.ids, relationCount, relationDimension, buffers.relations);
    rule.query(this.operands(count, side), buffers.tiles.queries);
  }

  private operands(count: number, side: 'head' | 'tail'): QueryOperands {
    const { anchors, relations, scratch } = this.buffers;
    return { kernels: this.kernels, anchors, relations, side, count, dimension: this.shape.dimension, scratch };
  }
}
