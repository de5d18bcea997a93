/**
 * From what a person types to an entity: its key, else its name, else an alias. Names and aliases can be shared; the
 * highest rank wins, ties go to the lower id.
 */
import { headOfEdge } from './graph-content.js';
import type { GraphSnapshot } from './graph-snapshot.js';

export interface FoundEntity {
  entity: number;
  /** How many entities the text fits, at the level (key, name, alias) where it was found. */
  candidates: number;
}

/** @param ranks [entityCount], or undefined when the graph is not ranked: then the lowest id wins */
export function findEntity(snapshot: GraphSnapshot, text: string, ranks?: Float64Array): FoundEntity | undefined {
  const byKey = snapshot.entityKeys.idOf(text);
  if (byKey !== undefined) return { entity: byKey, candidates: 1 };
  const named = best(snapshot.entityNames.idsOf(text), ranks);
  return (
    named ??
    best(
      snapshot.aliasTexts.idsOf(text).map((alias) => headOfEdge(snapshot.aliasOffsets, alias)),
      ranks,
    )
  );
}

function best(entities: number[], ranks: Float64Array | undefined): FoundEntity | undefined {
  if (entities.length === 0) return undefined;
  const entity = ranks ? entities.reduce((a, b) => (ranks[b] > ranks[a] ? b : a)) : entities[0];
  return { entity, candidates: entities.length };
}
