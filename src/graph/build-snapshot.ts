import { GraphBuilder } from './graph-builder.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import type { EntityRecord, TripleRecord } from './graph-store.js';

/** The snapshot of a graph that fits in memory as records, such as tests' and samples'. */
export function buildSnapshot(entities: Iterable<EntityRecord>, triples: Iterable<TripleRecord>): GraphSnapshot {
  const builder = new GraphBuilder();
  builder.beginSource({ name: 'records' });
  for (const entity of entities) builder.addEntity(entity);
  for (const triple of triples) builder.addTriple(triple);
  return builder.finish().snapshot;
}
