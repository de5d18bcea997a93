/**
 * Models that project entities by the relation before they translate: score(h, r, t) = -|P_r(h) + r - P_r(t)|. TransR, TransH
 * and TransD differ only in their projection. A chunk has one relation, so that its rows are projected together. Letters: m
 * positives, n negatives, d entities' width, d_r relations' width.
 */
import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import {
  type ChunkCapacity,
  type ChunkGradients,
  type EmbeddingModel,
  type EmbeddingShape,
  type EmbeddingTables,
  type TableGradient,
  type TrainingChunk,
} from '../embedding-model.js';
import { allocateChunkRows, ChunkRows } from './chunk-rows.js';
import { allocateContrast, ContrastBlock, parts } from './contrast-block.js';
import { allocateDropout, EntityDropout } from './entity-dropout.js';
import { addPenalty } from './penalty.js';
import {
  type AllocateProjection,
  type ProjectedRows,
  type Projection,
  type ProjectionModelOptions,
  rowsOf,
} from './projection.js';
import { allocateTiles, ENTITY_TILE, forRuns, QUERY_TILE, scoreAgainstAll } from './score-tiles.js';
import { comparePairs, distanceOf, type Similarity } from './similarity.js';

export function allocateProjectionModel(
  allocator: Allocator,
  allocateProjection: AllocateProjection,
  options: ProjectionModelOptions,
) {
  const { shape, capacity, norm, loss } = options;
  const { dimension: d, relationDimension } = shape;
  const rows = rowsOf(capacity);
  const similarity = distanceOf(norm);
  return {
    projection: allocateProjection(allocator, options),
    rows: allocateChunkRows(allocator, shape, capacity),
    contrast: allocateContrast(allocator, { capacity, width: relationDimension, similarity, loss }),
    mask: allocateDropout(allocator, options.dropout, rows, d),
    entities: allocator.float32(rows * d),
    companions: allocator.float32(rows * d),
    entityGradients: allocator.float32(rows * d),
    companionGradients: allocator.float32(rows * d),
    companionIds: allocator.int32(rows),
    relationGradient: allocator.float32(relationDimension),
    tiles: allocateTiles(allocator, relationDimension),
    ids: allocator.int32(QUERY_TILE),
    others: allocator.float32(QUERY_TILE * relationDimension),
    projectedTile: allocator.float32(ENTITY_TILE * relationDimension),
  };
}

export class ProjectionModel implements EmbeddingModel {
  readonly grouping = 'relation';
  readonly shape: EmbeddingShape;
  readonly capacity: ChunkCapacity;
  private readonly projection: Projection;
  private readonly rows: ChunkRows;
  private readonly contrast: ContrastBlock;
  private readonly similarity: Similarity;
  private readonly dropout: EntityDropout | undefined;

  constructor(
    readonly name: string,
    private readonly kernels: EmbeddingKernels,
    readonly tables: EmbeddingTables,
    private readonly buffers: ReturnType<typeof allocateProjectionModel>,
    private readonly options: ProjectionModelOptions,
  ) {
    const { shape, capacity, norm, loss } = options;
    this.shape = shape;
    this.capacity = capacity;
    this.similarity = distanceOf(norm);
    this.projection = buffers.projection(kernels, tables);
    this.rows = new ChunkRows(kernels, buffers.rows, capacity);
    const { dropout } = options;
    if (dropout && buffers.mask) this.dropout = new EntityDropout(kernels, buffers.mask, shape.dimension, dropout);
    const width = shape.relationDimension;
    this.contrast = new ContrastBlock(kernels, buffers.contrast, {
      capacity,
      width,
      similarity: this.similarity,
      loss,
    });
  }

  /** @throws RangeError when the chunk has more than one relation */
  chunkGradients(chunk: TrainingChunk): ChunkGradients {
    const { rows, contrast, buffers } = this;
    const { dimension } = this.shape;
    const { m, n, positiveIds, negativeIds } = rows.open(chunk, 'relation');
    const count = 2 * m + n;
    const [relation] = chunk.relations;
    const { entityIds } = rows.buffers;
    const projected = this.gatherRows(entityIds, count, relation);
    this.dropout?.open(chunk, count);
    this.dropout?.drop(projected.entities.subarray(0, count * dimension), 0);
    this.projection.project(projected, contrast.buffers.rows);
    // a = P(x) + s r, [m, d_r]
    const sign = chunk.corrupt === 'tail' ? 1 : -1;
    this.translate(contrast.buffers.rows, m, relation, sign);
    const loss = contrast.run(chunk, positiveIds, negativeIds);
    const dz = contrast.buffers.gradients;
    const { entityGradients, companionGradients } = buffers;
    const own = this.projection.projectBackward(projected, dz, entityGradients, companionGradients);
    this.dropout?.drop(entityGradients.subarray(0, count * dimension), 0);
    const relationGradient = this.relationGradient(relation, dz, m, sign);
    const penalty = this.penalise(m, relation);
    const tables = [...own, relationGradient];
    if (this.tables.entityProjection) tables.push(this.companionGradient(count));
    tables.push(rows.entityGradient(entityGradients, count, dimension));
    return { loss: loss + penalty, tables };
  }

