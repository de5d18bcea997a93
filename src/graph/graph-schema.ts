/** Which relation leads from entities of which type to which, and how often: the schema that the triples follow. */
import type { SlicedWork } from '../base/sliced-work.js';
import type { GraphSnapshot } from './graph-snapshot.js';

/** Edges between pauses. */
const PAUSE = 1 << 14;

export interface SchemaPattern {
  headType: number;
  relation: number;
  tailType: number;
  triples: number;
}

/** The most frequent first, ties by ids. */
export function* graphSchema(snapshot: GraphSnapshot): SlicedWork<SchemaPattern[]> {
  const { entityCount, typeCount, relationCount, entityTypes, outgoing } = snapshot;
  const counts = new Map<number, number>();
  let sincePause = 0;
  for (let head = 0; head < entityCount; head++) {
    const ofHead = entityTypes[head] * relationCount;
    for (let i = outgoing.offsets[head]; i < outgoing.offsets[head + 1]; i++) {
      const pattern = (ofHead + outgoing.relations[i]) * typeCount + entityTypes[outgoing.entities[i]];
      counts.set(pattern, (counts.get(pattern) ?? 0) + 1);
      if ((++sincePause & (PAUSE - 1)) === 0) yield;
    }
  }
  return [...counts]
    .sort(([a, countA], [b, countB]) => countB - countA || a - b)
    .map(([pattern, triples]) => ({
      headType: Math.floor(pattern / typeCount / relationCount),
      relation: Math.floor(pattern / typeCount) % relationCount,
      tailType: pattern % typeCount,
      triples,
    }));
}
