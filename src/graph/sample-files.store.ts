/**
 * A sampled graph as files: `graph.gexf` (Gephi), `graph.graphml` (Cytoscape, igraph, networkx) and `graph.json` (graphology's
 * own). In XML, characters that it cannot hold are replaced (xml-text.ts); JSON keeps them.
 */
import { join } from 'node:path';
import gexf from 'graphology-gexf';
import { writeFile } from '../formats/byte-sink.js';
import { type GraphmlKeys, writeGraphml } from '../formats/graphml.js';
import { xmlCharacters } from '../formats/xml-text.js';
import type { SampledGraph, SampleNode } from './sample-subgraph.js';

const NODE_KEYS: Record<keyof SampleNode, GraphmlKeys[string]> = {
  key: 'string',
  name: 'string',
  type: 'string',
  aliases: 'string',
  wholeDegree: 'int',
  rank: 'double',
  inDegree: 'int',
  outDegree: 'int',
  pagerank: 'double',
  betweenness: 'double',
  community: 'int',
};
const EDGE_KEYS: GraphmlKeys = { relation: 'string', weight: 'double' };

export async function writeSampleFiles(folder: string, graph: SampledGraph): Promise<void> {
  const encoder = new TextEncoder();
  const write = (file: string, text: string) =>
    writeFile(join(folder, file), (sink) => sink.write(encoder.encode(text)));
  await write('graph.json', `${JSON.stringify(graph.export(), null, 1)}\n`);
  await write('graph.gexf', gexfOf(graph));
  await writeFile(join(folder, 'graph.graphml'), (sink) =>
    writeGraphml(sink, {
      nodeKeys: NODE_KEYS,
      edgeKeys: EDGE_KEYS,
      nodes: graph.mapNodes((id, attributes) => ({ id, attributes: { ...attributes } })),
      edges: graph.mapEdges((_, attributes, source, target) => ({ source, target, attributes: { ...attributes } })),
    }),
  );
}

/** GEXF's writer escapes markup, but passes on what XML cannot hold. */
function gexfOf(graph: SampledGraph): string {
  return gexf.write(graph, {
    formatNode: (_, { name, ...attributes }) => ({ label: xmlCharacters(name), attributes: cleaned(attributes) }),
    formatEdge: (_, { weight, relation }) => ({
      label: xmlCharacters(relation),
      weight,
      attributes: { relation: xmlCharacters(relation) },
    }),
  });
}

function cleaned(attributes: Omit<SampleNode, 'name'>): Record<string, string | number> {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [name, typeof value === 'string' ? xmlCharacters(value) : value]),
  );
}
