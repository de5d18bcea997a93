/**
 * Names as dictionary keys. Several entities may share a name, and dictionaries by name would lose all but one: the
 * entity with the lowest id keeps the bare name, the others are called `name (key)`.
 */
import type { GraphSnapshot } from './graph-snapshot.js';

/** One distinct name for each entity, by id. */
export function uniqueNames(snapshot: Pick<GraphSnapshot, 'entityCount' | 'entityKeys' | 'entityNames'>): string[] {
  const { entityCount, entityKeys, entityNames } = snapshot;
  const names = Array.from({ length: entityCount }, (_, id) => entityNames.at(id));
  const bare = new Set(names);
  const given = new Set<string>();
  return names.map((name, id) => {
    let unique = name;
    while (given.has(unique) || (unique !== name && bare.has(unique))) unique = `${unique} (${entityKeys.at(id)})`;
    given.add(unique);
    return unique;
  });
}
