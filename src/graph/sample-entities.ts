/**
 * Which entities a sample of a graph holds, at most so many. `random`: drawn evenly. `rank`: the most important. `ego`: those
 * around some entities, ring by ring, within a ring the most important neighbours of the first first. `walk`: visited by a
 * random walk that returns to its start with probability 0.15 and starts elsewhere when it finds nothing new (Leskovec and
 * Faloutsos 2006, "Sampling from large graphs"). Edges are walked both ways. Letters: E entities.
 */
import { CounterPermutation, CounterRandom } from '../base/random.js';
import { rankOrder } from './rank-order.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

const RETURN = 0.15;
/** Steps without a new entity after which a walk starts elsewhere. */
const PATIENCE = 1000;

/** @returns ids in the order drawn */
export function sampleRandom(entityCount: number, size: number, seed: number): Uint32Array {
  const order = new CounterPermutation(Math.max(1, entityCount), seed, 'graph.sample', 0);
  return Uint32Array.from({ length: Math.min(size, entityCount) }, (_, i) => order.at(i));
}

/** @param ranks [E] */
export function sampleByRank(entityCount: number, size: number, ranks: Float64Array): Uint32Array {
  return rankOrder(entityCount, ranks).slice(0, size);
}

/** @param hops rings, at most; 0: the entities themselves */
export function sampleEgo(
  { offsets, entities }: RankedAdjacency,
  centres: readonly number[],
  size: number,
  hops: number,
): Uint32Array {
  const found = new Set<number>();
  for (const centre of centres) if (found.size < size) found.add(centre);
  let ring = [...found];
  for (let hop = 0; hop < hops && ring.length > 0; hop++) {
    const next: number[] = [];
    for (const entity of ring) {
      for (let i = offsets[entity]; i < offsets[entity + 1] && found.size < size; i++) {
        if (!found.has(entities[i])) next.push(entities[i]);
        found.add(entities[i]);
      }
    }
    ring = next;
  }
  return Uint32Array.from(found);
}

/** @param starts entities to walk from, in turn; then drawn ones that were not met yet */
export function sampleWalk(
  adjacency: RankedAdjacency,
  size: number,
  seed: number,
  starts: readonly number[] = [],
): Uint32Array {
  const entityCount = adjacency.offsets.length - 1;
  const wanted = Math.min(size, entityCount);
  const random = new CounterRandom(seed, 'graph.sample-walk');
  const drawn = sampleRandom(entityCount, entityCount, seed);
  const found = new Set<number>();
  for (let walk = 0; found.size < wanted; walk++) {
    const start = walk < starts.length ? starts[walk] : drawn[walk - starts.length];
    if (!found.has(start)) walkFrom(start, walk, adjacency, wanted, random, found);
  }
  return Uint32Array.from(found);
}

/** Adds what one walk meets, until it meets nothing new for a while. */
function walkFrom(
  start: number,
  walk: number,
  { offsets, entities }: RankedAdjacency,
  wanted: number,
  random: CounterRandom,
  found: Set<number>,
): void {
  found.add(start);
  const lane = 3 * walk;
  let at = start;
  for (let step = 0, idle = 0; idle < PATIENCE && found.size < wanted; step++, idle++) {
    const degree = offsets[at + 1] - offsets[at];
    if (degree === 0) return;
    const returns = random.uniform(lane, step) < RETURN;
    at = returns ? start : entities[offsets[at] + random.below(degree, lane + 1, step)];
    if (!found.has(at)) idle = 0;
    found.add(at);
  }
}
