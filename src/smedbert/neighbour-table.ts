import { CounterPermutation } from '../base/random.js';

/**
 * The K best neighbours of every entity in flat arrays (spec section 4): what hybrid attention reads and what MNeM
 * predicts. Row e holds counts[e] neighbours from e * width on, best first.
 */
export interface NeighbourTable {
  readonly width: number;
  readonly entityCount: number;
  /** [entityCount * width] */
  readonly entities: Int32Array;
  readonly relations: Int32Array;
  /** +1 for an outgoing edge of the row's entity, -1 for an incoming one. */
  readonly directions: Int8Array;
  /** [entityCount] */
  readonly counts: Uint8Array;
}

/**
 * The control experiment: every entity gets the neighbours of another one, drawn by a permutation among entities that
 * have neighbours, so that sizes, vectors and compute stay the same and only the knowledge is wrong.
 */
export function shuffleNeighbours(table: NeighbourTable, seed: number): NeighbourTable {
  const { width, entityCount } = table;
  const withNeighbours = Array.from({ length: entityCount }, (_, e) => e).filter((e) => table.counts[e] > 0);
  const permutation = new CounterPermutation(Math.max(1, withNeighbours.length), seed, 'smedbert.shuffled-graph', 0);
  const entities = new Int32Array(entityCount * width);
  const relations = new Int32Array(entityCount * width);
  const directions = new Int8Array(entityCount * width);
  const counts = new Uint8Array(entityCount);
  withNeighbours.forEach((entity, i) => {
    const from = withNeighbours[permutation.at(i)];
    const row = from * width;
    entities.set(table.entities.subarray(row, row + width), entity * width);
    relations.set(table.relations.subarray(row, row + width), entity * width);
    directions.set(table.directions.subarray(row, row + width), entity * width);
    counts[entity] = table.counts[from];
  });
  return { width, entityCount, entities, relations, directions, counts };
}
