import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../base/random.js';
import { buildSnapshot } from './build-snapshot.js';
import { rankedNeighbours, topNeighbours } from './neighbours.js';

const entity = (key: string) => ({ key, name: key, types: [], aliases: [] });

describe('rankedNeighbours', () => {
  const snapshot = buildSnapshot(['a', 'b', 'c', 'd'].map(entity), [
    { head: 'a', relation: 'r', tail: 'b' },
    { head: 'a', relation: 'q', tail: 'b' },
    { head: 'b', relation: 'q', tail: 'a' },
    { head: 'c', relation: 'r', tail: 'a' },
    { head: 'a', relation: 'r', tail: 'd' },
    { head: 'a', relation: 'r', tail: 'a' },
  ]);
  const ranks = Float64Array.of(0.9, 0.1, 0.3, 0.1);

  it('orders by rank, entity, relation, direction and leaves self-loops out', () => {
    const [q, r] = [0, 1];
    expect(rankedNeighbours(snapshot, ranks, 0, Number.POSITIVE_INFINITY)).toEqual([
      { entity: 2, relation: r, direction: -1 },
      { entity: 1, relation: q, direction: 1 },
      { entity: 1, relation: q, direction: -1 },
      { entity: 1, relation: r, direction: 1 },
      { entity: 3, relation: r, direction: 1 },
    ]);
    expect(rankedNeighbours(snapshot, ranks, 0, 2)).toHaveLength(2);
    expect(rankedNeighbours(snapshot, ranks, 3, 5)).toEqual([{ entity: 0, relation: r, direction: -1 }]);
  });
});

describe('topNeighbours', () => {
  it.each([1, 3, 10, 200])('keeps the first %i that sorting finds', (k) => {
    const random = new CounterRandom(5, 'test.neighbours');
    const pick = (i: number) => `e${Math.floor(60 * random.uniform(1, i) ** 2)}`;
    const triples = Array.from({ length: 900 }, (_, i) => ({
      head: pick(3 * i),
      relation: `r${random.below(4, 2, i)}`,
      tail: pick(3 * i + 1),
    }));
    const snapshot = buildSnapshot(
      Array.from({ length: 60 }, (_, i) => entity(`e${i}`)),
      triples,
    );
    const ranks = Float64Array.from({ length: 60 }, (_, i) => random.below(9, 3, i) / 9);
    const top = topNeighbours(snapshot, ranks, k);
    for (let e = 0; e < 60; e++) {
      const found = Array.from({ length: top.counts[e] }, (_, i) => ({
        entity: top.entities[e * k + i],
        relation: top.relations[e * k + i],
        direction: top.directions[e * k + i],
      }));
      expect(found).toEqual(rankedNeighbours(snapshot, ranks, e, k));
    }
  });
});
