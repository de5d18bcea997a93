/**
 * SHA-256 over a graph's ordered content, one JSON line an entity and a triple: equal for equal graphs in any store and
 * in any order of import.
 */
import { createHash } from 'node:crypto';
import type { EntityRecord, TripleRecord } from '../graph-store.js';

/** Blocks come in the order that `GraphStore.entities` and `GraphStore.triples` promise. */
export async function hashGraph(
  entities: AsyncIterable<EntityRecord[]>,
  triples: AsyncIterable<TripleRecord[]>,
): Promise<string> {
  const hash = createHash('sha256');
  for await (const block of entities) {
    for (const { key, name, types, aliases, properties } of block) {
      hash.update(`${JSON.stringify([key, name, types, aliases, properties ?? {}])}\n`);
    }
  }
  for await (const block of triples) {
    for (const { head, relation, tail, weight } of block) {
      hash.update(`${JSON.stringify([head, relation, tail, weight ?? 1])}\n`);
    }
  }
  return hash.digest('hex');
}
