/**
 * The graph around some entities: those within so many edges, the nearest or the most relevant first, with the edges between
 * those that are shown. What is shown is bounded by budgets, and says which of them cut it.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import { type Edge, edgesAmong } from './edges-among.js';
import type { RankedAdjacency } from './ranked-adjacency.js';
import { type Reach, reach } from './reach.js';
import type { Relevance, RelevanceQuestion } from './relevance.js';

export type Budget = 'nodes' | 'edges' | 'milliseconds';

export interface NeighbourhoodQuestion extends RelevanceQuestion {
  /** Entities shown, the seeds among them. */
  nodes: number;
  /** Edges shown. */
  edges: number;
  /** How many entities there are, where it is known already. */
  reachable?: number;
}

export interface Neighbourhood {
  /** The seeds first. */
  entities: number[];
  /** Edges from the nearest seed, of each entity; absent when ordered by relevance. */
  distances?: number[];
  /** Of each entity, when ordered by relevance; 0 where it was too small to be computed. */
  scores?: number[];
  edges: Edge[];
  /** How many entities there are within so many edges, and edges between those shown. */
  reachable: number;
  edgesFound: number;
  /** Whether both are exact; else there are at least so many. */
  exact: boolean;
  /** The budgets that cut it; none: it is whole. */
  endedBy: Budget[];
}

/** @param relevance orders by it; without, the nearest come first, each distance by rank */
export function* neighbourhood(
  adjacency: RankedAdjacency,
  question: NeighbourhoodQuestion,
  relevance?: Relevance,
): SlicedWork<Neighbourhood> {
  const { nodes, reachable, filter } = question;
  const reached = yield* reach(adjacency, { ...question, limit: nodes, counts: reachable === undefined });
  const listed = relevance ? byRelevance(relevance, question, reached) : reached;
  const among = yield* edgesAmong(adjacency, listed.entities, question.edges, filter?.relations);
  const total = reachable ?? reached.found;
  const exact = (reached.complete || reachable !== undefined) && among.complete;
  const endedBy: Budget[] = [];
  if (listed.entities.length < total && listed.entities.length >= nodes) endedBy.push('nodes');
  if (among.edges.length < among.found) endedBy.push('edges');
  if (!exact) endedBy.push('milliseconds');
  return { ...listed, edges: among.edges, reachable: total, edgesFound: among.found, exact, endedBy };
}

type Listed = Pick<Neighbourhood, 'entities' | 'distances' | 'scores'>;

/** The seeds, then by score, then what no walk reached that was followed. */
function byRelevance(relevance: Relevance, question: NeighbourhoodQuestion, { entities }: Reach): Listed {
  const { seeds, nodes } = question;
  const best = relevance.best(question, nodes + seeds.length);
  const scoreOf = new Map(best.entities.map((entity, i) => [entity, best.scores[i]]));
  const all = [...new Set([...seeds, ...best.entities, ...entities])].slice(0, nodes);
  return { entities: all, scores: all.map((entity) => scoreOf.get(entity) ?? 0) };
}
