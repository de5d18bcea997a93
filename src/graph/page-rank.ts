/**
 * PageRank by power iteration (Page, Brin, Motwani, Winograd 1999), weighted, in two variants. `standard`: the mass of
 * dangling entities is spread evenly, x' = (1 - d)/N + d (A x + dangling(x)/N). `gds`: the scores of Neo4j Graph Data
 * Science, x' = (1 - d) + d A x, where dangling mass is lost, the sum is not 1, and an entity hands on only changes above the
 * tolerance. Letters: N entities, M edges, d damping, A the column-normalised adjacency.
 */
import { plainRankSweep, type RankSweep, type RankSweepFactory } from '../engine/kernels/plain-rank-sweep.js';
import type { RankEdges } from './rank-edges.js';
import { fillRows, fillShares, rowsByInDegree } from './rank-rows.js';

export type PageRankVariant = 'standard' | 'gds';

export interface PageRankOptions {
  variant: PageRankVariant;
  damping: number;
  /** `standard`: stop when the L1 distance of two iterates is below it. `gds`: when no entity changes by more than it. */
  tolerance: number;
  maximumIterations: number;
}

/** Those of `gds` are Graph Data Science's own. */
export const PAGE_RANK_DEFAULTS: Readonly<Record<PageRankVariant, Omit<PageRankOptions, 'variant'>>> = {
  standard: { damping: 0.85, tolerance: 1e-6, maximumIterations: 100 },
  gds: { damping: 0.85, tolerance: 1e-7, maximumIterations: 20 },
};

export interface PageRankResult {
  /** [N]; `standard`: sums to 1. */
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
  const { variant = 'standard' } = options;
  const { entityCount } = edges;
  if (entityCount === 0) return { ranks: new Float64Array(0), iterations: 0, residual: 0, converged: true };
  const settings = { ...PAGE_RANK_DEFAULTS[variant], ...options };
  const rowOf = rowsByInDegree(edges);
  const sweep = makeSweep(entityCount, edges.heads.length, edges.weights !== undefined);
  try {
    fillRows(sweep, edges, rowOf);
    fillShares(sweep.shares, edges, rowOf, settings.damping);
    const outcome = variant === 'gds' ? iterateAsGds(sweep, settings) : iterate(sweep, settings);
    const ranks = new Float64Array(entityCount);
    for (let entity = 0; entity < entityCount; entity++) ranks[entity] = sweep.ranks[rowOf[entity]];
    return { ranks, ...outcome };
  } finally {
    sweep.close();
  }
}

type Outcome = Omit<PageRankResult, 'ranks'>;
type Settings = Omit<PageRankOptions, 'variant'>;

function iterate(sweep: RankSweep, { damping, tolerance, maximumIterations }: Settings): Outcome {
  const rows = sweep.ranks.length;
  sweep.ranks.fill(1 / rows);
  sweep.start();
  let lost = 0;
  for (let row = 0; row < rows; row++) if (sweep.shares[row] === 0) lost += 1 / rows;
  let residual = Number.POSITIVE_INFINITY;
  let iterations = 0;
  while (residual >= tolerance && iterations < maximumIterations) {
    ({ residual, lost } = sweep.spread((1 - damping + damping * lost) / rows));
    iterations++;
  }
  return { iterations, residual, converged: residual < tolerance };
}

/**
 * The first of its iterations sets the scores to 1 - d. It has converged in the iteration after which no change is above the
 * tolerance, and does not count that one.
 */
function iterateAsGds(sweep: RankSweep, { damping, tolerance, maximumIterations }: Settings): Outcome {
  sweep.ranks.fill(1 - damping);
  sweep.start();
  let residual = (1 - damping) * sweep.ranks.length;
  for (let iterations = 1; iterations < maximumIterations; iterations++) {
    const { moved, active } = sweep.advance(tolerance);
    residual = moved;
    if (active === 0) return { iterations, residual, converged: true };
  }
  return { iterations: maximumIterations, residual, converged: false };
}
