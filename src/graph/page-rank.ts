/**
 * PageRank by power iteration (Page, Brin, Motwani, Winograd 1999), weighted, with the mass of dangling entities spread
 * evenly: x' = (1 - d)/N + d (A x + dangling(x)/N). Rows are ordered by in-degree before iterating, so the inner loop has
 * a predictable length, and frequent sources lie together in the cache. Letters: N entities, M edges, d damping.
 */
import { plainRankSweep, type RankSweep, type RankSweepFactory } from '../engine/kernels/plain-rank-sweep.js';
import type { GraphSnapshot } from './graph-snapshot.js';

export interface RankEdges {
  readonly entityCount: number;
  /** [M] */
  readonly heads: Uint32Array;
  /** [M] */
  readonly tails: Uint32Array;
  /** [M] not negative; absent: all 1. */
  readonly weights?: Float32Array;
}

/** Which way rank flows along an edge. */
export type RankDirection = 'head-to-tail' | 'tail-to-head' | 'both';

export interface PageRankOptions {
  damping: number;
  /** Stop when the L1 distance of two iterates is below it. */
  tolerance: number;
  maximumIterations: number;
}

export const PAGE_RANK_DEFAULTS: Readonly<PageRankOptions> = {
  damping: 0.85,
  tolerance: 1e-6,
  maximumIterations: 100,
};

export interface PageRankResult {
  /** [N], sums to 1. */
  ranks: Float64Array;
  iterations: number;
  /** L1 distance of the last two iterates. */
  residual: number;
  /** False when the iterations were used up first: the ranks are still the best known. */
  converged: boolean;
}

/**
 * Parallel edges count each, self-loops count. Never throws for not converging.
 * @param makeSweep the inner loop: plain, or the WebAssembly kernel of engine/kernels/rank-sweep.ts
 */
export function pageRank(
  edges: RankEdges,
  options: Partial<PageRankOptions> = {},
  makeSweep: RankSweepFactory = plainRankSweep,
): PageRankResult {
  const { damping, tolerance, maximumIterations } = { ...PAGE_RANK_DEFAULTS, ...options };
  const { entityCount } = edges;
  if (entityCount === 0) return { ranks: new Float64Array(0), iterations: 0, residual: 0, converged: true };
  const rowOf = rowsByInDegree(edges);
  const sweep = makeSweep(entityCount, edges.heads.length, edges.weights !== undefined);
  fillRows(sweep, edges, rowOf);
  const dangling = fillShares(sweep.shares, edges, rowOf, damping);
  sweep.ranks.fill(1 / entityCount);
  sweep.start();
  let iterations = 0;
  let residual = Number.POSITIVE_INFINITY;
  while (residual >= tolerance && iterations < maximumIterations) {
    let lost = 0;
    for (let i = 0; i < dangling.length; i++) lost += sweep.ranks[dangling[i]];
    residual = sweep.sweep((1 - damping + damping * lost) / entityCount);
    iterations++;
  }
  const ranks = new Float64Array(entityCount);
  for (let entity = 0; entity < entityCount; entity++) ranks[entity] = sweep.ranks[rowOf[entity]];
  return { ranks, iterations, residual, converged: residual < tolerance };
}

/** The edges of a snapshot as PageRank wants them. `both` lets each edge count in both directions. */
export function rankEdges(snapshot: GraphSnapshot, direction: RankDirection, weighted: boolean): RankEdges {
  const { entityCount, outgoing } = snapshot;
  const ends = outgoing.entities;
  const starts = new Uint32Array(ends.length);
  for (let e = 0; e < entityCount; e++) starts.fill(e, outgoing.offsets[e], outgoing.offsets[e + 1]);
  const weights = weighted ? outgoing.weights : undefined;
  if (direction === 'head-to-tail') return { entityCount, heads: starts, tails: ends, weights };
  if (direction === 'tail-to-head') return { entityCount, heads: ends, tails: starts, weights };
  return {
    entityCount,
    heads: concatenated(starts, ends),
    tails: concatenated(ends, starts),
    weights: weights && concatenated(weights, weights),
  };
}

/** In-degrees from here on share a bucket: so many edges make a row's length predictable by itself. */
const LARGEST_BUCKET = 4095;

/** rowOf[entity]: its place when entities are ordered by in-degree (counting sort). */
function rowsByInDegree({ entityCount, tails }: RankEdges): Uint32Array {
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
function fillRows({ offsets, sources, weights }: RankSweep, edges: RankEdges, rowOf: Uint32Array): void {
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
function fillShares(shares: Float64Array, edges: RankEdges, rowOf: Uint32Array, damping: number): Uint32Array {
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

function concatenated<A extends Uint32Array | Float32Array>(a: A, b: A): A {
  const out = new (a.constructor as new (length: number) => A)(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
