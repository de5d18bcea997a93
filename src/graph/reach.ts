/**
 * What lies within some edges of some entities: breadth-first search by levels, each level in the order of rank. The first
 * entities are listed, the others only counted. Levels are sets of places (place-set.ts), so no level is ever sorted. A
 * level that has most of the edges is left by asking those not yet found whether one of their neighbours is in it, which
 * looks at few edges of each (direction-optimising search: Beamer, Asanovic and Patterson 2012).
 */
import type { SlicedWork } from '../base/sliced-work.js';
import { type NeighbourFilter, passes, reversed } from './neighbour-filter.js';
import { PlaceSet } from './place-set.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

/** Edges between pauses. */
const PAUSE = 1 << 14;
/** A level is left from the other side when it has more edges than this part of the rest (measured: 1 to 6 are alike). */
const REST_PART = 2;

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
  const entities = counts ? seeds.slice(0, limit) : listAtOnce(adjacency, question);
  const distances: number[] = entities.map((_, i) => (i < seeds.length ? 0 : 1));
  const search = new LevelSearch(adjacency, question.filter);
  for (const seed of seeds) search.start(adjacency.places[seed]);
  let complete = true;
  for (let distance = 1; distance <= hops && complete; distance++) {
    if (!counts && entities.length >= limit) complete = false;
    else complete = yield* search.advance();
    for (const place of search.level) {
      if (entities.length >= limit) break;
      entities.push(adjacency.order[place]);
      distances.push(distance);
    }
    if (search.level.size === 0) break;
  }
  return { entities, distances, found: search.seen.size, complete };
}

/** Neighbours of one seed stand in order already: a page of them needs no search. Empty-handed when they do not fill it. */
function listAtOnce(
  { offsets, ...adjacency }: RankedAdjacency,
  { seeds, hops, filter, limit }: ReachQuestion,
): number[] {
  const [seed] = seeds;
  if (seeds.length !== 1 || hops === 0) return seeds.slice(0, limit);
  const listed = [seed];
  for (let i = offsets[seed]; i < offsets[seed + 1] && listed.length < limit; i++) {
    const other = adjacency.entities[i];
    if (other === listed[listed.length - 1]) continue;
    const { directions, relations, entityTypes } = adjacency;
    if (filter === undefined || passes(filter, directions[i], relations[i], entityTypes[other])) listed.push(other);
  }
  return listed.length === limit ? listed : [seed];
}

class LevelSearch {
  readonly seen: PlaceSet;
  /** What was found last. */
  level: PlaceSet;
  /** Edge ends of the level, and of what was not found yet. */
  private levelEnds = 0;
  private restEnds: number;

  constructor(
    private readonly adjacency: RankedAdjacency,
    private readonly filter: NeighbourFilter | undefined,
  ) {
    this.seen = new PlaceSet(adjacency.order.length);
    this.level = new PlaceSet(adjacency.order.length);
    this.restEnds = adjacency.entities.length;
  }

  start(place: number): void {
    this.find(place, this.level);
  }

  /** One level further. @returns whether the time sufficed */
  *advance(): SlicedWork<boolean> {
    const fromRest = this.levelEnds > this.restEnds / REST_PART;
    const next = new PlaceSet(this.adjacency.order.length);
    this.levelEnds = 0;
    const complete = yield* fromRest ? this.pull(next) : this.push(next);
    this.level = next;
    return complete;
  }

  private find(place: number, into: PlaceSet): void {
    if (!this.seen.add(place)) return;
    into.add(place);
    const degree = this.adjacency.degree(this.adjacency.order[place]);
    this.levelEnds += degree;
    this.restEnds -= degree;
  }

  /** Along the edges of the level. */
  private *push(next: PlaceSet): SlicedWork<boolean> {
    const { offsets, entities, order, places, relations, directions, entityTypes } = this.adjacency;
    const { filter, seen } = this;
    let steps = 0;
    for (const place of this.level) {
      const entity = order[place];
      for (let i = offsets[entity]; i < offsets[entity + 1]; i++) {
        if ((++steps & (PAUSE - 1)) === 0 && (yield)) return false;
        const other = entities[i];
        if (seen.has(places[other])) continue;
        if (filter === undefined || passes(filter, directions[i], relations[i], entityTypes[other])) {
          this.find(places[other], next);
        }
      }
    }
    return true;
  }

  /** From those not yet found, until one of their edges leads to the level. */
  private *pull(next: PlaceSet): SlicedWork<boolean> {
    const { offsets, entities, order, places, relations, directions, entityTypes } = this.adjacency;
    const { level, seen } = this;
    const back = reversed(this.filter);
    let steps = 0;
    for (let place = 0; place < order.length; place++) {
      if (seen.has(place)) continue;
      const entity = order[place];
      for (let i = offsets[entity]; i < offsets[entity + 1]; i++) {
        if ((++steps & (PAUSE - 1)) === 0 && (yield)) return false;
        if (!level.has(places[entities[i]])) continue;
        // The type that has to pass is that of the entity which is found.
        if (back !== undefined && !passes(back, directions[i], relations[i], entityTypes[entity])) continue;
        this.find(place, next);
        break;
      }
    }
    return true;
  }
}
