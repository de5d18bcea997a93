import { SnapshotBuilder } from './build-snapshot.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import type { GraphStore } from './graph-store.js';
import { hashGraph } from './store/graph-hash.js';

/**
 * Reads a whole store once. Entity ids follow the order of keys, so equal graphs give equal snapshots.
 * @returns the snapshot, and the store's content hash, taken on the way
 */
export async function snapshotOfStore(
  store: Pick<GraphStore, 'entities' | 'triples'>,
): Promise<{ snapshot: GraphSnapshot; contentHash: string }> {
  const builder = new SnapshotBuilder();
  const contentHash = await hashGraph(
    passing(store.entities(), (entity) => builder.addEntity(entity)),
    passing(store.triples(), (triple) => builder.addTriple(triple)),
  );
  return { snapshot: builder.finish(), contentHash };
}

async function* passing<T>(blocks: AsyncIterable<T[]>, use: (item: T) => void): AsyncGenerator<T[]> {
  for await (const block of blocks) {
    for (const item of block) use(item);
    yield block;
  }
}

/** Triples whose head is their tail. */
export function countSelfLoops({ entityCount, outgoing }: GraphSnapshot): number {
  let count = 0;
  for (let e = 0; e < entityCount; e++) {
    for (let i = outgoing.offsets[e]; i < outgoing.offsets[e + 1]; i++) if (outgoing.entities[i] === e) count++;
  }
  return count;
}
