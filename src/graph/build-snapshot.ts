import { MedgraftError } from '../base/errors.js';
import { GraphBuilder } from './graph-builder.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import type { EntityRecord, TripleRecord } from './graph-store.js';

/** The snapshot of a graph that fits in memory as records, such as tests' and samples'. @throws MedgraftError `graph.dangling` */
export function buildSnapshot(entities: Iterable<EntityRecord>, triples: Iterable<TripleRecord>): GraphSnapshot {
  const builder = new GraphBuilder();
  builder.beginSource({ name: 'records' });
  for (const entity of entities) builder.addEntity(entity);
  for (const triple of triples) {
    const missing = builder.addTriple(triple);
    if (missing !== undefined) throw dangling(missing);
  }
  return builder.finish().snapshot;
}

function dangling(key: string): MedgraftError {
  return new MedgraftError('input', 'graph.dangling', 'a triple names an entity that does not exist', {
    got: key,
    hint: 'put the entities of a triple first',
  });
}
