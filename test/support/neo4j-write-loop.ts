/** Writes a graph of 30,000 edges into the Neo4j of the environment, one line a batch; the parent kills it. */
import { GraphBuilder } from '../../src/graph/graph-builder.js';
import { connectNeo4j } from '../../src/graph/store/neo4j/neo4j-connection.js';
import { writeNeo4jGraph } from '../../src/graph/store/neo4j/write-neo4j-graph.store.js';
import { neo4jSettings } from '../../src/settings/neo4j-settings.js';
import { ringContent } from './ring-graph.js';

const options = { kg: process.argv[2], contentId: 'ring', signal: new AbortController().signal };
const connection = await connectNeo4j(neo4jSettings());
for await (const _ of writeNeo4jGraph(connection, ringContent(new GraphBuilder(), 30_000), options)) {
  process.stdout.write('.\n');
}
await connection.close();
