/**
 * An entity as a Neo4j node and back. Its properties stand beside ours under their own names (token-names.ts), so that they
 * can be seen and asked for in Neo4j Browser. `types` and `aliases` keep their order, which labels do not. Where a graph has
 * several sources, `sources` are the positions of those that tell of the entity, and `parts` what each says, as JSON; empty
 * where that is all there is to say.
 */
import neo4j, { type Integer } from 'neo4j-driver';
import { type GraphContent, sourcesOfEntity } from '../../graph-content.js';
import type { Adjacency } from '../../graph-snapshot.js';
import type { EntityRecord, PropertyValue } from '../../graph-store.js';
import { compareKeys } from '../../key-order.js';
import { labelOf, propertyNameOf, propertyTokenOf } from './token-names.js';

/** The columns of import/write-entities. */
export type EntityRow = readonly unknown[];

/** Numbers of a graph that are no part of its content but are seen beside it. */
export interface EntityFigures {
  uid: Integer;
  rank?: number | null;
}

export function entityRow(content: GraphContent, id: number, { uid, rank = null }: EntityFigures): EntityRow {
  const entity = content.entity(id);
  const { key, name, types, aliases, properties = {} } = entity;
  const given = Object.entries(properties).map(([property, value]) => [propertyTokenOf(property), sent(value)]);
  const { incoming, outgoing } = content.snapshot;
  return [
    types.map(labelOf),
    uid,
    key,
    name,
    types,
    aliases,
    degree(incoming, id),
    degree(outgoing, id),
    rank,
    ...partsOf(content, id, entity),
    Object.fromEntries(given),
  ];
}

function degree({ offsets }: Adjacency, id: number): Integer {
  return neo4j.int(offsets[id + 1] - offsets[id]);
}

/** Positions of the sources and what they tell. */
function partsOf(content: GraphContent, id: number, entity: EntityRecord): unknown[] {
  const { parts } = content;
  if (parts === undefined) return [null, null];
  const whole = partText(entity);
  const sources = sourcesOfEntity(content, id);
  const texts = sources.map((source) => partText(parts.entity(source, id)!));
  return [sources.map((source) => neo4j.int(source)), texts.map((text) => (text === whole ? '' : text))];
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
