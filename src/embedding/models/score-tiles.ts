import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';
import type { Allocator } from '../embedding-memory.js';
import { compareBlocks, type Similarity } from './similarity.js';

/** Scores of queries against all entities, tile by tile, so that a tile of entities stays in the cache. */
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
  similarity: Similarity,
  width: number,
  buffers: TileBuffers,
  count: number,
  entities: number,
  candidates: (from: number, to: number) => Float32Array,
  out: Float32Array,
): void {
  const { queries, tile, queryNorms, entityNorms } = buffers;
  const queryBlock = { similarity, a: queries, m: count, width, aNorms: queryNorms, bNorms: entityNorms };
  for (let from = 0; from < entities; from += ENTITY_TILE) {
    const to = Math.min(entities, from + ENTITY_TILE);
    const block = { ...queryBlock, b: candidates(from, to), n: to - from, stride: ENTITY_TILE };
    compareBlocks(kernels, block, tile);
    for (let i = 0; i < count; i++) {
      out.set(tile.subarray(i * ENTITY_TILE, i * ENTITY_TILE + to - from), i * entities + from);
    }
  }
}

/** Visits runs of equal relation, each of at most QUERY_TILE queries; with `grouping` any, whole tiles. */
export function forRuns(
  relations: Int32Array,
  grouping: 'any' | 'relation',
  visit: (from: number, to: number) => void,
): void {
  for (let from = 0; from < relations.length; ) {
    const end = Math.min(relations.length, from + QUERY_TILE);
    let to = grouping === 'any' ? end : from + 1;
    while (to < end && relations[to] === relations[from]) to++;
    visit(from, to);
    from = to;
  }
}
