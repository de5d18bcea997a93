/**
 * What lies within some edges of some entities: breadth-first search by levels, each level in the order of rank. The first
 * entities are listed, the others only counted. Levels are sets of places (place-set.ts), so no level is ever sorted.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import { type NeighbourFilter, passes } from './neighbour-filter.js';
import { PlaceSet } from './place-set.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

/** Edges between pauses. */
const PAUSE = 1 << 14;

export interface ReachQuestion {
  /** Distinct. */
  seeds: readonly number[];
  hops: number;
  /** Edges that are walked, as seen from the side of the seeds; entities that do not pass are not walked through. */
  filter?: NeighbourFilter;
  /** Entities that are listed, the seeds among them. */
  limit: number;
  /** Whether the rest is counted; without, the search ends as soon as the list is full. */
  counts: boolean;
}

export interface Reach {
  /** Nearest first, then by rank; the seeds as they were given. */
  entities: number[];
  /** Edges from the nearest seed, of each in `entities`. */
  distances: number[];
  /** Entities that were found, those listed among them. */
  found: number;
  /** Whether all of them were found: false when the time was over or nothing was to be counted. */
  complete: boolean;
}

export function* reach(adjacency: RankedAdjacency, question: ReachQuestion): SlicedWork<Reach> {
  const { seeds, hops, limit, counts } = question;
  const seen = new PlaceSet(adjacency.order.length);
  for (const seed of seeds) seen.add(adjacency.places[seed]);
  const entities = seeds.slice(0, limit);
  const distances = entities.map(() => 0);
  let level: Iterable<number> = [...seen];
  for (let distance = 1; distance <= hops; distance++) {
    if (!counts && entities.length >= limit) return { entities, distances, found: seen.size, complete: false };
    const next = new PlaceSet(adjacency.order.length);
    const complete = yield* spread(adjacency, level, question.filter, seen, next);
    for (const place of next) {
      if (entities.length >= limit) break;
      entities.push(adjacency.order[place]);
      distances.push(distance);
    }
    if (!complete) return { entities, distances, found: seen.size, complete };
    if (next.size === 0) break;
    level = next;
  }
  return { entities, distances, found: seen.size, complete: true };
}

/** One level further. @returns whether the time sufficed */
function* spread(
  { offsets, entities, order, places, relations, directions, entityTypes }: RankedAdjacency,
  level: Iterable<number>,
  filter: NeighbourFilter | undefined,
  seen: PlaceSet,
  next: PlaceSet,
): SlicedWork<boolean> {
  let sincePause = 0;
  for (const place of level) {
    const entity = order[place];
    for (let i = offsets[entity]; i < offsets[entity + 1]; i++) {
      const other = entities[i];
      if (++sincePause >= PAUSE) {
        sincePause = 0;
        if (yield) return false;
      }
      if (filter !== undefined && !passes(filter, directions[i], relations[i], entityTypes[other])) continue;
      if (seen.add(places[other])) next.add(places[other]);
    }
  }
  return true;
}
