import { Neo4jGraphStore } from '../../src/graph/store/neo4j/neo4j-graph.store.js';
import { describeGraphStore } from '../contract/graph-store.suite.js';
import { fresh, testConnection, writeGraph } from '../support/neo4j.js';

let graphs = 0;

describeGraphStore('neo4j', async (content) => {
  const kg = fresh(`contract-${graphs++}`);
  const connection = await testConnection();
  await writeGraph(connection, content, { kg });
  return Neo4jGraphStore.open(connection, kg);
});
