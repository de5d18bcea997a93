import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { neighbourFilter } from './neighbour-filter.js';
import { rankedNeighbours } from './neighbours.js';
import { RankedAdjacency } from './ranked-adjacency.js';

const ALL = Number.POSITIVE_INFINITY;

describe('RankedAdjacency', () => {
  it.each([1, 2, 3])('has the rows that sorting finds, also with equal ranks and many edges of a pair (%i)', (seed) => {
    const { snapshot, ranks } = drawGraph({ entities: 60, triples: 900, seed });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    for (let e = 0; e < snapshot.entityCount; e++) {
      const expected = rankedNeighbours(snapshot, ranks, e, ALL);
      expect(adjacency.page(e, 0, ALL)).toEqual({ neighbours: expected });
      expect(adjacency.degree(e)).toBe(expected.length);
    }
  });

  it('orders by entity, relation and direction when there are no ranks', () => {
    const { snapshot } = drawGraph({ entities: 20, triples: 200, seed: 4 });
    const adjacency = RankedAdjacency.build(snapshot);
    expect(adjacency.page(3, 0, ALL).neighbours).toEqual(rankedNeighbours(snapshot, new Float64Array(20), 3, ALL));
  });

  it('finds the first edge of a pair, or none', () => {
    const { snapshot, ranks } = drawGraph({ entities: 30, triples: 100, seed: 5 });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    for (let a = 0; a < 30; a++) {
      const row = adjacency.page(a, 0, ALL).neighbours;
      for (let b = 0; b < 30; b++) {
        const index = row.findIndex(({ entity }) => entity === b);
        expect(adjacency.find(a, b)).toBe(index < 0 ? undefined : adjacency.offsets[a] + index);
      }
    }
  });

  it('pages through what passes a filter, each once and none twice, and counts it', () => {
    const { snapshot, ranks } = drawGraph({ entities: 40, triples: 800, seed: 6 });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    const direction = fc.constantFrom('out', 'in', 'both' as const);
    const some = (names: string[]) => fc.subarray(names);
    const question = fc.record({
      direction: direction as fc.Arbitrary<'out' | 'in' | 'both'>,
      relations: some(['r0', 'r1', 'r2', 'r3']),
      types: some(['t0', 't1', 't2']),
    });
    fc.assert(
      fc.property(question, fc.nat(39), fc.integer({ min: 1, max: 50 }), (asked, entity, limit) => {
        const filter = neighbourFilter(snapshot, asked);
        const expected = rankedNeighbours(snapshot, ranks, entity, ALL).filter(
          (each) =>
            (asked.direction === 'both' || (asked.direction === 'out') === (each.direction === 1)) &&
            (asked.relations.length === 0 || asked.relations.includes(snapshot.relationNames.at(each.relation))) &&
            (asked.types.length === 0 ||
              asked.types.includes(snapshot.typeNames.at(snapshot.entityTypes[each.entity]))),
        );
        const seen: unknown[] = [];
        for (let from: number | undefined = 0; from !== undefined; ) {
          const page = adjacency.page(entity, from, limit, filter);
          expect(page.neighbours.length).toBeLessThanOrEqual(limit);
          if (page.next !== undefined) expect(page.neighbours).toHaveLength(limit);
          seen.push(...page.neighbours);
          from = page.next;
        }
        expect(seen).toEqual(expected);
        expect(adjacency.count(entity, filter)).toBe(expected.length);
      }),
    );
  });
});

describe('neighbourFilter', () => {
  it.each([
    [{ relations: ['r0', 'nothing'] }, 'graph.relation-unknown'],
    [{ types: ['__proto__'] }, 'graph.type-unknown'],
  ])('refuses %j by naming what there is', (asked, code) => {
    const { snapshot } = drawGraph({ entities: 10, triples: 50, seed: 1 });
    expect(() => neighbourFilter(snapshot, asked)).toThrow(expect.objectContaining({ code }));
  });
});
