/**
 * Some entities and the edges among them as a graphology graph, the interchange object of pages and files. Nodes are called
 * by their number: what an entity is called is data, and a result by name would lose one called `__proto__`.
 */
import Graphology from 'graphology';
import type { GraphSnapshot } from './graph-snapshot.js';

export interface SampleNode {
  key: string;
  name: string;
  type: string;
  /** Joined by `|`. */
  aliases: string;
  /** Edges in the whole graph, both directions. */
  wholeDegree: number;
  /** PageRank in the whole graph, where it is known. */
  rank?: number;
  /** Those below within the sample; set by sample-measures.ts. */
  inDegree?: number;
  outDegree?: number;
  pagerank?: number;
  betweenness?: number;
  community?: number;
}

export interface SampleEdge {
  relation: string;
  weight: number;
}

export type SampledGraph = Graphology.MultiDirectedGraph<SampleNode, SampleEdge>;

export interface Subgraph {
  graph: SampledGraph;
  /** Edges among the entities, with those left out. */
  edgesFound: number;
}

/** @param maximumEdges edges kept, at most: first those of the first entities */
export function sampleSubgraph(
  snapshot: GraphSnapshot,
  entities: Uint32Array,
  maximumEdges: number,
  ranks?: Float64Array,
): Subgraph {
  const graph: SampledGraph = new Graphology.MultiDirectedGraph();
  const { outgoing } = snapshot;
  for (const entity of entities) graph.addNode(entity, nodeOf(snapshot, entity, ranks));
  let edgesFound = 0;
  for (const head of entities) {
    for (let i = outgoing.offsets[head]; i < outgoing.offsets[head + 1]; i++) {
      if (!graph.hasNode(outgoing.entities[i]) || edgesFound++ >= maximumEdges) continue;
      const relation = snapshot.relationNames.at(outgoing.relations[i]);
      // A key of graphology's own would differ from run to run.
      graph.addDirectedEdgeWithKey(graph.size, head, outgoing.entities[i], {
        relation,
        weight: outgoing.weights?.[i] ?? 1,
      });
    }
  }
  return { graph, edgesFound };
}

function nodeOf(snapshot: GraphSnapshot, entity: number, ranks: Float64Array | undefined): SampleNode {
  const { outgoing, incoming, aliasOffsets } = snapshot;
  const aliases = Array.from({ length: aliasOffsets[entity + 1] - aliasOffsets[entity] }, (_, i) =>
    snapshot.aliasTexts.at(aliasOffsets[entity] + i),
  );
  const degree = ({ offsets }: { offsets: Uint32Array }) => offsets[entity + 1] - offsets[entity];
  return {
    key: snapshot.entityKeys.at(entity),
    name: snapshot.entityNames.at(entity),
    type: snapshot.typeNames.at(snapshot.entityTypes[entity]),
    aliases: aliases.join('|'),
    wholeDegree: degree(outgoing) + degree(incoming),
    ...(ranks === undefined ? {} : { rank: ranks[entity] }),
  };
}
