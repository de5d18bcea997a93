import { expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { createEmbedding, type EmbeddingOptions } from '../create-embedding.js';
import type { Triples } from '../triples.js';
import { RankTable } from './rank-table.js';
import { rankingReport } from './ranking-evaluation.js';
import { rankByTeam } from './ranking-team.js';

const ENTITIES = 300;
const RELATIONS = 3;
const random = new CounterRandom(6, 'triples');
const column = (limit: number, part: number, count: number) =>
  Int32Array.from({ length: count }, (_, i) => random.below(limit, part, i));
const drawn = (count: number, part: number): Triples => ({
  heads: column(ENTITIES, part, count),
  relations: column(RELATIONS, part + 1, count),
  tails: column(ENTITIES, part + 2, count),
});
const [train, test] = [drawn(900, 0), drawn(600, 3)];
const task = { triples: test, known: [train, test], typed: true };
const options: EmbeddingOptions = {
  model: 'transe',
  shape: { entities: ENTITIES, relations: RELATIONS, dimension: 8, relationDimension: 8 },
  norm: 2,
  loss: { kind: 'cross-entropy' },
  capacity: { positives: 1, negatives: 4 },
  optimizer: { kind: 'sgd', projectionRate: 1, normaliseEntities: false },
  products: 'wasm',
  initial: { kind: 'xavier' },
  seed: 3,
};

async function ranked(threads: number, partScores?: number) {
  const { model, memory } = createEmbedding(options, undefined, threads);
  const parts = rankByTeam({ options, memory, reciprocal: false, scorer: model }, task, threads, partScores);
  const done: number[] = [];
  for (;;) {
    const step = await parts.next();
    if (step.done) return { done, report: rankingReport(step.value, test), table: step.value };
    done.push(step.value);
  }
}

it('ranks the same by any number of threads and in any parts', async () => {
  const alone = await ranked(1);
  expect(alone.done).toEqual([600]);
  const parted = await ranked(1, 0);
  expect(parted.done).toEqual([256, 512, 600]);
  expect(parted.report).toEqual(alone.report);
  expect((await ranked(3, 0)).report).toEqual(alone.report);
});

it('lets go of its threads when nobody wants the rest', async () => {
  const { model, memory } = createEmbedding(options, undefined, 2);
  const parts = rankByTeam({ options, memory, reciprocal: false, scorer: model }, task, 2, 0);
  expect(await parts.next()).toEqual({ done: false, value: 256 });
  expect(await parts.return(new RankTable(0))).toMatchObject({ done: true });
});
