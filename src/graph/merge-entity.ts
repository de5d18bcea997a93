/**
 * What a repeated key means: a join (commutative, associative, idempotent), so that a graph does not depend on the order of
 * its rows. The least name stays and the other becomes an alias, the least main type stays the main one, types and aliases
 * are united, and of two values of a property the least stays. Order: code points; of values, that of their JSON.
 */
import type { EntityRecord } from './graph-store.js';
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
  const [name, other] = compareKeys(first.name, second.name) <= 0 ? [first, second] : [second, first];
  const mains = [...first.types.slice(0, 1), ...second.types.slice(0, 1)].sort(compareKeys);
  return normalizedEntity({
    key: first.key,
    name: name.name,
    types: [...mains, ...first.types, ...second.types],
    aliases: [...first.aliases, ...second.aliases, other.name],
    properties: mergedProperties(first.properties, second.properties),
  });
}

function mergedProperties(a: EntityRecord['properties'] = {}, b: EntityRecord['properties'] = {}) {
  const merged = new Map(Object.entries(a));
  for (const [name, value] of Object.entries(b)) {
    const known = merged.get(name);
    const isLess = known === undefined || compareKeys(JSON.stringify(value), JSON.stringify(known)) < 0;
    if (isLess) merged.set(name, value);
  }
  return Object.fromEntries(merged);
}

function sortedSet(texts: string[]): string[] {
  return [...new Set(texts)].sort(compareKeys);
}

function sortedProperties(properties: NonNullable<EntityRecord['properties']>): EntityRecord['properties'] {
  return Object.fromEntries(Object.entries(properties).sort(([a], [b]) => compareKeys(a, b)));
}
