import type { EmbeddingKernels } from '../engine/kernels/embedding.js';
import type { Allocator } from './embedding-memory.js';

/**
 * Negated distances between blocks of rows: queries against a chunk's negatives in training, against all entities tile
 * by tile in ranking.
 */
export interface BlockMetric {
  readonly norm: 1 | 2;
  readonly width: number;
  /** Numbers between rows of the result. */
  readonly stride: number;
}

/** out[m, stride] = -|a_i - b_j|; the norms' arrays are scratch of [m] and [n]. */
export function scoreBlock(
  kernels: EmbeddingKernels,
  { norm, width, stride }: BlockMetric,
  a: Float32Array,
  m: number,
  b: Float32Array,
  n: number,
  out: Float32Array,
  aNorms: Float32Array,
  bNorms: Float32Array,
): void {
  if (norm === 1) {
    kernels.cityBlock(a, m, b, n, width, out, stride);
    return;
  }
  const c = { data: out, row: stride, column: 1 };
  kernels.product(m, n, width, { data: a, row: width, column: 1 }, { data: b, row: 1, column: width }, c, false);
  kernels.squaredNorms(a, m, width, aNorms);
  kernels.squaredNorms(b, n, width, bNorms);
  kernels.negateDistances(out, m, n, stride, aNorms, bNorms);
}

/** Queries, and entities, of one tile. */
export const QUERY_TILE = 256;
export const ENTITY_TILE = 512;

export function allocateTiles(allocator: Allocator, width: number) {
  return {
    queries: allocator.float32(QUERY_TILE * width),
    tile: allocator.float32(QUERY_TILE * ENTITY_TILE),
    queryNorms: allocator.float32(QUERY_TILE),
    entityNorms: allocator.float32(ENTITY_TILE),
  };
}

export type TileBuffers = ReturnType<typeof allocateTiles>;

/**
 * Scores the `count` rows of `buffers.queries` against all entities.
 * @param candidates vectors [to - from, width] of entities from..to-1, comparable with the queries
 * @param out [count, entities], in any memory
 */
export function scoreAgainstAll(
  kernels: EmbeddingKernels,
  norm: 1 | 2,
  width: number,
  buffers: TileBuffers,
  count: number,
  entities: number,
  candidates: (from: number, to: number) => Float32Array,
  out: Float32Array,
): void {
  const metric = { norm, width, stride: ENTITY_TILE };
  const { queries, tile, queryNorms, entityNorms } = buffers;
  for (let from = 0; from < entities; from += ENTITY_TILE) {
    const to = Math.min(entities, from + ENTITY_TILE);
    scoreBlock(kernels, metric, queries, count, candidates(from, to), to - from, tile, queryNorms, entityNorms);
    for (let i = 0; i < count; i++) {
      out.set(tile.subarray(i * ENTITY_TILE, i * ENTITY_TILE + to - from), i * entities + from);
    }
  }
}
