import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import type { TrainingChunk } from '../embedding-model.js';
import { KnownTriples } from '../known-triples.js';
import type { Triples } from '../triples.js';
import { AnswerSequence } from './answer-chunks.js';
import { DegreeNegatives, headProbabilities, TypedNegatives, UniformNegatives } from './negative-sampling.js';
import { splitTriples } from './split-triples.js';
import { StruckNegatives } from './struck-negatives.js';
import { type ChunkOptions, ChunkSequence } from './training-chunks.js';

const SHAPE = { entities: 40, relations: 5 };
const random = new CounterRandom(2, 'spec');
const column = (limit: number, step: number) =>
  Int32Array.from({ length: 203 }, (_, i) => random.below(limit, step, i));
const TRIPLES: Triples = { heads: column(40, 0), relations: column(5, 1), tails: column(40, 2) };

function chunksOf(options: Partial<ChunkOptions>, epoch = 1) {
  const seed = options.seed ?? 3;
  const sampler = new UniformNegatives(SHAPE.entities, 8, seed);
  const all = { positives: 16, grouping: 'any', corruption: 'both', seed, sampler, ...options } as const;
  const { count, chunk } = new ChunkSequence(TRIPLES, SHAPE.relations, all).epoch(epoch);
  return Array.from({ length: count }, (_, index) => rowsOf(chunk(index)));
}

function rowsOf(chunk: TrainingChunk) {
  return {
    ...chunk,
    negatives: [...chunk.negatives],
    rows: Array.from(chunk.heads, (head, i) => `${head} ${chunk.relations[i]} ${chunk.tails[i]} ${chunk.corrupt}`),
  };
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

describe('answers', () => {
  it.each(['any', 'relation'] as const)('ask each question once with all its answers, grouped by %s', (grouping) => {
    const { count, chunk } = new AnswerSequence(TRIPLES, SHAPE, {
      questions: 16,
      grouping,
      sides: 'both',
      seed: 3,
    }).epoch(2);
    const asked: string[] = [];
    const answered = new Set<string>();
    for (let index = 0; index < count; index++) {
      const { heads, relations, negatives, corrupt, answers } = chunk(index);
      expect([...negatives]).toEqual(Array.from({ length: 40 }, (_, id) => id));
      if (grouping === 'relation') expect(new Set(relations).size).toBe(1);
      for (const [i, anchor] of heads.entries()) {
        asked.push(`${corrupt} ${anchor} ${relations[i]}`);
        const [from, to] = [answers?.offsets[i], answers?.offsets[i + 1]];
        const columns = [...(answers?.columns.subarray(from, to) ?? [])];
        expect(columns.length).toBeGreaterThan(0);
        for (const answer of columns) {
          const [head, tail] = corrupt === 'tail' ? [anchor, answer] : [answer, anchor];
          answered.add(`${head} ${relations[i]} ${tail} ${corrupt}`);
        }
      }
    }
    expect(new Set(asked).size).toBe(asked.length);
    expect([...answered].sort()).toEqual([...new Set(everyTriple(['head', 'tail']))].sort());
  });
});

describe('negatives', () => {
  it('follow the degrees, or the side of the relation', () => {
    const degree = new DegreeNegatives(TRIPLES, 40, 50, 1);
    const counts = new Float64Array(40);
    for (let chunk = 0; chunk < 4000; chunk++) for (const entity of degree.draw(chunk)) counts[entity]++;
    const weights = new Float64Array(40);
    for (const side of [TRIPLES.heads, TRIPLES.tails]) for (const entity of side) weights[entity]++;
    const expected = weights.map((weight) => weight ** 0.75);
    const total = expected.reduce((sum, weight) => sum + weight, 0);
    for (const [entity, count] of counts.entries()) {
      expect(Math.abs(count / 200_000 - expected[entity] / total)).toBeLessThan(0.003);
    }
    const tails = new Set(TRIPLES.tails.filter((_, at) => TRIPLES.relations[at] === 2));
    const typed = new TypedNegatives(TRIPLES, 5, 10, 1);
    expect([...typed.draw(7, 2, 'tail')].every((entity) => tails.has(entity))).toBe(true);
    expect(new Set(new TypedNegatives(TRIPLES, 5, 99, 1).draw(7, 2, 'tail'))).toEqual(tails);
  });

  it('are struck out where training knows them to be true', () => {
    const struck = new StruckNegatives(new KnownTriples(SHAPE, TRIPLES), 40);
    const negatives = Int32Array.of(3, 9, 3, 17, 25);
    for (const corrupt of ['head', 'tail'] as const) {
      const places = new Set(struck.places(TRIPLES, negatives, corrupt));
      const known = new Set(everyTriple([corrupt]));
      for (let i = 0; i < TRIPLES.heads.length; i++) {
        for (const [j, entity] of negatives.entries()) {
          const [head, tail] = corrupt === 'tail' ? [TRIPLES.heads[i], entity] : [entity, TRIPLES.tails[i]];
          expect(places.has(i * 5 + j)).toBe(known.has(`${head} ${TRIPLES.relations[i]} ${tail} ${corrupt}`));
        }
      }
    }
  });

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
    expect(splitTriples(TRIPLES, 0.1, 0.2, 7)).toMatchObject({ train, valid, test });
  });

  it('holds out nothing where every triple is the only one of an entity', () => {
    const pairs = { heads: Int32Array.of(0, 2), relations: Int32Array.of(0, 0), tails: Int32Array.of(1, 3) };
    expect(splitTriples(pairs, 0.5, 0, 1).train.heads).toHaveLength(2);
  });
});
