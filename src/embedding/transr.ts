import type { EmbeddingKernels, Strided } from '../engine/kernels/embedding.js';
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
import { allocateTiles, ENTITY_TILE, QUERY_TILE, scoreAgainstAll } from './score-block.js';

/**
 * TransR: entities are projected into the space of the relation, score(h, r, t) = -|h M_r + r - t M_r| in L1 or L2.
 * Lin et al. 2015, "Learning entity and relation embeddings for knowledge graph completion", equations 8 and 9. A chunk
 * has one relation, so that all its entities are projected by one product.
 * Letters: m positives, n negatives, e = 2m + n entities of a chunk, d_e and d_r dimensions, s as in TransE.
 */
export interface TransROptions {
  readonly shape: EmbeddingShape;
  readonly norm: 1 | 2;
  readonly loss: LossOptions;
  readonly capacity: ChunkCapacity;
}

export function allocateTransR(allocator: Allocator, { shape, capacity, norm, loss }: TransROptions) {
  const { entities, relations, dimension, relationDimension } = shape;
  const rows = 2 * capacity.positives + capacity.negatives;
  return {
    tables: {
      entity: allocator.float32(entities * dimension),
      relation: allocator.float32(relations * relationDimension),
      projection: allocator.float32(relations * dimension * relationDimension),
    },
    rows: allocateChunkRows(allocator, shape, capacity),
    contrast: allocateContrast(allocator, { capacity, width: relationDimension, norm, loss }),
    entities: allocator.float32(rows * dimension),
    entityGradients: allocator.float32(rows * dimension),
    projectionIds: allocator.int32(dimension),
    projectionGradient: allocator.float32(dimension * relationDimension),
    tiles: allocateTiles(allocator, relationDimension),
    queryIds: allocator.int32(QUERY_TILE),
    queryEntities: allocator.float32(QUERY_TILE * dimension),
    queryRelations: allocator.float32(QUERY_TILE * relationDimension),
    projectedEntities: allocator.float32(ENTITY_TILE * relationDimension),
  };
}

export class TransR implements EmbeddingModel {
  readonly name = 'TransR';
  readonly grouping = 'relation';
  readonly shape: EmbeddingShape;
  readonly tables: EmbeddingTables & { readonly projection: Float32Array };
  readonly capacity: ChunkCapacity;
  private readonly rows: ChunkRows;
  private readonly contrast: ContrastBlock;

  constructor(
    private readonly kernels: EmbeddingKernels,
    private readonly buffers: ReturnType<typeof allocateTransR>,
    private readonly options: TransROptions,
  ) {
    const { shape, capacity, norm, loss } = options;
    this.shape = shape;
    this.capacity = capacity;
    this.tables = buffers.tables;
    this.rows = new ChunkRows(kernels, buffers.rows, capacity);
    const width = shape.relationDimension;
    this.contrast = new ContrastBlock(kernels, buffers.contrast, { capacity, width, norm, loss });
  }

  /** @throws RangeError when the chunk has more than one relation */
  chunkGradients(chunk: TrainingChunk): ChunkGradients {
    const { kernels, rows, contrast, buffers } = this;
    const { dimension, relationDimension } = this.shape;
    const relation = chunk.relations[0];
    if (chunk.relations.some((other) => other !== relation)) throw new RangeError('a chunk of TransR has one relation');
    const { entityIds, relationIds, relations } = rows.buffers;
    const { m, n, sign, positiveIds, negativeIds } = rows.open(chunk);
    const count = 2 * m + n;
    const block = contrast.buffers;
    kernels.gather(this.tables.entity, entityIds, count, dimension, buffers.entities);
    this.project(buffers.entities, count, relation, block.rows);
    kernels.gather(this.tables.relation, relationIds, m, relationDimension, relations);
    // a = x M + s r, [m, d_r]
    kernels.addScaled(block.rows, relations, sign, block.rows, m * relationDimension);
    const loss = contrast.run(m, n, positiveIds, negativeIds);
    const anchorGradients = parts(block.gradients, m, relationDimension)[0];
    rows.keepRelationGradients(anchorGradients, sign, m * relationDimension);
    this.backProject(count, relation);
    return {
      loss,
      tables: [
        rows.entityGradient(buffers.entityGradients, count, dimension),
        rows.relationGradient(m, relationDimension),
        this.projectionGradient(relation),
      ],
    };
  }

