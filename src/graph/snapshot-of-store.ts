import { SnapshotBuilder } from './build-snapshot.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import type { GraphStore } from './graph-store.js';

/** Reads a whole store once. Entity ids follow the order of keys, so equal graphs give equal snapshots. */
export async function snapshotOfStore(store: Pick<GraphStore, 'entities' | 'triples'>): Promise<GraphSnapshot> {
  const builder = new SnapshotBuilder();
  for await (const block of store.entities()) for (const entity of block) builder.addEntity(entity);
  for await (const block of store.triples()) for (const triple of block) builder.addTriple(triple);
  return builder.finish();
}

/** Triples whose head is their tail. */
export function countSelfLoops({ entityCount, outgoing }: GraphSnapshot): number {
  let count = 0;
  for (let e = 0; e < entityCount; e++) {
    for (let i = outgoing.offsets[e]; i < outgoing.offsets[e + 1]; i++) if (outgoing.entities[i] === e) count++;
  }
  return count;
}
