/** How much each triple of a graph counts in training: by its weight, or by the PageRank of its ends. Scaled to a mean of 1. */
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { pageRank } from '../../graph/page-rank.js';
import { rankEdges } from '../../graph/rank-edges.js';
import { type Triples, tripleCount, triplesOf } from '../triples.js';

/** Of the triples at these places of the graph's list. */
export function importanceAt(
  snapshot: GraphSnapshot,
  places: readonly number[],
  by: 'none' | 'weight' | 'rank',
): Float32Array | undefined {
  const importance = tripleImportance(snapshot, triplesOf(snapshot), by);
  return importance && Float32Array.from(places, (place) => importance[place]);
}

/** @param triples all of the graph, in its order; undefined: all count alike */
export function tripleImportance(
  snapshot: GraphSnapshot,
  triples: Triples,
  by: 'none' | 'weight' | 'rank',
): Float32Array | undefined {
  if (by === 'none') return undefined;
  const count = tripleCount(triples);
  if (by === 'weight') return scaled(Float32Array.from(snapshot.outgoing.weights ?? new Float32Array(count).fill(1)));
  const edges = rankEdges(snapshot, 'head-to-tail', true);
  const { ranks } = pageRank(edges);
  const { heads, tails } = triples;
  return scaled(Float32Array.from(heads, (head, at) => (ranks[head] + ranks[tails[at]]) / 2));
}

function scaled(weights: Float32Array): Float32Array {
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  return weights.map((weight) => weight / mean);
}
