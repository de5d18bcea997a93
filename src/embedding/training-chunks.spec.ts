import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../base/random.js';
import { headProbabilities, UniformNegatives } from './negative-sampling.js';
import { splitTriples } from './split-triples.js';
import { type ChunkOptions, ChunkSequence } from './training-chunks.js';
import type { Triples } from './triples.js';

const SHAPE = { entities: 40, relations: 5 };
const random = new CounterRandom(2, 'spec');
const column = (limit: number, step: number) =>
  Int32Array.from({ length: 203 }, (_, i) => random.below(limit, step, i));
const TRIPLES: Triples = { heads: column(40, 0), relations: column(5, 1), tails: column(40, 2) };

function chunksOf(options: Partial<ChunkOptions>, epoch = 1) {
  const all = { positives: 16, negatives: 8, grouping: 'any', corruption: 'both', seed: 3, ...options } as const;
  return Array.from(new ChunkSequence(TRIPLES, SHAPE, all).epoch(epoch), (chunk) => ({
    ...chunk,
    negatives: [...chunk.negatives],
    rows: Array.from(chunk.heads, (head, i) => `${head} ${chunk.relations[i]} ${chunk.tails[i]} ${chunk.corrupt}`),
  }));
}

const sorted = (rows: string[]) => [...rows].sort();
const everyTriple = (sides: string[]) =>
  sorted(
    sides.flatMap((side) =>
      Array.from(TRIPLES.heads, (head, i) => `${head} ${TRIPLES.relations[i]} ${TRIPLES.tails[i]} ${side}`),
    ),
  );

describe('ChunkSequence', () => {
  it.each(['any', 'relation'] as const)('visits each triple once with either side, grouped by %s', (grouping) => {
    const chunks = chunksOf({ grouping });
    expect(sorted(chunks.flatMap(({ rows }) => rows))).toEqual(everyTriple(['head', 'tail']));
    for (const { heads, relations } of chunks) {
      expect(heads.length).toBeLessThanOrEqual(16);
      if (grouping === 'relation') expect(new Set(relations).size).toBe(1);
    }
  });

  it('visits each triple once where one side is chosen', () => {
    expect(sorted(chunksOf({ corruption: 'tail' }).flatMap(({ rows }) => rows))).toEqual(everyTriple(['tail']));
    const uniform = chunksOf({ corruption: 'uniform' });
    expect(uniform.reduce((sum, { heads }) => sum + heads.length, 0)).toBe(203);
    expect(new Set(uniform.map(({ corrupt }) => corrupt)).size).toBe(2);
  });

  it('repeats an epoch and varies between epochs and seeds', () => {
    expect(chunksOf({})).toEqual(chunksOf({}));
    expect(chunksOf({}, 2)).not.toEqual(chunksOf({}, 1));
    expect(chunksOf({ seed: 4 })).not.toEqual(chunksOf({}));
    const negatives = chunksOf({}).map((chunk) => chunk.negatives.join());
    expect(new Set(negatives).size).toBe(negatives.length);
  });
});

describe('negatives', () => {
  it('are uniform, and all entities where there are no more', () => {
    const sampler = new UniformNegatives(10, 9, 1);
    const counts = new Array(10).fill(0);
    for (let chunk = 0; chunk < 2000; chunk++) for (const id of sampler.draw(chunk)) counts[id]++;
    for (const count of counts) expect(Math.abs(count - 1800)).toBeLessThan(200);
    expect([...new UniformNegatives(5, 9, 1).draw(0)]).toEqual([0, 1, 2, 3, 4]);
  });

  it('replace the side with fewer true answers: one head with four tails keeps its tail more often', () => {
    const oneToMany = {
      heads: Int32Array.of(0, 0, 0, 0),
      relations: new Int32Array(4),
      tails: Int32Array.of(1, 2, 3, 4),
    };
    expect([...headProbabilities(oneToMany, 2)]).toEqual([4 / 5, 0.5]);
  });
});

describe('splitTriples', () => {
  it('holds out the shares and keeps every entity and relation in training', () => {
    const { train, valid, test } = splitTriples(TRIPLES, 0.1, 0.2, 7);
    expect([train.heads.length, valid.heads.length, test.heads.length]).toEqual([143, 20, 40]);
    const seen = new Set([...train.heads, ...train.tails]);
    for (const held of [valid, test]) {
      for (const entity of [...held.heads, ...held.tails]) expect(seen.has(entity)).toBe(true);
      for (const relation of held.relations) expect(train.relations).toContain(relation);
    }
    expect(splitTriples(TRIPLES, 0.1, 0.2, 7)).toEqual({ train, valid, test });
  });

  it('holds out nothing where every triple is the only one of an entity', () => {
    const pairs = { heads: Int32Array.of(0, 2), relations: Int32Array.of(0, 0), tails: Int32Array.of(1, 3) };
    expect(splitTriples(pairs, 0.5, 0, 1).train.heads).toHaveLength(2);
  });
});
