/** Imports batches of 50 entities, then 50 triples, without end and tells each pair after both are durable; the parent kills it. */
import { EmbeddedGraphStore } from '../../src/graph/store/embedded/embedded-graph.store.js';

const store = EmbeddedGraphStore.open(process.argv[2]);
for (let batch = 0; ; batch++) {
  const entities = Array.from({ length: 50 }, (_, i) => ({
    key: `${batch}-${i}`,
    name: `entity ${i}`,
    types: ['t'],
    aliases: [],
  }));
  await store.putEntities(entities);
  await store.putTriples(entities.map(({ key }) => ({ head: key, relation: 'r', tail: entities[0].key })));
  process.stdout.write('.\n');
}
