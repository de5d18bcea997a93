import { CounterPermutation } from '../../base/random.js';
import type { TopNeighbours } from '../../graph/neighbours.js';

/**
 * The control experiment: every entity gets the neighbours of another one, so that sizes, vectors and compute stay the
 * same and only the knowledge is wrong. A drawn cycle runs through all entities that have neighbours, and each takes
 * those of the next: none keeps its own.
 */
export function shuffleNeighbours(table: TopNeighbours, seed: number): TopNeighbours {
  const { k, counts } = table;
  const owners = Array.from(counts.keys()).filter((entity) => counts[entity] > 0);
  const permutation = new CounterPermutation(Math.max(1, owners.length), seed, 'smedbert.shuffled-graph', 0);
  const shuffled: TopNeighbours = {
    k,
    entities: new Uint32Array(table.entities.length),
    relations: new Uint16Array(table.relations.length),
    directions: new Int8Array(table.directions.length),
    counts: new Uint16Array(counts.length),
  };
  owners.forEach((_, i) => {
    const entity = owners[permutation.at(i)];
    const from = owners[permutation.at((i + 1) % owners.length)];
    shuffled.entities.set(table.entities.subarray(from * k, (from + 1) * k), entity * k);
    shuffled.relations.set(table.relations.subarray(from * k, (from + 1) * k), entity * k);
    shuffled.directions.set(table.directions.subarray(from * k, (from + 1) * k), entity * k);
    shuffled.counts[entity] = counts[from];
  });
  return shuffled;
}
