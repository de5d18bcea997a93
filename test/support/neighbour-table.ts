import { CounterRandom } from '../../src/base/random.js';
import type { Neighbour, TopNeighbours } from '../../src/graph/neighbours.js';

/** A table from the neighbours of each entity; more than k are cut. */
export function tableOf(k: number, rows: readonly (readonly Neighbour[])[]): TopNeighbours {
  const table: TopNeighbours = {
    k,
    entities: new Uint32Array(rows.length * k),
    relations: new Uint16Array(rows.length * k),
    directions: new Int8Array(rows.length * k),
    counts: Uint16Array.from(rows, (row) => Math.min(k, row.length)),
  };
  rows.forEach((row, entity) => {
    row.slice(0, k).forEach((neighbour, i) => {
      table.entities[entity * k + i] = neighbour.entity;
      table.relations[entity * k + i] = neighbour.relation;
      table.directions[entity * k + i] = neighbour.direction;
    });
  });
  return table;
}

/** The neighbours of an entity. */
export function rowOf({ k, entities, relations, directions, counts }: TopNeighbours, entity: number): Neighbour[] {
  return Array.from({ length: counts[entity] }, (_, i) => ({
    entity: entities[entity * k + i],
    relation: relations[entity * k + i],
    direction: directions[entity * k + i] as 1 | -1,
  }));
}

/** A drawn table: 0 to k neighbours an entity, all but every `without`-th have some; 3 relations, both directions. */
export function drawTable(entityCount: number, k: number, without = 5): TopNeighbours {
  const random = new CounterRandom(4, 'neighbour-table');
  return tableOf(
    k,
    Array.from({ length: entityCount }, (_, e) => {
      const length = e % without === without - 1 ? 0 : 1 + random.below(k, e, 0);
      return Array.from({ length }, (_, i) => ({
        entity: random.below(entityCount, e, 3 * i + 1),
        relation: random.below(3, e, 3 * i + 2),
        direction: random.below(2, e, 3 * i + 3) === 0 ? (1 as const) : (-1 as const),
      }));
    }),
  );
}
