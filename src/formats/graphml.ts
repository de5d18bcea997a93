/**
 * GraphML writer (graphml.graphdrawing.org, primer of the format): attributes are declared once as keys with a type, then each
 * node and edge lists its values. Streamed; opened by Gephi, Cytoscape, igraph and networkx.
 */
import type { ByteSink } from './byte-sink.js';
import { xmlText } from './xml-text.js';

export type GraphValue = string | number | boolean;

export interface GraphmlElement {
  /** By the names declared; absent ones are left out. */
  readonly attributes: Readonly<Record<string, GraphValue | undefined>>;
}

export interface GraphmlNode extends GraphmlElement {
  readonly id: string;
}

export interface GraphmlEdge extends GraphmlElement {
  readonly source: string;
  readonly target: string;
}

/** Name -> type. */
export type GraphmlKeys = Readonly<Record<string, 'string' | 'double' | 'int' | 'boolean'>>;

export interface GraphmlDocument {
  readonly nodeKeys: GraphmlKeys;
  readonly edgeKeys: GraphmlKeys;
  readonly nodes: Iterable<GraphmlNode>;
  readonly edges: Iterable<GraphmlEdge>;
}

/** A directed graph. */
export async function writeGraphml(sink: ByteSink, document: GraphmlDocument): Promise<void> {
  const encoder = new TextEncoder();
  for (const line of linesOf(document)) await sink.write(encoder.encode(`${line}\n`));
}

function* linesOf({ nodeKeys, edgeKeys, nodes, edges }: GraphmlDocument): Generator<string> {
  yield '<?xml version="1.0" encoding="UTF-8"?>';
  yield '<graphml xmlns="http://graphml.graphdrawing.org/xmlns">';
  yield* keyLines('node', nodeKeys);
  yield* keyLines('edge', edgeKeys);
  yield '<graph edgedefault="directed">';
  for (const { id, attributes } of nodes) {
    yield `<node id="${xmlText(id)}">${dataOf('node', nodeKeys, attributes)}</node>`;
  }
  for (const { source, target, attributes } of edges) {
    const ends = `source="${xmlText(source)}" target="${xmlText(target)}"`;
    yield `<edge ${ends}>${dataOf('edge', edgeKeys, attributes)}</edge>`;
  }
  yield '</graph>';
  yield '</graphml>';
}

function* keyLines(element: 'node' | 'edge', keys: GraphmlKeys): Generator<string> {
  for (const [name, type] of Object.entries(keys)) {
    const text = xmlText(name);
    yield `<key id="${element}-${text}" for="${element}" attr.name="${text}" attr.type="${type}"/>`;
  }
}

function dataOf(element: 'node' | 'edge', keys: GraphmlKeys, attributes: GraphmlElement['attributes']): string {
  return Object.keys(keys)
    .filter((name) => attributes[name] !== undefined)
    .map((name) => `<data key="${element}-${xmlText(name)}">${xmlText(String(attributes[name]))}</data>`)
    .join('');
}
