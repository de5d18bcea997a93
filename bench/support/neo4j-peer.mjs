/**
 * The same graph in a Neo4j server, asked by its driver: `MEDGRAFT_NEO4J_URI`, `_USER`, `_PASSWORD`. Copied there by
 * `kg.copy`, with ranks. undefined when no server is named or none answers.
 */
import neo4j from 'neo4j-driver';
import { copyGraph } from '../../dist/graph/copy-graph.stage.js';
import { neo4jSettings } from '../../dist/settings/neo4j-settings.js';
import { runToEnd } from './hub-graph.mjs';

const ONE_HOP = `
MATCH (entity:MedgraftEntity {key: $key})-[edge]-(other:MedgraftEntity)
RETURN other.key, other.name, other.rank, type(edge), startNode(edge) = entity
ORDER BY other.rank DESC, other.key LIMIT toInteger($limit)`;

export async function openNeo4jPeer(workspace, kg) {
  const { uri, user, password } = neo4jSettings();
  if (uri === undefined) return undefined;
  const driver = neo4j.driver(uri, neo4j.auth.basic(user, password ?? ''), { disableLosslessIntegers: true });
  try {
    const { agent } = await driver.getServerInfo();
    await runToEnd(copyGraph, { kg, from: 'embedded', to: 'neo4j' }, workspace);
    return {
      name: `${agent} by neo4j-driver`,
      /** Rows of the neighbours of an entity, the most important first. */
      neighbours: async (key, limit) => {
        const { records } = await driver.executeQuery(ONE_HOP, { key, limit }, { routing: neo4j.routing.READ });
        return records.map((record) => Array.from(record));
      },
      close: () => driver.close(),
    };
  } catch (error) {
    process.stderr.write(`the Neo4j server is left out: ${error.message}\n`);
    await driver.close();
    return undefined;
  }
}