  scoreTriples(heads: Int32Array, relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    const { queries, queryNorms } = this.buffers.tiles;
    const { relationDimension } = this.shape;
    const others = this.buffers.queryRelations;
    forRuns(relations, (from, to) => {
      const count = to - from;
      this.fillQueries(heads.subarray(from, to), relations[from], 1);
      this.gatherProjected(tails.subarray(from, to), relations[from], others);
      this.kernels.pairScores(queries, others, count, relationDimension, this.options.norm, queryNorms);
      out.set(queryNorms.subarray(0, count), from);
    });
  }

  scoreTails(heads: Int32Array, relations: Int32Array, out: Float32Array): void {
    this.scoreAll(heads, relations, 1, out);
  }

  scoreHeads(relations: Int32Array, tails: Int32Array, out: Float32Array): void {
    this.scoreAll(tails, relations, -1, out);
  }

  private scoreAll(anchors: Int32Array, relations: Int32Array, sign: number, out: Float32Array): void {
    const { entities, dimension, relationDimension } = this.shape;
    const { tiles, projectedEntities } = this.buffers;
    forRuns(relations, (from, to) => {
      this.fillQueries(anchors.subarray(from, to), relations[from], sign);
      const candidates = (first: number, end: number) => {
        const rows = this.tables.entity.subarray(first * dimension, end * dimension);
        this.project(rows, end - first, relations[from], projectedEntities);
        return projectedEntities;
      };
      const rows = out.subarray(from * entities, to * entities);
      const { norm } = this.options;
      scoreAgainstAll(this.kernels, norm, relationDimension, tiles, to - from, entities, candidates, rows);
    });
  }

  /** queries = anchor M + s r, [count, d_r] */
  private fillQueries(anchors: Int32Array, relation: number, sign: number): void {
    const { kernels, buffers } = this;
    const { relationDimension } = this.shape;
    const count = anchors.length;
    this.gatherProjected(anchors, relation, buffers.tiles.queries);
    buffers.queryIds.fill(relation, 0, count);
    kernels.gather(this.tables.relation, buffers.queryIds, count, relationDimension, buffers.queryRelations);
    const { queries } = buffers.tiles;
    kernels.addScaled(queries, buffers.queryRelations, sign, queries, count * relationDimension);
  }

  private gatherProjected(ids: Int32Array, relation: number, out: Float32Array): void {
    const { queryIds, queryEntities } = this.buffers;
    queryIds.set(ids);
    this.kernels.gather(this.tables.entity, queryIds, ids.length, this.shape.dimension, queryEntities);
    this.project(queryEntities, ids.length, relation, out);
  }

  /** out[count, d_r] = rows[count, d_e] M */
  private project(rows: Float32Array, count: number, relation: number, out: Float32Array): void {
    const { dimension, relationDimension } = this.shape;
    const c = { data: out, row: relationDimension, column: 1 };
    const a = { data: rows, row: dimension, column: 1 };
    this.kernels.product(count, relationDimension, dimension, a, this.matrix(relation), c, false);
  }

  /** dE[count, d_e] = dZ M^T and dM[d_e, d_r] = E^T dZ, with dZ = [dA; dY; dN] */
  private backProject(count: number, relation: number): void {
    const { kernels, buffers } = this;
    const { dimension, relationDimension } = this.shape;
    const dz = { data: this.contrast.buffers.gradients, row: relationDimension, column: 1 };
    const { data } = this.matrix(relation);
    const transposed = { data, row: 1, column: relationDimension };
    const de = { data: buffers.entityGradients, row: dimension, column: 1 };
    kernels.product(count, dimension, relationDimension, dz, transposed, de, false);
    const e = { data: buffers.entities, row: 1, column: dimension };
    const dm = { data: buffers.projectionGradient, row: relationDimension, column: 1 };
    kernels.product(dimension, relationDimension, count, e, dz, dm, false);
  }

  private projectionGradient(relation: number) {
    const { dimension, relationDimension } = this.shape;
    const { projectionIds, projectionGradient } = this.buffers;
    for (let i = 0; i < dimension; i++) projectionIds[i] = relation * dimension + i;
    const rows = { ids: projectionIds, values: projectionGradient, count: dimension, width: relationDimension };
    return { table: 'projection' as const, ...rows };
  }

  private matrix(relation: number): Strided {
    const size = this.shape.dimension * this.shape.relationDimension;
    const data = this.tables.projection.subarray(relation * size, (relation + 1) * size);
    return { data, row: this.shape.relationDimension, column: 1 };
  }
}

/** Visits runs of equal relation, each of at most QUERY_TILE queries. */
function forRuns(relations: Int32Array, visit: (from: number, to: number) => void): void {
  for (let from = 0; from < relations.length; ) {
    let to = from + 1;
    while (to < relations.length && to - from < QUERY_TILE && relations[to] === relations[from]) to++;
    visit(from, to);
    from = to;
  }
}
