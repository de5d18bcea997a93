import { describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { finishWork } from '../base/sliced-work.js';
import { buildSnapshot } from './build-snapshot.js';
import { graphSchema } from './graph-schema.js';
import { graphStatistics } from './graph-statistics.js';

function entity(key: string, type: string) {
  return { key, name: key, types: [type], aliases: [] };
}

/** Two components and one that stands alone: a -> b, a -> b by another relation, a -> a; c -> d. */
const SMALL = buildSnapshot(
  [entity('a', 'x'), entity('b', 'y'), entity('c', 'x'), entity('d', 'x'), entity('e', 'y')],
  [
    { head: 'a', relation: 'r', tail: 'b' },
    { head: 'a', relation: 's', tail: 'b' },
    { head: 'a', relation: 'r', tail: 'a' },
    { head: 'c', relation: 'r', tail: 'd' },
  ],
);

describe('graphStatistics', () => {
  it('counts a small graph', () => {
    expect(finishWork(graphStatistics(SMALL))).toEqual({
      entitiesByType: Uint32Array.of(3, 2),
      triplesByRelation: Uint32Array.of(3, 1),
      selfLoops: 1,
      // Degrees 4, 2, 1, 1, 0.
      degrees: { isolated: 1, mean: 8 / 5, median: 1, percentile99: 4, largest: 4, byPowerOfTwo: [2, 1, 1] },
      hubs: [
        { entity: 0, degree: 4 },
        { entity: 1, degree: 2 },
        { entity: 2, degree: 1 },
        { entity: 3, degree: 1 },
      ],
      components: { count: 3, largest: 2 },
    });
  });

  it('counts a graph of nothing', () => {
    const statistics = finishWork(graphStatistics(buildSnapshot([], [])));
    expect(statistics).toMatchObject({
      hubs: [],
      components: { count: 0, largest: 0 },
      degrees: { mean: 0, largest: 0 },
    });
  });

  it('has the hubs that sorting finds', () => {
    const { snapshot } = drawGraph({ entities: 200, triples: 2000, seed: 3 });
    const { outgoing, incoming } = snapshot;
    const degree = (e: number) =>
      outgoing.offsets[e + 1] - outgoing.offsets[e] + incoming.offsets[e + 1] - incoming.offsets[e];
    const expected = Array.from({ length: 200 }, (_, entity) => ({ entity, degree: degree(entity) }))
      .sort((a, b) => b.degree - a.degree || a.entity - b.entity)
      .slice(0, 20);
    expect(finishWork(graphStatistics(snapshot)).hubs).toEqual(expected);
  });
});

describe('graphSchema', () => {
  it('counts what leads where', () => {
    expect(finishWork(graphSchema(SMALL))).toEqual([
      { headType: 0, relation: 0, tailType: 0, triples: 2 },
      { headType: 0, relation: 0, tailType: 1, triples: 1 },
      { headType: 0, relation: 1, tailType: 1, triples: 1 },
    ]);
  });

  it('counts each triple once', () => {
    const { snapshot } = drawGraph({ entities: 100, triples: 900, seed: 2 });
    const patterns = finishWork(graphSchema(snapshot));
    expect(patterns.reduce((sum, { triples }) => sum + triples, 0)).toBe(snapshot.tripleCount);
    expect(patterns.length).toBeGreaterThan(20);
  });
});
