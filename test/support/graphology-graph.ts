/**
 * The snapshot as a graphology graph, the interchange object for pages and for centralities on small graphs: nodes by
 * key with name, type and aliases, edges with relation and weight.
 */
import Graphology from 'graphology';
import type { GraphSnapshot } from '../../src/graph/graph-snapshot.js';

export interface GraphologyNode {
  name: string;
  type: string;
  aliases: string[];
}

export interface GraphologyEdge {
  relation: string;
  weight: number;
}

export type MedicalGraph = Graphology.MultiDirectedGraph<GraphologyNode, GraphologyEdge>;

/** Objects for every node and edge: for graphs up to some 100,000 edges. */
export function toGraphology(snapshot: GraphSnapshot): MedicalGraph {
  const graph: MedicalGraph = new Graphology.MultiDirectedGraph();
  const { outgoing, aliasOffsets, entityKeys } = snapshot;
  for (let e = 0; e < snapshot.entityCount; e++) {
    const aliases = Array.from({ length: aliasOffsets[e + 1] - aliasOffsets[e] }, (_, i) =>
      snapshot.aliasTexts.at(aliasOffsets[e] + i),
    );
    const type = snapshot.typeNames.at(snapshot.entityTypes[e]);
    graph.addNode(entityKeys.at(e), { name: snapshot.entityNames.at(e), type, aliases });
  }
  for (let head = 0; head < snapshot.entityCount; head++) {
    for (let i = outgoing.offsets[head]; i < outgoing.offsets[head + 1]; i++) {
      const relation = snapshot.relationNames.at(outgoing.relations[i]);
      const weight = outgoing.weights?.[i] ?? 1;
      graph.addDirectedEdge(entityKeys.at(head), entityKeys.at(outgoing.entities[i]), { relation, weight });
    }
  }
  return graph;
}