  scoreTriples(heads: Int32Array, relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    const { kernels, buffers } = this;
    const { queries, queryNorms } = buffers.tiles;
    forRuns(relations, 'relation', (from, to) => {
      const count = to - from;
      this.fillQueries(heads.subarray(from, to), relations[from], 1);
      this.gatherProjected(tails.subarray(from, to), relations[from], buffers.others);
      const width = this.shape.relationDimension;
      comparePairs(kernels, this.similarity, queries, buffers.others, count, width, queryNorms);
      out.set(queryNorms.subarray(0, count), from);
    });
  }

  scoreTails(heads: Int32Array, relations: Int32Array, out: Float32Array): void {
    this.scoreAll(heads, relations, 1, out);
  }

  scoreHeads(relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    this.scoreAll(tails, relations, -1, out);
  }

  private scoreAll(anchors: Int32Array, relations: Int32Array, sign: 1 | -1, out: Float32Array): void {
    const { kernels, buffers, similarity } = this;
    const { entities, dimension: d, relationDimension } = this.shape;
    forRuns(relations, 'relation', (from, to) => {
      const relation = relations[from];
      this.fillQueries(anchors.subarray(from, to), relation, sign);
      const candidates = (first: number, end: number) => {
        const slice = (table: Float32Array) => table.subarray(first * d, end * d);
        const companions = slice(this.tables.entityProjection ?? buffers.companions);
        const rows = { entities: slice(this.tables.entity), companions, count: end - first, relation };
        this.projection.project(rows, buffers.projectedTile);
        return buffers.projectedTile;
      };
      const rows = out.subarray(from * entities, to * entities);
      scoreAgainstAll(kernels, similarity, relationDimension, buffers.tiles, to - from, entities, candidates, rows);
    });
  }

  /** queries = P(anchor) + s r, [count, d_r] */
  private fillQueries(anchors: Int32Array, relation: number, sign: 1 | -1): void {
    const { queries } = this.buffers.tiles;
    this.gatherProjected(anchors, relation, queries);
    this.translate(queries, anchors.length, relation, sign);
  }

  private gatherProjected(ids: Int32Array, relation: number, out: Float32Array): void {
    this.buffers.ids.set(ids);
    this.projection.project(this.gatherRows(this.buffers.ids, ids.length, relation), out);
  }

  private gatherRows(ids: Int32Array, count: number, relation: number): ProjectedRows {
    const { kernels, buffers } = this;
    const { dimension } = this.shape;
    const { entities, companions } = buffers;
    kernels.gather(this.tables.entity, ids, count, dimension, entities);
    const { entityProjection } = this.tables;
    if (entityProjection) {
      kernels.gather(entityProjection, ids, count, dimension, companions);
      // Summing the entities' gradients by row reorders the ids.
      buffers.companionIds.set(ids.subarray(0, count));
    }
    return { entities, companions, count, relation };
  }

  /** rows += sign r */
  private translate(rows: Float32Array, count: number, relation: number, sign: 1 | -1): void {
    const width = this.shape.relationDimension;
    const r = this.relationRow(relation);
    for (let i = 0; i < count; i++) {
      const row = rows.subarray(i * width, (i + 1) * width);
      this.kernels.addScaled(row, r, sign, row, width);
    }
  }

  private relationRow(relation: number): Float32Array {
    const width = this.shape.relationDimension;
    return this.tables.relation.subarray(relation * width, (relation + 1) * width);
  }

  /** dr = s sum_i da_i: a chunk has one relation. */
  private relationGradient(relation: number, dz: Float32Array, m: number, sign: 1 | -1): TableGradient {
    const width = this.shape.relationDimension;
    const { relationGradient: sum } = this.buffers;
    sum.fill(0);
    for (let i = 0; i < m; i++) {
      this.kernels.addScaled(sum, dz.subarray(i * width, (i + 1) * width), sign, sum, width);
    }
    const { relationIds } = this.rows.buffers;
    relationIds[0] = relation;
    return { table: 'relation', ids: relationIds, values: sum, count: 1, width };
  }

  private companionGradient(count: number): TableGradient {
    const { dimension } = this.shape;
    const { companionIds, companionGradients } = this.buffers;
    return this.rows.coalesced('entityProjection', companionIds, companionGradients, count, dimension);
  }

  /** Of the positives' entities and the relation. */
  private penalise(m: number, relation: number): number {
    const { penalty } = this.options;
    if (penalty === undefined) return 0;
    const { kernels, buffers } = this;
    const { dimension: width, relationDimension } = this.shape;
    // Whole rows are penalised, not what a chunk trained of them.
    if (this.dropout) kernels.gather(this.tables.entity, this.rows.buffers.entityIds, 2 * m, width, buffers.entities);
    const [anchors, replaced] = parts(buffers.entities, m, width);
    const [anchorGradients, replacedGradients] = parts(buffers.entityGradients, m, width);
    const rows = { count: m, width, isComplex: false };
    const ofRelation = { values: this.relationRow(relation), count: 1, width: relationDimension, isComplex: false };
    return (
      addPenalty(kernels, penalty, { ...rows, values: anchors }, anchorGradients) +
      addPenalty(kernels, penalty, { ...rows, values: replaced }, replacedGradients) +
      addPenalty(kernels, penalty, ofRelation, buffers.relationGradient)
    );
  }
}
