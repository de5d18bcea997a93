/**
 * An entity as a Neo4j node and back. Its properties stand beside ours under their own names (token-names.ts), so that they
 * can be seen and asked for in Neo4j Browser. `types` and `aliases` keep their order, which labels do not. Where a graph has
 * several sources, `sources` are the positions of those that tell of the entity, and `parts` what each says, as JSON; empty
 * where that is all there is to say.
 */
import neo4j, { type Integer } from 'neo4j-driver';
import { type GraphContent, sourcesOfEntity } from '../../graph-content.js';
import type { EntityRecord, PropertyValue } from '../../graph-store.js';
import { compareKeys } from '../../key-order.js';
import { labelOf, propertyNameOf, propertyTokenOf } from './token-names.js';

export interface EntityRow {
  labels: string[];
  properties: Record<string, unknown>;
}

/** Numbers of a graph that are no part of its content but are seen beside it. */
export interface EntityFigures {
  kg: string;
  uid: Integer;
  rank?: number;
}

export function entityRow(content: GraphContent, id: number, { kg, uid, rank }: EntityFigures): EntityRow {
  const entity = content.entity(id);
  const { outgoing, incoming } = content.snapshot;
  const given = Object.entries(entity.properties ?? {}).map(([name, value]) => [propertyTokenOf(name), sent(value)]);
  const own = {
    uid,
    kg,
    key: entity.key,
    name: entity.name,
    types: entity.types,
    aliases: entity.aliases,
    inDegree: neo4j.int(incoming.offsets[id + 1] - incoming.offsets[id]),
    outDegree: neo4j.int(outgoing.offsets[id + 1] - outgoing.offsets[id]),
    ...(rank === undefined ? {} : { rank }),
    ...partsOf(content, id, entity),
  };
  return { labels: entity.types.map(labelOf), properties: { ...Object.fromEntries(given), ...own } };
}

function partsOf(content: GraphContent, id: number, entity: EntityRecord): object {
  const { parts } = content;
  if (parts === undefined) return {};
  const whole = partText(entity);
  const sources = sourcesOfEntity(content, id);
  const texts = sources.map((source) => partText(parts.entity(source, id)!));
  return {
    sources: sources.map((source) => neo4j.int(source)),
    parts: texts.map((text) => (text === whole ? '' : text)),
  };
}

function partText({ name, types, aliases, properties }: EntityRecord): string {
  return JSON.stringify({ name, types, aliases, properties });
}

/** Whole numbers are integers to Neo4j, so that they are shown as such; in a list all or none are. */
function sent(value: PropertyValue): unknown {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? neo4j.int(value) : value;
  if (typeof value !== 'object') return value;
  return value.every(Number.isSafeInteger) ? value.map((item) => neo4j.int(item as number)) : value;
}

/** A node's properties as pairs: a plain object would lose one that is called `__proto__`. */
export type NodeProperties = readonly (readonly [token: string, value: unknown])[];

export interface StoredEntity {
  entity: EntityRecord;
  /** Positions of its sources; undefined when the graph has one. */
  sources?: readonly number[];
  /** What the n-th of them tells. */
  part(n: number): EntityRecord;
}

export function storedEntity(properties: NodeProperties): StoredEntity {
  const values = new Map(properties);
  const entity: EntityRecord = {
    key: values.get('key') as string,
    name: values.get('name') as string,
    types: values.get('types') as string[],
    aliases: values.get('aliases') as string[],
  };
  const given = properties.flatMap(([token, value]) => {
    const name = propertyNameOf(token);
    return name === undefined ? [] : [[name, value] as const];
  });
  given.sort(([a], [b]) => compareKeys(a, b));
  if (given.length > 0) entity.properties = Object.fromEntries(given) as Record<string, PropertyValue>;
  const parts = values.get('parts') as string[] | undefined;
  return {
    entity,
    sources: values.get('sources') as number[] | undefined,
    part: (n) => (parts?.[n] ? { key: entity.key, ...(JSON.parse(parts[n]) as Omit<EntityRecord, 'key'>) } : entity),
  };
}
