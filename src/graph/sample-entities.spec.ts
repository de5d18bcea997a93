import { describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { buildSnapshot } from './build-snapshot.js';
import { RankedAdjacency } from './ranked-adjacency.js';
import { sampleByRank, sampleEgo, sampleRandom, sampleWalk } from './sample-entities.js';

const { snapshot, ranks } = drawGraph({ entities: 200, triples: 500, seed: 2 });
const adjacency = RankedAdjacency.build(snapshot, ranks);
const isolated = Array.from({ length: 200 }, (_, e) => e).filter((e) => adjacency.degree(e) === 0);

describe('samples', () => {
  it.each([
    ['random', (size: number, seed: number) => sampleRandom(200, size, seed)],
    ['walk', (size: number, seed: number) => sampleWalk(adjacency, size, seed)],
  ])('have the size asked for, no entity twice, and follow the seed: %s', (_, sample) => {
    expect(isolated.length).toBeGreaterThan(0);
    for (const size of [1, 50, 200, 300]) {
      const drawn = sample(size, 7);
      expect(new Set(drawn).size).toBe(Math.min(size, 200));
      expect(drawn).toHaveLength(Math.min(size, 200));
      expect(sample(size, 7)).toEqual(drawn);
    }
    expect(sample(50, 8)).not.toEqual(sample(50, 7));
    expect(sample(50, 7)).not.toEqual(sample(200, 7).slice(0, 50).sort());
  });

  it('by rank are the highest', () => {
    const sample = sampleByRank(200, 20, ranks);
    const lowest = Math.min(...Array.from(sample, (e) => ranks[e]));
    expect(ranks.filter((rank) => rank > lowest).length).toBeLessThan(20);
  });

  it('of nothing are empty', () => {
    const none = RankedAdjacency.build(buildSnapshot([], []));
    expect([sampleRandom(0, 5, 1), sampleWalk(none, 5, 1), sampleEgo(none, [], 5, 2)]).toEqual([
      new Uint32Array(0),
      new Uint32Array(0),
      new Uint32Array(0),
    ]);
  });
});

describe('sampleWalk', () => {
  it('walks from the entities given, and stays by them while they lead to something new', () => {
    const chain = buildSnapshot(
      Array.from({ length: 40 }, (_, i) => ({ key: `e${i}`, name: '', types: [], aliases: [] })),
      Array.from({ length: 39 }, (_, i) => ({ head: `e${i}`, relation: 'r', tail: `e${i + 1}` })),
    );
    const start = chain.entityKeys.idOf('e20')!;
    const sample = sampleWalk(RankedAdjacency.build(chain), 5, 3, [start]);
    const steps = Array.from(sample, (e) => Number(chain.entityKeys.at(e).slice(1))).sort((a, b) => a - b);
    expect(sample[0]).toBe(start);
    expect(steps[4] - steps[0]).toBe(4);
  });
});

describe('sampleEgo', () => {
  it('takes rings, the most important of a ring first, until it is full', () => {
    const centre = 0;
    const row = adjacency.page(centre, 0, 1000).neighbours.map(({ entity }) => entity);
    const first = [...new Set(row)];
    expect(Array.from(sampleEgo(adjacency, [centre], 6, 2))).toEqual([centre, ...first.slice(0, 5)]);
    expect(Array.from(sampleEgo(adjacency, [centre], 1000, 1))).toEqual([centre, ...first]);
    expect(sampleEgo(adjacency, [centre, 5, centre], 10, 0)).toEqual(Uint32Array.of(0, 5));
    const two = new Set(first.flatMap((e) => adjacency.page(e, 0, 1000).neighbours.map(({ entity }) => entity)));
    expect(new Set(sampleEgo(adjacency, [centre], 1000, 2))).toEqual(new Set([centre, ...first, ...two]));
  });
});
