/**
 * The edges between some entities. For each entity in turn those to the ones before it, so that a list that is cut keeps the
 * edges of the first. A row is read through, or asked for each of the others by bisection, whatever is less work.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import { PlaceSet } from './place-set.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

/** Steps between pauses. */
const PAUSE = 1 << 14;

export interface Edge {
  head: number;
  relation: number;
  tail: number;
}

export interface EdgesAmong {
  edges: Edge[];
  /** How many there are, those listed among them. */
  found: number;
  /** Whether the time sufficed for all. */
  complete: boolean;
}

/**
 * @param entities distinct
 * @param relations [relations] 1 for those that count; absent: all
 */
export function* edgesAmong(
  adjacency: RankedAdjacency,
  entities: readonly number[],
  limit: number,
  relations?: Uint8Array,
): SlicedWork<EdgesAmong> {
  const { offsets, places } = adjacency;
  const before = new PlaceSet(adjacency.order.length);
  const result: EdgesAmong = { edges: [], found: 0, complete: true };
  const take = (entity: number, slot: number) => {
    if (relations !== undefined && relations[adjacency.relations[slot]] === 0) return;
    if (++result.found <= limit) result.edges.push(edgeAt(adjacency, entity, slot));
  };
  let sincePause = 0;
  for (const [i, entity] of entities.entries()) {
    const degree = adjacency.degree(entity);
    const end = offsets[entity + 1];
    const bisections = i * (Math.log2(degree + 1) + 1);
    if (degree <= bisections) {
      for (let slot = offsets[entity]; slot < end; slot++) {
        if (before.has(places[adjacency.entities[slot]])) take(entity, slot);
      }
    } else {
      for (let k = 0; k < i; k++) {
        const first = adjacency.find(entity, entities[k]);
        if (first === undefined) continue;
        // Edges to one neighbour stand together.
        for (let slot = first; slot < end && adjacency.entities[slot] === entities[k]; slot++) take(entity, slot);
      }
    }
    before.add(places[entity]);
    sincePause += Math.min(degree, bisections);
    if (sincePause < PAUSE) continue;
    sincePause = 0;
    if ((yield) && i + 1 < entities.length) return { ...result, complete: false };
  }
  return result;
}

/** The edge in slot i of an entity's row. */
export function edgeAt(adjacency: RankedAdjacency, entity: number, slot: number): Edge {
  const { entity: other, relation, direction } = adjacency.neighbour(slot);
  return direction === 1 ? { head: entity, relation, tail: other } : { head: other, relation, tail: entity };
}
