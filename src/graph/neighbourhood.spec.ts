import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { finishWork, type SlicedWork } from '../base/sliced-work.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { type NeighbourFilter, neighbourFilter } from './neighbour-filter.js';
import { type NeighbourhoodQuestion, neighbourhood } from './neighbourhood.js';
import { rankedNeighbours } from './neighbours.js';
import { RankedAdjacency } from './ranked-adjacency.js';
import { Relevance } from './relevance.js';

const ALL = { nodes: 1e9, edges: 1e9 };

/** Distances by the textbook search over plain neighbour lists. */
function distancesFrom(snapshot: GraphSnapshot, ranks: Float64Array, { seeds, hops, filter }: NeighbourhoodQuestion) {
  const distances = new Map(seeds.map((seed) => [seed, 0]));
  for (const [entity, distance] of distances) {
    if (distance === hops) continue;
    for (const each of rankedNeighbours(snapshot, ranks, entity, Number.POSITIVE_INFINITY)) {
      if (filter && !accepts(snapshot, filter, each)) continue;
      if (!distances.has(each.entity)) distances.set(each.entity, distance + 1);
    }
  }
  return distances;
}

function accepts(
  { entityTypes }: GraphSnapshot,
  { direction, relations, types }: NeighbourFilter,
  neighbour: { entity: number; relation: number; direction: number },
): boolean {
  return (
    (direction === 0 || direction === neighbour.direction) &&
    (relations?.[neighbour.relation] ?? 1) === 1 &&
    (types?.[entityTypes[neighbour.entity]] ?? 1) === 1
  );
}

function whole(seed: number, options: Partial<NeighbourhoodQuestion> = {}) {
  const { snapshot, ranks } = drawGraph({ entities: 80, triples: 130, seed });
  const adjacency = RankedAdjacency.build(snapshot, ranks);
  const question = { seeds: [5, 40], hops: 2, ...ALL, ...options };
  return { snapshot, ranks, adjacency, question, answer: finishWork(neighbourhood(adjacency, question)) };
}

/** Runs the work with its time over from the n-th pause on. */
function endAt<T>(work: SlicedWork<T>, pause: number): T {
  for (let i = 0; ; i++) {
    const step = work.next(i > pause);
    if (step.done) return step.value;
  }
}

describe('neighbourhood', () => {
  it('has the entities of a plain search, nearest first, then by rank', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 99 }),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        (seed, hops, filtered) => {
          const { snapshot } = drawGraph({ entities: 80, triples: 130, seed });
          const filter = filtered
            ? neighbourFilter(snapshot, { direction: 'out', relations: ['r0', 'r2'], types: ['t0', 't1'] })
            : undefined;
          const { ranks, question, answer } = whole(seed, { hops, filter });
          const distances = distancesFrom(snapshot, ranks, question);
          const expected = [...distances.keys()].sort(
            (a, b) =>
              (distances.get(a) ?? 0) - (distances.get(b) ?? 0) ||
              // Seeds stand as they were given.
              (distances.get(a) === 0 ? 0 : ranks[b] - ranks[a] || a - b),
          );
          expect(answer.entities).toEqual(expected);
          expect(answer.distances).toEqual(expected.map((entity) => distances.get(entity)));
          expect(answer).toMatchObject({ reachable: expected.length, exact: true, endedBy: [] });
        },
      ),
      { numRuns: 60 },
    );
  });

  it('has every edge between its entities once, but for self-loops', () => {
    for (const seed of [1, 2, 3]) {
      const { snapshot, answer } = whole(seed, { hops: 3 });
      const shown = new Set(answer.entities);
      const expected: string[] = [];
      for (const head of answer.entities) {
        const { offsets, entities, relations } = snapshot.outgoing;
        for (let i = offsets[head]; i < offsets[head + 1]; i++) {
          if (entities[i] !== head && shown.has(entities[i])) expected.push(`${head} ${relations[i]} ${entities[i]}`);
        }
      }
      expect(answer.edges.map(({ head, relation, tail }) => `${head} ${relation} ${tail}`).sort()).toEqual(
        expected.sort(),
      );
      expect(answer.edgesFound).toBe(expected.length);
    }
  });

  it('keeps to its budgets, shows the first of the whole, and says what cut it', () => {
    const full = whole(2);
    const cut = whole(2, { nodes: 4, edges: 1 }).answer;
    expect(cut.entities).toEqual(full.answer.entities.slice(0, 4));
    expect(cut.edges.length).toBeLessThanOrEqual(1);
    expect(cut.reachable).toBe(full.answer.entities.length);
    expect(cut.endedBy).toContain('nodes');
    const known = whole(2, { nodes: 4, reachable: full.answer.reachable }).answer;
    expect(known).toMatchObject({ reachable: full.answer.reachable, exact: true });
  });

  it('ends when its time is over with what it has, a lower bound and the flag', () => {
    const { snapshot, ranks } = drawGraph({ entities: 20_000, triples: 60_000, seed: 1 });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    const question = { seeds: [0], hops: 3, nodes: 50, edges: 100 };
    const full = finishWork(neighbourhood(adjacency, question));
    const late = endAt(neighbourhood(adjacency, question), 0);
    expect(late.exact).toBe(false);
    expect(late.endedBy).toContain('milliseconds');
    expect(late.reachable).toBeLessThan(full.reachable);
    expect(late.entities.length).toBeLessThanOrEqual(50);
  });
});

