import { describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { NeighbourChooser } from './choose-neighbours.js';
import { rankedNeighbours } from './neighbours.js';
import { RankedAdjacency } from './ranked-adjacency.js';

const { snapshot, ranks } = drawGraph({ entities: 60, triples: 500, seed: 3 });
const { entityTypes, typeCount, entityCount } = snapshot;
const byRank = RankedAdjacency.build(snapshot, ranks);
const byId = RankedAdjacency.build(snapshot);
const ids = Array.from({ length: entityCount }, (_, e) => e);

describe('NeighbourChooser', () => {
  it.each([1, 3, 1000])('takes the first %i by rank as rankedNeighbours does', (count) => {
    const choice = { count, side: 'both' as const, perType: false };
    const ordered = new NeighbourChooser(byRank, entityTypes, typeCount, choice);
    const sorting = new NeighbourChooser(byId, entityTypes, typeCount, choice);
    for (const e of ids) {
      const expected = rankedNeighbours(snapshot, ranks, e, count);
      expect(ordered.slotsOf(e).map((slot) => byRank.neighbour(slot))).toEqual(expected);
      const sorted = sorting.slotsOf(e, (other) => ranks[other]);
      expect(sorted.map((slot) => byId.neighbour(slot))).toEqual(expected);
      expect(ordered.countOf(e)).toBe(expected.length);
    }
  });

  it.each([
    ['out', 1],
    ['in', -1],
  ] as const)('takes neighbours of one side: %s', (side, direction) => {
    const chooser = new NeighbourChooser(byRank, entityTypes, typeCount, { count: 4, side, perType: false });
    for (const e of ids) {
      const all = rankedNeighbours(snapshot, ranks, e, Number.POSITIVE_INFINITY);
      const expected = all.filter((neighbour) => neighbour.direction === direction).slice(0, 4);
      expect(chooser.slotsOf(e).map((slot) => byRank.neighbour(slot))).toEqual(expected);
    }
  });

  it('takes K of each type', () => {
    const chooser = new NeighbourChooser(byRank, entityTypes, typeCount, { count: 2, side: 'both', perType: true });
    for (const e of ids) {
      const taken = new Map<number, number>();
      const expected = rankedNeighbours(snapshot, ranks, e, Number.POSITIVE_INFINITY).filter(({ entity }) => {
        const type = entityTypes[entity];
        taken.set(type, (taken.get(type) ?? 0) + 1);
        return taken.get(type)! <= 2;
      });
      expect(chooser.slotsOf(e).map((slot) => byRank.neighbour(slot))).toEqual(expected);
      expect(chooser.countOf(e)).toBe(expected.length);
    }
  });
});
