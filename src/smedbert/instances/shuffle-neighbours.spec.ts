import { describe, expect, it } from 'vitest';
import { drawTable, rowOf, tableOf } from '../../../test/support/neighbour-table.js';
import { shuffleNeighbours } from './shuffle-neighbours.js';

const ENTITIES = 60;
const table = drawTable(ENTITIES, 4);
const rows = (of = table) => Array.from({ length: ENTITIES }, (_, e) => JSON.stringify(rowOf(of, e)));

describe('shuffleNeighbours', () => {
  it('gives the same rows to other entities, and none to those that had none', () => {
    const shuffled = shuffleNeighbours(table, 1);
    expect(rows(shuffled).sort()).toEqual(rows().sort());
    table.counts.forEach((count, e) => void expect(shuffled.counts[e] > 0).toBe(count > 0));
    for (let e = 0; e < ENTITIES; e++) {
      for (let i = shuffled.counts[e]; i < 4; i++) expect(shuffled.entities[e * 4 + i]).toBe(0);
    }
  });

  it.each([2, 3, 7, 48])('leaves none of %i entities its own neighbours', (size) => {
    const own = tableOf(
      1,
      Array.from({ length: size }, (_, e) => [{ entity: e, relation: e, direction: 1 as const }]),
    );
    for (let seed = 0; seed < 20; seed++) {
      const { entities, relations } = shuffleNeighbours(own, seed);
      entities.forEach((entity, e) => {
        expect(entity).not.toBe(e);
        expect(relations[e]).toBe(entity);
      });
    }
  });

  it('depends on the seed only, and leaves the table as it was', () => {
    const before = rows();
    expect(rows(shuffleNeighbours(table, 1))).toEqual(rows(shuffleNeighbours(table, 1)));
    expect(rows(shuffleNeighbours(table, 2))).not.toEqual(rows(shuffleNeighbours(table, 1)));
    expect(rows()).toEqual(before);
  });

  it('takes a table where one entity or none has neighbours', () => {
    const one = tableOf(2, [[], [{ entity: 0, relation: 0, direction: -1 }]]);
    expect(shuffleNeighbours(one, 1)).toEqual(one);
    const none = tableOf(2, [[], []]);
    expect(shuffleNeighbours(none, 1)).toEqual(none);
  });
});
