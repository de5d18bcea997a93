/**
 * Edges as pull rows of a sweep: row = entity, ordered by in-degree, so that the inner loop has a predictable length and
 * frequent sources lie together in the cache. Letters: N entities, M edges.
 */
import type { RankSweep } from '../engine/kernels/plain-rank-sweep.js';
import type { RankEdges } from './rank-edges.js';

/** In-degrees from here on share a bucket: so many edges make a row's length predictable by itself. */
const LARGEST_BUCKET = 4095;

/** rowOf[entity]: its place when entities are ordered by in-degree (counting sort). */
export function rowsByInDegree({ entityCount, tails }: RankEdges): Uint32Array {
  const degrees = new Uint32Array(entityCount);
  for (let i = 0; i < tails.length; i++) degrees[tails[i]]++;
  const starts = new Uint32Array(LARGEST_BUCKET + 2);
  for (let e = 0; e < entityCount; e++) starts[Math.min(degrees[e], LARGEST_BUCKET) + 1]++;
  for (let bucket = 0; bucket <= LARGEST_BUCKET; bucket++) starts[bucket + 1] += starts[bucket];
  const rowOf = new Uint32Array(entityCount);
  for (let e = 0; e < entityCount; e++) rowOf[e] = starts[Math.min(degrees[e], LARGEST_BUCKET)]++;
  return rowOf;
}

/** Sorts edges into rows of their tails. Sources are renamed in a pass of their own: sequential, so it costs little. */
export function fillRows({ offsets, sources, weights }: RankSweep, edges: RankEdges, rowOf: Uint32Array): void {
  const { entityCount, heads, tails } = edges;
  for (let i = 0; i < tails.length; i++) offsets[rowOf[tails[i]] + 1]++;
  for (let row = 0; row < entityCount; row++) offsets[row + 1] += offsets[row];
  const next = new Uint32Array(entityCount);
  for (let e = 0; e < entityCount; e++) next[e] = offsets[rowOf[e]];
  for (let i = 0; i < tails.length; i++) {
    const at = next[tails[i]]++;
    sources[at] = heads[i];
    if (weights !== undefined) weights[at] = edges.weights![i];
  }
  for (let at = 0; at < sources.length; at++) sources[at] = rowOf[sources[at]];
}

/** shares[row] = d / out-weight. @returns the rows without out-weight */
export function fillShares(shares: Float64Array, edges: RankEdges, rowOf: Uint32Array, damping: number): Uint32Array {
  const { entityCount, heads, weights } = edges;
  const outWeights = new Float64Array(entityCount);
  if (weights === undefined) for (let i = 0; i < heads.length; i++) outWeights[heads[i]]++;
  else for (let i = 0; i < heads.length; i++) outWeights[heads[i]] += weights[i];
  const dangling = new Uint32Array(entityCount);
  let count = 0;
  for (let e = 0; e < entityCount; e++) {
    if (outWeights[e] > 0) shares[rowOf[e]] = damping / outWeights[e];
    else dangling[count++] = rowOf[e];
  }
  return dangling.subarray(0, count);
}
