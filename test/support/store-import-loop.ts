/** Writes a graph of 60,000 edges into the file, one line a step; the parent kills it. */
import { GraphBuilder } from '../../src/graph/graph-builder.js';
import { writeEmbeddedGraph } from '../../src/graph/store/embedded/write-embedded-graph.store.js';
import { ringContent } from './ring-graph.js';

const { signal } = new AbortController();
for await (const _ of writeEmbeddedGraph(process.argv[2], ringContent(new GraphBuilder()), {
  contentId: 'ring',
  signal,
})) {
  process.stdout.write('.\n');
}
