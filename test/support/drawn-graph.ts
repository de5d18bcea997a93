/** A drawn graph with hubs, equal ranks, self-loops and several edges of a pair. */
import { CounterRandom } from '../../src/base/random.js';
import { buildSnapshot } from '../../src/graph/build-snapshot.js';
import type { GraphSnapshot } from '../../src/graph/graph-snapshot.js';

export interface DrawnGraphOptions {
  entities: number;
  triples: number;
  seed: number;
}

export interface DrawnGraph {
  snapshot: GraphSnapshot;
  ranks: Float64Array;
}

/** Relations r0 to r3, types t0 to t2; entities e0, e1, ..., the first with the most edges. */
export function drawGraph({ entities, triples, seed }: DrawnGraphOptions): DrawnGraph {
  const random = new CounterRandom(seed, 'test.drawn-graph');
  const pick = (i: number) => `e${Math.floor(entities * random.uniform(1, i) ** 2)}`;
  const snapshot = buildSnapshot(
    Array.from({ length: entities }, (_, i) => ({ key: `e${i}`, name: `名${i}`, types: [`t${i % 3}`], aliases: [] })),
    Array.from({ length: triples }, (_, i) => ({
      head: pick(2 * i),
      relation: `r${random.below(4, 2, i)}`,
      tail: pick(2 * i + 1),
    })),
  );
  return { snapshot, ranks: Float64Array.from({ length: entities }, (_, i) => random.below(9, 3, i) / 9) };
}
