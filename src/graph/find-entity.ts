/**
 * From what a person types to an entity: its key, else its name, else an alias. Names and aliases can be shared; the
 * highest rank wins, ties go to the lower id.
 */
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
  return best(entitiesNamed(snapshot, text), ranks) ?? best(entitiesWithAlias(snapshot, text), ranks);
}

function entitiesNamed({ entityNames }: GraphSnapshot, text: string): number[] {
  const first = entityNames.idOf(text);
  if (first === undefined) return [];
  const found: number[] = [];
  for (let id = first; id < entityNames.length; id++) if (entityNames.at(id) === text) found.push(id);
  return found;
}

function entitiesWithAlias({ aliasTexts, aliasOffsets }: GraphSnapshot, text: string): number[] {
  const first = aliasTexts.idOf(text);
  if (first === undefined) return [];
  const found: number[] = [];
  let entity = 0;
  for (let i = first; i < aliasTexts.length; i++) {
    if (aliasTexts.at(i) !== text) continue;
    while (aliasOffsets[entity + 1] <= i) entity++;
    found.push(entity);
  }
  return found;
}

function best(entities: number[], ranks: Float64Array | undefined): FoundEntity | undefined {
  if (entities.length === 0) return undefined;
  const entity = ranks ? entities.reduce((a, b) => (ranks[b] > ranks[a] ? b : a)) : entities[0];
  return { entity, candidates: entities.length };
}