describe('Relevance', () => {
  /** The series by dense matrix products. */
  function exactScores(snapshot: GraphSnapshot, seeds: readonly number[], hops: number): number[] {
    const n = snapshot.entityCount;
    const rows = Array.from({ length: n }, (_, e) => rankedNeighbours(snapshot, new Float64Array(n), e, 1e9));
    let held = Array.from({ length: n }, (_, e) => (seeds.includes(e) ? 1 / seeds.length : 0));
    const scores = held.map(() => 0);
    for (let step = 0; step <= hops; step++) {
      const next = held.map(() => 0);
      for (let e = 0; e < n; e++) {
        scores[e] += 0.15 * held[e];
        for (const { entity } of rows[e]) next[entity] += (0.85 * held[e]) / rows[e].length;
      }
      held = next;
    }
    return scores;
  }

  it.each([0, 1, 2, 3])('has the series to the power %i, within its bound', (hops) => {
    const { snapshot, ranks } = drawGraph({ entities: 60, triples: 150, seed: 7 });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    const expected = exactScores(snapshot, [3, 9], hops);
    for (const epsilon of [0, 1e-3]) {
      const { entities, scores } = new Relevance(adjacency, epsilon).best({ seeds: [3, 9], hops }, 60);
      const found = new Map(entities.map((entity, i) => [entity, scores[i]]));
      for (let e = 0; e < 60; e++) {
        const missing = expected[e] - (found.get(e) ?? 0);
        expect(missing).toBeGreaterThanOrEqual(-1e-12);
        expect(missing).toBeLessThanOrEqual(hops * epsilon * adjacency.degree(e) + 1e-12);
      }
    }
  });

  it('answers one question after another alike, in order, and orders a neighbourhood', () => {
    const { snapshot, ranks } = drawGraph({ entities: 300, triples: 900, seed: 8 });
    const adjacency = RankedAdjacency.build(snapshot, ranks);
    const relevance = new Relevance(adjacency);
    const question = { seeds: [1], hops: 2 };
    const first = relevance.best(question, 300);
    relevance.best({ seeds: [2, 3], hops: 3 }, 10);
    expect(relevance.best(question, 300)).toEqual(first);
    expect(relevance.best(question, 7).entities).toEqual(first.entities.slice(0, 7));
    expect(first.scores).toEqual([...first.scores].sort((a, b) => b - a));
    const answer = finishWork(neighbourhood(adjacency, { ...question, nodes: 9, edges: 99 }, relevance));
    expect(answer.entities).toEqual([1, ...first.entities.filter((entity) => entity !== 1)].slice(0, 9));
    expect(answer.endedBy).toEqual(['nodes']);
  });
});
