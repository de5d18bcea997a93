/** Drawn power-law edges for rankings: hubs, self-loops, parallel edges, and entities without edges. */
import { CounterRandom } from '../../src/base/random.js';
import type { RankEdges } from '../../src/graph/rank-edges.js';

export interface DrawnEdgesOptions {
  entityCount: number;
  edges: number;
  seed: number;
  weighted?: boolean;
  /** Each edge also backwards. */
  bothWays?: boolean;
  /** A ring on top, so that nothing dangles. */
  ring?: boolean;
}

export function drawEdges({ entityCount, edges, seed, ...options }: DrawnEdgesOptions): RankEdges {
  const random = new CounterRandom(seed, 'test.drawn-edges');
  const node = (i: number) => Math.floor(entityCount * random.uniform(0, i) ** 2);
  const drawn = Array.from({ length: edges }, (_, i) => [node(2 * i), node(2 * i + 1), 1 + random.below(12, 1, i) / 4]);
  if (options.ring) for (let e = 0; e < entityCount; e++) drawn.push([e, (e + 1) % entityCount, 1]);
  if (options.bothWays) drawn.push(...drawn.map(([head, tail, weight]) => [tail, head, weight]));
  return {
    entityCount,
    heads: Uint32Array.from(drawn, (edge) => edge[0]),
    tails: Uint32Array.from(drawn, (edge) => edge[1]),
    weights: options.weighted ? Float32Array.from(drawn, (edge) => edge[2]) : undefined,
  };
}

export function l1Distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  return Array.from(a).reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0);
}
