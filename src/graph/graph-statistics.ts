/**
 * What a graph is made of: entities by type, triples by relation, the spread of degrees, hubs, and weakly connected
 * components (union-find with path halving: Tarjan and van Leeuwen 1984). A degree is the number of triples an entity is head
 * or tail of, twice for a self-loop.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import { degreeOf } from './entity-standing.js';
import type { GraphSnapshot } from './graph-snapshot.js';

/** Edges or entities between pauses. */
const PAUSE = 1 << 14;
const HUBS = 20;

export interface GraphStatistics {
  /** [types] entities by main type. */
  entitiesByType: Uint32Array;
  /** [relations] */
  triplesByRelation: Uint32Array;
  selfLoops: number;
  degrees: DegreeSpread;
  /** The highest degrees, falling, ties by id. */
  hubs: { entity: number; degree: number }[];
  components: ComponentSizes;
}

export interface DegreeSpread {
  /** Entities that no triple names. */
  isolated: number;
  mean: number;
  median: number;
  /** 99 of 100 entities have at most so many. */
  percentile99: number;
  largest: number;
  /** Entities with a degree from 2^i to 2^(i + 1) - 1, at i. */
  byPowerOfTwo: number[];
}

export interface ComponentSizes {
  count: number;
  /** Entities of the largest. */
  largest: number;
}

export function* graphStatistics(snapshot: GraphSnapshot): SlicedWork<GraphStatistics> {
  const degrees = degreesOf(snapshot);
  const triplesByRelation = new Uint32Array(snapshot.relationCount);
  for (const relation of snapshot.outgoing.relations) triplesByRelation[relation]++;
  yield;
  const entitiesByType = new Uint32Array(snapshot.typeCount);
  for (const type of snapshot.entityTypes) entitiesByType[type]++;
  const hubs = largestOf(degrees, HUBS);
  yield;
  const { sizes, selfLoops } = yield* components(snapshot);
  return { entitiesByType, triplesByRelation, selfLoops, degrees: spreadOf(degrees), hubs, components: sizes };
}

function degreesOf({ entityCount, outgoing, incoming }: GraphSnapshot): Uint32Array {
  return Uint32Array.from({ length: entityCount }, (_, e) => degreeOf(outgoing, e) + degreeOf(incoming, e));
}

function spreadOf(degrees: Uint32Array): DegreeSpread {
  // Numbers are sorted without a comparison function, a million in some ten milliseconds.
  const sorted = degrees.slice().sort();
  const at = (part: number) => sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))] ?? 0;
  const byPowerOfTwo: number[] = [];
  let isolated = 0;
  let sum = 0;
  for (const degree of sorted) {
    sum += degree;
    if (degree === 0) isolated++;
    else {
      const power = 31 - Math.clz32(degree);
      while (byPowerOfTwo.length <= power) byPowerOfTwo.push(0);
      byPowerOfTwo[power]++;
    }
  }
  const mean = sorted.length === 0 ? 0 : sum / sorted.length;
  return { isolated, mean, median: at(0.5), percentile99: at(0.99), largest: at(1), byPowerOfTwo };
}

function largestOf(degrees: Uint32Array, count: number): GraphStatistics['hubs'] {
  const hubs: GraphStatistics['hubs'] = [];
  for (let entity = 0; entity < degrees.length; entity++) {
    const degree = degrees[entity];
    if (degree === 0 || (hubs.length === count && degree <= hubs[count - 1].degree)) continue;
    const place = hubs.findIndex((hub) => hub.degree < degree);
    hubs.splice(place < 0 ? hubs.length : place, 0, { entity, degree });
    if (hubs.length > count) hubs.pop();
  }
  return hubs;
}

function* components({
  entityCount,
  outgoing,
}: GraphSnapshot): SlicedWork<{ sizes: ComponentSizes; selfLoops: number }> {
  const parents = Uint32Array.from({ length: entityCount }, (_, e) => e);
  const root = (entity: number) => {
    let at = entity;
    while (parents[at] !== at) {
      parents[at] = parents[parents[at]];
      at = parents[at];
    }
    return at;
  };
  let selfLoops = 0;
  let sincePause = 0;
  for (let head = 0; head < entityCount; head++) {
    for (let i = outgoing.offsets[head]; i < outgoing.offsets[head + 1]; i++) {
      if (outgoing.entities[i] === head) selfLoops++;
      // The lower id becomes the root, so that the trees stay as the ids are.
      const [a, b] = [root(head), root(outgoing.entities[i])];
      if (a < b) parents[b] = a;
      else parents[a] = b;
      if ((++sincePause & (PAUSE - 1)) === 0) yield;
    }
  }
  const members = new Uint32Array(entityCount);
  for (let e = 0; e < entityCount; e++) members[root(e)]++;
  const sizes = { count: 0, largest: 0 };
  for (const size of members) {
    if (size === 0) continue;
    sizes.count++;
    sizes.largest = Math.max(sizes.largest, size);
  }
  return { sizes, selfLoops };
}
