import type { EmbeddingKernels } from '../engine/kernels/embedding.js';
import { allocateChunkRows, ChunkRows } from './chunk-rows.js';
import { allocateContrast, ContrastBlock, type LossOptions, parts } from './contrast-block.js';
import type { Allocator } from './embedding-memory.js';
import type {
  ChunkCapacity,
  ChunkGradients,
  EmbeddingModel,
  EmbeddingShape,
  EmbeddingTables,
  TrainingChunk,
} from './embedding-model.js';
import { allocateTiles, QUERY_TILE, scoreAgainstAll } from './score-block.js';

/**
 * TransE: a relation is a translation, score(h, r, t) = -|h + r - t| in L1 or L2.
 * Bordes et al. 2013, "Translating embeddings for modeling multi-relational data", equation 1.
 * Letters: m positives, n negatives, d dimension, s = +1 where tails are corrupted, -1 where heads are.
 */
export interface TransEOptions {
  readonly shape: EmbeddingShape;
  readonly norm: 1 | 2;
  readonly loss: LossOptions;
  readonly capacity: ChunkCapacity;
}

export function allocateTransE(allocator: Allocator, { shape, capacity, norm, loss }: TransEOptions) {
  return {
    tables: {
      entity: allocator.float32(shape.entities * shape.dimension),
      relation: allocator.float32(shape.relations * shape.dimension),
    },
    rows: allocateChunkRows(allocator, shape, capacity),
    contrast: allocateContrast(allocator, { capacity, width: shape.dimension, norm, loss }),
    tiles: allocateTiles(allocator, shape.dimension),
    queryIds: allocator.int32(QUERY_TILE),
    queryRelations: allocator.float32(QUERY_TILE * shape.dimension),
  };
}

export class TransE implements EmbeddingModel {
  readonly name: string;
  readonly grouping = 'any';
  readonly shape: EmbeddingShape;
  readonly tables: EmbeddingTables;
  readonly capacity: ChunkCapacity;
  private readonly rows: ChunkRows;
  private readonly contrast: ContrastBlock;

  constructor(
    private readonly kernels: EmbeddingKernels,
    private readonly buffers: ReturnType<typeof allocateTransE>,
    private readonly options: TransEOptions,
  ) {
    const { shape, capacity, norm, loss } = options;
    if (shape.dimension !== shape.relationDimension) throw new RangeError('TransE has one dimension');
    this.name = `TransE_l${norm}`;
    this.shape = shape;
    this.capacity = capacity;
    this.tables = buffers.tables;
    this.rows = new ChunkRows(kernels, buffers.rows, capacity);
    this.contrast = new ContrastBlock(kernels, buffers.contrast, { capacity, width: shape.dimension, norm, loss });
  }

  chunkGradients(chunk: TrainingChunk): ChunkGradients {
    const { kernels, rows, contrast } = this;
    const d = this.shape.dimension;
    const { entityIds, relationIds, relations } = rows.buffers;
    const { m, n, sign, positiveIds, negativeIds } = rows.open(chunk);
    const block = contrast.buffers;
    kernels.gather(this.tables.entity, entityIds, 2 * m + n, d, block.rows);
    kernels.gather(this.tables.relation, relationIds, m, d, relations);
    // a = x + s r, [m, d]
    kernels.addScaled(block.rows, relations, sign, block.rows, m * d);
    const loss = contrast.run(m, n, positiveIds, negativeIds);
    rows.keepRelationGradients(parts(block.gradients, m, d)[0], sign, m * d);
    return {
      loss,
      tables: [rows.entityGradient(block.gradients, 2 * m + n, d), rows.relationGradient(m, d)],
    };
  }

  scoreTriples(heads: Int32Array, relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    const { queries, queryNorms } = this.buffers.tiles;
    const d = this.shape.dimension;
    // Once added, the relations' rows are free for the tails'.
    const others = this.buffers.queryRelations;
    for (let from = 0; from < heads.length; from += QUERY_TILE) {
      const to = Math.min(heads.length, from + QUERY_TILE);
      this.fillQueries(heads.subarray(from, to), relations.subarray(from, to), 1);
      this.buffers.queryIds.set(tails.subarray(from, to));
      this.kernels.gather(this.tables.entity, this.buffers.queryIds, to - from, d, others);
      this.kernels.pairScores(queries, others, to - from, d, this.options.norm, queryNorms);
      out.set(queryNorms.subarray(0, to - from), from);
    }
  }

  scoreTails(heads: Int32Array, relations: Int32Array, out: Float32Array): void {
    this.scoreAll(heads, relations, 1, out);
  }

  scoreHeads(relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    this.scoreAll(tails, relations, -1, out);
  }

  private scoreAll(anchors: Int32Array, relations: Int32Array, sign: number, out: Float32Array): void {
    const { entities, dimension: d } = this.shape;
    const candidates = (from: number, to: number) => this.tables.entity.subarray(from * d, to * d);
    for (let from = 0; from < anchors.length; from += QUERY_TILE) {
      const to = Math.min(anchors.length, from + QUERY_TILE);
      this.fillQueries(anchors.subarray(from, to), relations.subarray(from, to), sign);
      const rows = out.subarray(from * entities, to * entities);
      const { norm } = this.options;
      scoreAgainstAll(this.kernels, norm, d, this.buffers.tiles, to - from, entities, candidates, rows);
    }
  }

  /** queries = anchor + s r, [count, d] */
  private fillQueries(anchors: Int32Array, relations: Int32Array, sign: number): void {
    const { kernels, buffers } = this;
    const { tiles, queryIds, queryRelations } = buffers;
    const d = this.shape.dimension;
    const count = anchors.length;
    queryIds.set(anchors);
    kernels.gather(this.tables.entity, queryIds, count, d, tiles.queries);
    queryIds.set(relations);
    kernels.gather(this.tables.relation, queryIds, count, d, queryRelations);
    kernels.addScaled(tiles.queries, queryRelations, sign, tiles.queries, count * d);
  }
}
