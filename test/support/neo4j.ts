/** The Neo4j of the tests, as scripts/test-neo4j.mjs tells of it. Tests share its database and use names of their own. */
import { GraphBuilder } from '../../src/graph/graph-builder.js';
import type { GraphContent } from '../../src/graph/graph-content.js';
import type { EntityRecord, TripleRecord } from '../../src/graph/graph-store.js';
import { hashGraph } from '../../src/graph/store/graph-hash.js';
import { connectNeo4j, type Neo4jConnection } from '../../src/graph/store/neo4j/neo4j-connection.js';
import { Neo4jGraphStore } from '../../src/graph/store/neo4j/neo4j-graph.store.js';
import { type Neo4jWriteOptions, writeNeo4jGraph } from '../../src/graph/store/neo4j/write-neo4j-graph.store.js';
import { Neo4jSettings } from '../../src/settings/neo4j-settings.js';

/** @param change of the settings that reach the server */
export function testSettings(change: Partial<Neo4jSettings> = {}): Neo4jSettings {
  const uri = process.env['MEDGRAFT_TEST_NEO4J_URI'];
  if (!uri) throw new Error('run these tests by `npm run test:neo4j`');
  const user = process.env['MEDGRAFT_TEST_NEO4J_USER'] ?? 'neo4j';
  const password = process.env['MEDGRAFT_TEST_NEO4J_PASSWORD'];
  return Object.assign(new Neo4jSettings(), { uri, user, password, ...change });
}

/** The same as variables of a child process. */
export function testVariables(settings = testSettings()): Record<string, string> {
  const { uri = '', user, password = '' } = settings;
  return { MEDGRAFT_NEO4J_URI: uri, MEDGRAFT_NEO4J_USER: user, MEDGRAFT_NEO4J_PASSWORD: password };
}

export function testConnection(change: Partial<Neo4jSettings> = {}): Promise<Neo4jConnection> {
  return connectNeo4j(testSettings(change));
}

export const NEVER = new AbortController().signal;

const RUN = Date.now().toString(36);

/** A graph's name that no earlier run on the same server has used. */
export function fresh(name: string): string {
  return `${name}-${RUN}`;
}

/** Writes to the end. @returns the events */
export async function writeGraph(
  connection: Neo4jConnection,
  content: GraphContent,
  options: Partial<Neo4jWriteOptions> & { kg: string },
): Promise<unknown[]> {
  const events: unknown[] = [];
  for await (const event of writeNeo4jGraph(connection, content, { contentId: 'x', signal: NEVER, ...options })) {
    events.push(event);
  }
  return events;
}

/** The hash of what a name stands for in the database. */
export async function storedHash(connection: Neo4jConnection, kg: string): Promise<string> {
  const store = await Neo4jGraphStore.open(connection, kg);
  return hashGraph(store.entities(), store.triples());
}

export function contentOf(entities: readonly EntityRecord[], triples: readonly TripleRecord[]): GraphContent {
  const builder = new GraphBuilder();
  builder.beginSource({ name: 'one' });
  for (const entity of entities) builder.addEntity(entity);
  for (const triple of triples) builder.addTriple(triple);
  return builder.finish();
}
