/** What is really there of a graph, counted by the server. */
import type { StoreCounts } from '../../graph-store.js';
import type { Neo4jConnection } from './neo4j-connection.js';
import type { StoredGraph } from './stored-graph.js';
import { uidRange } from './uid.js';

export async function countGraph(connection: Neo4jConnection, number: number): Promise<StoreCounts> {
  const range = uidRange(number);
  const [[entities, types]] = await connection.read('read/count-entities', range);
  const [[triples, relations]] = await connection.read('read/count-edges', range);
  return { entities, triples, relations, types } as StoreCounts;
}

/** Whether nothing was deleted or added since it was written. */
export async function isWhole(connection: Neo4jConnection, graph: StoredGraph): Promise<boolean> {
  const { entities, triples } = await countGraph(connection, graph.number);
  return entities === graph.entities && triples === graph.triples;
}
