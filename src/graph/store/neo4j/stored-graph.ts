/** The record of a graph in Neo4j: what a name stands for now. */
import { MedgraftError } from '../../../base/errors.js';
import type { SourceRecord } from '../../graph-store.js';
import type { Neo4jConnection } from './neo4j-connection.js';
import { tokenOf } from './token-names.js';

export interface StoredGraph {
  number: number;
  contentId: string;
  contentHash: string;
  entities: number;
  triples: number;
  sources: SourceRecord[];
  /** Relation -> its place in the order of names, for the server to order by: its own order of texts is not one of code points. */
  relationRanks: Record<string, number>;
  /** Name of the ranking that the entities carry; empty when they carry none. */
  ranking: string;
}

/** undefined when no such graph is there, or none is complete. */
export async function findGraph(connection: Neo4jConnection, kg: string): Promise<StoredGraph | undefined> {
  const [row] = await connection.read('read/graph', { kg });
  if (row === undefined) return undefined;
  const [number, contentId, contentHash, entities, triples, relations, sources, ranking] = row;
  return {
    number: number as number,
    contentId: contentId as string,
    contentHash: contentHash as string,
    entities: entities as number,
    triples: triples as number,
    sources: (sources as string[]).map((text) => JSON.parse(text) as SourceRecord),
    relationRanks: Object.fromEntries((relations as string[]).map((name, rank) => [tokenOf(name), rank])),
    ranking: ranking as string,
  };
}

/** @throws MedgraftError `graph.neo4j-missing` */
export async function currentGraph(connection: Neo4jConnection, kg: string): Promise<StoredGraph> {
  const graph = await findGraph(connection, kg);
  if (graph) return graph;
  const names = (await connection.read('read/graph-names')).map(([name]) => name);
  throw new MedgraftError('missing', 'graph.neo4j-missing', 'the database has no such graph', {
    place: connection.place,
    expected: names.length === 0 ? 'a graph, but there is none' : `one of ${names.join(', ')}`,
    got: kg,
    hint: `medgraft kg copy --kg ${kg} --from embedded --to neo4j puts it there`,
  });
}
