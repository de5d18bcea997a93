/** What Neo4j cannot hold is refused before the first batch. */
import { MedgraftError } from '../../../base/errors.js';
import type { GraphContent } from '../../graph-content.js';

/** A range index holds no longer text. */
const KEY_BYTES = 8000;

/** @throws MedgraftError `graph.neo4j-key-length` */
export function checkKeys({ snapshot: { entityKeys, entityCount } }: GraphContent): void {
  for (let id = 0; id < entityCount; id++) {
    const key = entityKeys.at(id);
    if (key.length * 3 <= KEY_BYTES) continue;
    const bytes = Buffer.byteLength(key);
    if (bytes > KEY_BYTES) throw tooLong(key, bytes);
  }
}

function tooLong(key: string, bytes: number): MedgraftError {
  return new MedgraftError('input', 'graph.neo4j-key-length', 'Neo4j cannot find an entity by a key that is so long', {
    place: `the key that begins with ${JSON.stringify(key.slice(0, 40))}`,
    expected: `at most ${KEY_BYTES} bytes`,
    got: `${bytes} bytes`,
    hint: 'take another field as the key, in the mapping',
  });
}
