/**
 * Measures of a sampled graph, set as attributes of its nodes: degrees, PageRank, betweenness (Brandes 2001, both directions,
 * normalised), communities (Louvain, Blondel et al. 2008, both directions, weighted). By graphology's packages; PageRank is
 * ours, and theirs stands beside it as a check. Letters: N nodes.
 */
import Graphology from 'graphology';
import louvainModule from 'graphology-communities-louvain';
import betweennessModule from 'graphology-metrics/centrality/betweenness.js';
import pagerankModule from 'graphology-metrics/centrality/pagerank.js';
import type { AbstractGraph } from 'graphology-types';
import type { CounterRandom } from '../base/random.js';
import { pageRank } from './page-rank.js';
import type { RankEdges } from './rank-edges.js';
import type { SampledGraph } from './sample-subgraph.js';

// Typed as ES modules, are CommonJS.
const louvain = louvainModule as unknown as typeof louvainModule.default;
const betweennessCentrality = betweennessModule as unknown as typeof betweennessModule.default;
const theirPagerank = pagerankModule as unknown as typeof pagerankModule.default;

const TOLERANCE = 1e-12;
const MOST_ITERATIONS = 10_000;

export interface SampleMeasures {
  communities: number;
  modularity: number;
  /** L1 distance of our PageRank and graphology-metrics'. */
  pagerankDistance: number;
}

export interface MeasureOptions {
  /** O(nodes * edges). */
  betweenness: boolean;
  /** Louvain: above 1 for smaller communities. */
  resolution: number;
  /** The order in which Louvain visits nodes. */
  random: CounterRandom;
}

type Weighted = { weight: number };

export function measureSample(graph: SampledGraph, options: MeasureOptions): SampleMeasures {
  if (graph.order === 0) return { communities: 0, modularity: 0, pagerankDistance: 0 };
  graph.forEachNode((node) => {
    graph.mergeNodeAttributes(node, { inDegree: graph.inDegree(node), outDegree: graph.outDegree(node) });
  });
  const undirected = joined(graph, new Graphology.UndirectedGraph<object, Weighted>());
  if (options.betweenness) {
    const centralities = betweennessCentrality(undirected, { getEdgeWeight: null });
    graph.forEachNode((node) => graph.setNodeAttribute(node, 'betweenness', centralities[node]));
  }
  return { ...setCommunities(graph, undirected, options), pagerankDistance: setPagerank(graph) };
}

/** Parallel edges as one, their weights summed. */
function joined<G extends AbstractGraph<object, Weighted>>(graph: SampledGraph, simple: G): G {
  graph.forEachNode((node) => simple.addNode(node));
  graph.forEachEdge((_, { weight }, head, tail) => {
    simple.updateEdge(head, tail, ({ weight: before = 0 }) => ({ weight: before + weight }));
  });
  return simple;
}

function setCommunities(
  graph: SampledGraph,
  undirected: AbstractGraph<object, Weighted>,
  { resolution, random }: MeasureOptions,
): Pick<SampleMeasures, 'communities' | 'modularity'> {
  let draws = 0;
  const rng = () => random.uniform(0, draws++);
  const { communities, count, modularity } = louvain.detailed(undirected, { resolution, rng });
  graph.forEachNode((node) => graph.setNodeAttribute(node, 'community', communities[node]));
  return { communities: count, modularity: Number.isNaN(modularity) ? 0 : modularity };
}

function setPagerank(graph: SampledGraph): number {
  const options = { tolerance: TOLERANCE, maximumIterations: MOST_ITERATIONS };
  const { ranks } = pageRank(rankEdgesOf(graph), options);
  const simple = joined(graph, new Graphology.DirectedGraph<object, Weighted>());
  // Their tolerance is for each node.
  const theirs = theirPagerank(simple, {
    getEdgeWeight: 'weight',
    tolerance: TOLERANCE / graph.order,
    maxIterations: MOST_ITERATIONS,
  });
  let distance = 0;
  graph.nodes().forEach((node, place) => {
    graph.setNodeAttribute(node, 'pagerank', ranks[place]);
    distance += Math.abs(ranks[place] - theirs[node]);
  });
  return distance;
}

function rankEdgesOf(graph: SampledGraph): RankEdges {
  const places = new Map(graph.nodes().map((node, place) => [node, place]));
  const edges: RankEdges & { weights: Float32Array } = {
    entityCount: graph.order,
    heads: new Uint32Array(graph.size),
    tails: new Uint32Array(graph.size),
    weights: new Float32Array(graph.size),
  };
  let i = 0;
  graph.forEachEdge((_, { weight }, head, tail) => {
    edges.heads[i] = places.get(head)!;
    edges.tails[i] = places.get(tail)!;
    edges.weights[i++] = weight;
  });
  return edges;
}
