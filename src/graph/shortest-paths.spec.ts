import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { finishWork } from '../base/sliced-work.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { neighbourFilter } from './neighbour-filter.js';
import { rankedNeighbours } from './neighbours.js';
import { RankedAdjacency } from './ranked-adjacency.js';
import { type PathQuestion, type PathStep, shortestPaths } from './shortest-paths.js';

const QUESTION = { direction: 'out', relations: ['r0', 'r1', 'r2'], types: ['t0', 't1'] } as const;

/** All paths of the least length by walking everything, level by level. */
function allShortest(snapshot: GraphSnapshot, { from, to, longest, filter }: PathQuestion): PathStep[][] {
  const neighbours = (entity: number) =>
    rankedNeighbours(snapshot, new Float64Array(snapshot.entityCount), entity, Number.POSITIVE_INFINITY).filter(
      (each) =>
        (!filter || filter.direction === 0 || filter.direction === each.direction) &&
        (filter?.relations?.[each.relation] ?? 1) === 1 &&
        (each.entity === to || (filter?.types?.[snapshot.entityTypes[each.entity]] ?? 1) === 1),
    );
  let walks: PathStep[][] = [[]];
  for (let length = 0; length <= longest; length++) {
    const arrived = walks.filter((walk) => (walk.at(-1)?.entity ?? from) === to);
    if (arrived.length > 0) return arrived;
    walks = walks.flatMap((walk) => neighbours(walk.at(-1)?.entity ?? from).map((step) => [...walk, step]));
  }
  return [];
}

const text = (paths: PathStep[][]) =>
  paths.map((path) => JSON.stringify(path.map(({ relation, direction, entity }) => [relation, direction, entity])));

describe('shortestPaths', () => {
  it('finds and counts all that walking everything finds', () => {
    const seen = new Set<number | undefined>();
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 60 }),
        fc.tuple(fc.nat(39), fc.nat(39)),
        fc.integer({ min: 0, max: 4 }),
        fc.boolean(),
        (seed, [from, to], longest, filtered) => {
          const { snapshot, ranks } = drawGraph({ entities: 40, triples: 60, seed });
          const filter = filtered ? neighbourFilter(snapshot, QUESTION) : undefined;
          const question = { from, to, filter, longest, limit: 1e9 };
          const answer = finishWork(shortestPaths(RankedAdjacency.build(snapshot, ranks), question));
          const expected = allShortest(snapshot, question);
          expect(text(answer.paths).sort()).toEqual(text(expected).sort());
          expect(answer).toMatchObject({ found: expected.length, complete: true });
          expect(answer.length).toBe(expected[0]?.length);
          seen.add(answer.length);
        },
      ),
      { numRuns: 150 },
    );
    expect(seen).toContain(3);
  });

  it('lists the first of all, those through the most important middle first', () => {
    const { snapshot, ranks } = drawGraph({ entities: 40, triples: 300, seed: 3 });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    const question = { from: 20, to: 31, longest: 4, limit: 1e9 };
    const all = finishWork(shortestPaths(adjacency, question));
    expect(all.length).toBe(2);
    expect(all.found).toBeGreaterThan(3);
    const first = finishWork(shortestPaths(adjacency, { ...question, limit: 3 }));
    expect(first).toEqual({ ...all, paths: all.paths.slice(0, 3) });
    const middle = all.paths.map(([{ entity }]) => adjacency.places[entity]);
    expect(middle).toEqual([...middle].sort((a, b) => a - b));
  });

  it('ends when its time is over, and says so', () => {
    const { snapshot, ranks } = drawGraph({ entities: 20_000, triples: 60_000, seed: 1 });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    const work = shortestPaths(adjacency, { from: 19_990, to: 19_000, longest: 6, limit: 5 });
    let step = work.next(true);
    while (!step.done) step = work.next(true);
    expect(step.value.complete).toBe(false);
    expect(finishWork(shortestPaths(adjacency, { from: 19_990, to: 19_000, longest: 6, limit: 5 })).complete).toBe(
      true,
    );
  });
});
