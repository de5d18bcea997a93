/**
 * Top-K entity sorting of SMedBERT (section 3.2) over global ranks: the neighbours of an entity are the other ends of its
 * outgoing and incoming edges, each with relation and direction, highest rank first; ties by entity, then relation, then
 * outgoing before incoming. A self-loop is no neighbour. Letters: E entities, K neighbours kept.
 */
import type { GraphSnapshot } from './graph-snapshot.js';

export interface Neighbour {
  entity: number;
  relation: number;
  /** +1: the asked entity is the head, -1: it is the tail. */
  direction: 1 | -1;
}

/** The first K neighbours of every entity; slots from counts[e] on are zero. */
export interface TopNeighbours {
  readonly k: number;
  /** [E * K] */
  readonly entities: Uint32Array;
  /** [E * K] */
  readonly relations: Uint16Array;
  /** [E * K] +1 or -1 */
  readonly directions: Int8Array;
  /** [E] at most K */
  readonly counts: Uint16Array;
}

/** @param k at most so many; Infinity for all */
export function rankedNeighbours(snapshot: GraphSnapshot, ranks: Float64Array, entity: number, k: number): Neighbour[] {
  const all: Neighbour[] = [];
  for (const direction of [1, -1] as const) {
    const { offsets, entities, relations } = direction === 1 ? snapshot.outgoing : snapshot.incoming;
    for (let i = offsets[entity]; i < offsets[entity + 1]; i++) {
      if (entities[i] !== entity) all.push({ entity: entities[i], relation: relations[i], direction });
    }
  }
  all.sort(
    (a, b) =>
      ranks[b.entity] - ranks[a.entity] || a.entity - b.entity || a.relation - b.relation || b.direction - a.direction,
  );
  return all.length > k ? all.slice(0, k) : all;
}

/** `rankedNeighbours` of all entities at once, in one pass over the edges; 7 bytes a slot. */
export function topNeighbours(snapshot: GraphSnapshot, ranks: Float64Array, k: number): TopNeighbours {
  const top: TopNeighbours = {
    k,
    entities: new Uint32Array(snapshot.entityCount * k),
    relations: new Uint16Array(snapshot.entityCount * k),
    directions: new Int8Array(snapshot.entityCount * k),
    counts: new Uint16Array(snapshot.entityCount),
  };
  for (let entity = 0; entity < snapshot.entityCount; entity++) {
    for (const direction of [1, -1] as const) {
      const { offsets, entities, relations } = direction === 1 ? snapshot.outgoing : snapshot.incoming;
      for (let i = offsets[entity]; i < offsets[entity + 1]; i++) {
        if (entities[i] !== entity) insert(top, ranks, entity, entities[i], relations[i], direction);
      }
    }
  }
  return top;
}

/** Insertion into the sorted slots of `owner`; a full list loses its last. Candidates mostly fail at the last slot. */
function insert(
  top: TopNeighbours,
  ranks: Float64Array,
  owner: number,
  entity: number,
  relation: number,
  direction: 1 | -1,
): void {
  const { k, entities, relations, directions, counts } = top;
  const start = owner * k;
  let slot = start + counts[owner];
  const goesBefore = (other: number) =>
    ranks[entity] - ranks[entities[other]] ||
    entities[other] - entity ||
    relations[other] - relation ||
    direction - directions[other];
  if (counts[owner] < k) counts[owner]++;
  else if (k === 0 || goesBefore(slot - 1) <= 0) return;
  else slot--;
  for (; slot > start && goesBefore(slot - 1) > 0; slot--) {
    entities[slot] = entities[slot - 1];
    relations[slot] = relations[slot - 1];
    directions[slot] = directions[slot - 1];
  }
  entities[slot] = entity;
  relations[slot] = relation;
  directions[slot] = direction;
}
