import { loadEmbeddingKernels, PRODUCT_SCRATCH } from '../../engine/kernels/embedding.js';
import { allocateTogether } from '../embedding-memory.js';
import { allocateTiles, QUERY_TILE, scoreAgainstAll } from '../models/score-tiles.js';

/** Exact nearest neighbours of all rows of a table among each other, by Euclidean distance, tile by tile. */
export interface NearestRows {
  /** [n][k] by rising distance; each row is its own first. */
  readonly ids: number[][];
  readonly distances: number[][];
}

/** @param vectors [n, width] @param count k, the row itself among them; at most n */
export function nearestRows(vectors: Float32Array, width: number, count: number): NearestRows {
  const rows = vectors.length / width;
  const { arena, value } = allocateTogether((allocator) => ({
    scratch: allocator.float32(PRODUCT_SCRATCH),
    table: allocator.float32(rows * width),
    tiles: allocateTiles(allocator, width),
  }));
  const { table, tiles } = value;
  table.set(vectors);
  const kernels = loadEmbeddingKernels(arena.memory, value.scratch);
  const scores = new Float32Array(QUERY_TILE * rows);
  const candidates = (from: number, to: number) => table.subarray(from * width, to * width);
  const ids: number[][] = [];
  for (let from = 0; from < rows; from += QUERY_TILE) {
    const to = Math.min(rows, from + QUERY_TILE);
    tiles.queries.set(candidates(from, to));
    scoreAgainstAll(kernels, 'euclidean', width, tiles, to - from, rows, candidates, scores);
    for (let row = from; row < to; row++) {
      ids.push(highest(scores.subarray((row - from) * rows, (row - from + 1) * rows), row, count));
    }
  }
  // Scores come from rounded products; distances of the chosen are taken anew.
  const distances = ids.map((row, i) => row.map((other) => distance(table, width, i, other)));
  return { ids, distances };
}

/** The row itself, then the others with the highest scores, by falling score. */
function highest(scores: Float32Array, self: number, count: number): number[] {
  const best: number[] = [];
  const wanted = Math.min(count, scores.length) - 1;
  for (let id = 0; id < scores.length; id++) {
    if (id === self || wanted === 0) continue;
    const score = scores[id];
    if (best.length === wanted && score <= scores[best[wanted - 1]]) continue;
    let at = best.length;
    while (at > 0 && scores[best[at - 1]] < score) at--;
    best.splice(at, 0, id);
    if (best.length > wanted) best.pop();
  }
  return [self, ...best];
}

function distance(table: Float32Array, width: number, a: number, b: number): number {
  let sum = 0;
  for (let j = 0; j < width; j++) sum += (table[a * width + j] - table[b * width + j]) ** 2;
  return Math.sqrt(sum);
}
