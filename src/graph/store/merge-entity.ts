/**
 * What a repeated key means, in every store: the first name and main type stay, types and aliases are united, another
 * name becomes an alias, a repeated property takes the new value.
 */
import type { EntityRecord } from '../graph-store.js';
import { compareKeys } from './key-order.js';

/** The one form of an entity: main type first, then the others in order; aliases in order, without the name. */
export function normalizedEntity({ key, name, types, aliases, properties }: EntityRecord): EntityRecord {
  const [main, ...others] = types;
  const entity: EntityRecord = {
    key,
    name,
    types: main === undefined ? [] : [main, ...sortedSet(others.filter((type) => type !== main))],
    aliases: sortedSet(aliases.filter((alias) => alias !== name && alias !== '')),
  };
  if (properties && Object.keys(properties).length > 0) entity.properties = sortedProperties(properties);
  return entity;
}

export function mergedEntity(first: EntityRecord, second: EntityRecord): EntityRecord {
  return normalizedEntity({
    key: first.key,
    name: first.name,
    types: [...first.types, ...second.types],
    aliases: [...first.aliases, ...second.aliases, second.name],
    properties: { ...first.properties, ...second.properties },
  });
}

function sortedSet(texts: string[]): string[] {
  return [...new Set(texts)].sort(compareKeys);
}

function sortedProperties(properties: NonNullable<EntityRecord['properties']>): EntityRecord['properties'] {
  return Object.fromEntries(Object.entries(properties).sort(([a], [b]) => compareKeys(a, b)));
}
