import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type EmbeddingModelName, type EmbeddingOptions, traitsOf } from '../create-embedding.js';
import type { EmbeddingModel } from '../embedding-model.js';
import { evaluateRanking, rankingReport } from '../evaluation/ranking-evaluation.js';
import type { RankingTask } from '../evaluation/ranking-lane.js';
import { KnownTriples } from '../known-triples.js';
import { reciprocalScorer } from '../models/reciprocal-scorer.js';
import type { Triples } from '../triples.js';
import { inMemory } from './embedding-trainer.js';
import {
  type TrainingEvent,
  type TrainingOptions,
  type TrainingOutcome,
  trainEmbedding,
  validationTask,
} from './train-embedding.js';
import { TrainingTeam } from './training-team.js';

const DATA = '../shared/data/kge';
const OPTIONS: TrainingOptions = {
  epochs: 20,
  chunkSize: 128,
  negatives: 256,
  targets: 'sampled',
  corruption: 'both',
  sampling: 'uniform',
  filterNegatives: false,
  reciprocal: false,
  learningRate: 0.1,
  schedule: 'epoch',
  rateDecay: 0.97,
  plateauPatience: 1,
  seed: 1,
  evaluateEvery: 5,
  evaluatedTriples: 500,
  validationFilter: 'seen',
  patience: 3,
};

interface Dataset {
  readonly entities: number;
  readonly relations: number;
  /** Width that suits its size. */
  readonly dimension: number;
  readonly train: Triples;
  readonly valid: Triples;
  readonly test: Triples;
}

/** Splits of `head TAB relation TAB tail` lines, numbered in the order of appearance. */
function readDataset(name: string): Dataset {
  const ids = { entity: new Map<string, number>(), relation: new Map<string, number>() };
  const idOf = (kind: 'entity' | 'relation', key: string) => {
    const id = ids[kind].get(key) ?? ids[kind].size;
    ids[kind].set(key, id);
    return id;
  };
  const read = (split: string): Triples => {
    const lines = readFileSync(`${DATA}/${name}/${split}.txt`, 'utf8').split(/\r?\n/).filter(Boolean);
    const rows = lines.map((line) => line.split('\t'));
    return {
      heads: Int32Array.from(rows, ([head]) => idOf('entity', head)),
      relations: Int32Array.from(rows, ([, relation]) => idOf('relation', relation)),
      tails: Int32Array.from(rows, ([, , tail]) => idOf('entity', tail)),
    };
  };
  const [train, valid, test] = [read('train'), read('valid'), read('test')];
  return { entities: ids.entity.size, relations: ids.relation.size, dimension: 64, train, valid, test };
}

function teamOf(
  model: EmbeddingModelName,
  data: Dataset,
  training: Partial<TrainingOptions> = {},
  threads = 1,
): Promise<TrainingTeam> {
  const { entities, relations, dimension, train: triples } = data;
  const { reciprocal, ...plan } = { ...OPTIONS, ...training };
  const options: EmbeddingOptions = {
    model,
    shape: {
      entities,
      relations: reciprocal ? 2 * relations : relations,
      dimension,
      relationDimension: traitsOf(model).relationDimension?.(dimension) ?? dimension,
    },
    norm: 2,
    loss: { kind: 'cross-entropy' },
    capacity: { positives: 128, negatives: Math.min(256, entities) },
    optimizer: { kind: 'adagrad', projectionRate: 0.03, normaliseEntities: false },
    products: 'wasm',
    initial: { kind: 'uniform', bound: 0.02 },
    seed: 1,
  };
  const rankings = [validationOf(data, { ...OPTIONS, ...training })];
  return TrainingTeam.open(options, { ...plan, reciprocal }, triples, { threads, rankings });
}

function validationOf(data: Dataset, options: TrainingOptions): RankingTask {
  return validationTask(data, options) as RankingTask;
}

function train(
  team: TrainingTeam,
  data: Dataset,
  options: Partial<TrainingOptions> = {},
  signal = new AbortController().signal,
): { events: TrainingEvent[]; outcome: TrainingOutcome } {
  const all = { ...OPTIONS, ...options };
  const validate = () => rankingReport(team.rank(0), validationOf(data, all).triples);
  const training = trainEmbedding(team, all, signal, validate);
  const events: TrainingEvent[] = [];
  for (;;) {
    const step = training.next();
    if (step.done) return { events, outcome: step.value };
    events.push(step.value);
  }
}

/** Filtered MRR of some of the triples. */
function mrrOf(triples: Triples, model: EmbeddingModel, data: Dataset, reciprocal = false): number {
  const scorer = reciprocal ? reciprocalScorer(model) : model;
  const known = new KnownTriples(scorer.shape, data.train, data.valid, data.test);
  return evaluateRanking(scorer, triples, known).realistic.mrr;
}

/** A grid where a relation leads right, down or both: translations by construction. Every seventh triple is held out. */
function grid(side: number): Dataset {
  const steps = [1, side, side + 1];
  const all = Array.from({ length: side * side * steps.length }, (_, i) => [i % (side * side), i % 3] as const);
  const inside = all.filter(([head, relation]) => {
    const right = relation === 1 || head % side < side - 1;
    return right && (relation === 0 || head < side * (side - 1));
  });
  const distinct = [...new Map(inside.map((row) => [row.join(), row])).values()];
  const select = (keep: (i: number) => boolean): Triples => {
    const rows = distinct.filter((_, i) => keep(i % 7));
    return {
      heads: Int32Array.from(rows, ([head]) => head),
      relations: Int32Array.from(rows, ([, relation]) => relation),
      tails: Int32Array.from(rows, ([head, relation]) => head + steps[relation]),
    };
  };
  return {
    entities: side * side,
    relations: steps.length,
    dimension: 16,
    train: select((part) => part > 1),
    valid: select((part) => part === 0),
    test: select((part) => part === 1),
  };
}

const GRID_TRAINING = { epochs: 40, chunkSize: 32, patience: 20, learningRate: 0.3 };

/** Trains with the chunks that its options ask for. */
async function trained(
  model: EmbeddingModelName,
  data: Dataset,
  options: Partial<TrainingOptions>,
  { threads = 1, start }: { threads?: number; start?: EmbeddingModel } = {},
) {
  const team = await teamOf(model, data, options, threads);
  try {
    if (start) team.startFrom(inMemory(start));
    return { model: team.embedding.model, ...train(team, data, options) };
  } finally {
    team.close();
  }
}

describe('trainEmbedding', () => {
  const world = grid(8);

  it.each([
    ['transe', 1],
    ['transr', 1],
    ['transe', 2],
    ['transr', 2],
  ] as const)('learns a grid with %s on %i threads, the same way each time', async (name, threads) => {
    const run = async () => {
      const { model, outcome } = await trained(name, world, GRID_TRAINING, { threads });
      return { outcome, entity: model.tables.entity.slice(), mrr: mrrOf(world.train, model, world) };
    };
    const first = await run();
    expect(first.mrr).toBeGreaterThan(0.6);
    expect(await run()).toEqual(first);
  });

  it('learns with reciprocal relations, and answers for heads through them', async () => {
    const { model } = await trained('transe', world, { ...GRID_TRAINING, reciprocal: true });
    expect(mrrOf(world.train, model, world, true)).toBeGreaterThan(0.6);
  });

  it('learns from questions with all their answers', async () => {
    const { model } = await trained('transe', world, { ...GRID_TRAINING, targets: 'answers' });
    expect(mrrOf(world.train, model, world)).toBeGreaterThan(0.6);
  });

  it.each(['degree', 'typed'] as const)('learns with %s negatives, the true ones struck out', async (sampling) => {
    const { model } = await trained('transe', world, { ...GRID_TRAINING, sampling, filterNegatives: true });
    expect(mrrOf(world.train, model, world)).toBeGreaterThan(0.6);
  });

  it('stops without progress and gives the best tables back', async () => {
    const options = { epochs: 400, evaluateEvery: 2, patience: 3, rateDecay: 0.9 };
    const { model, events, outcome } = await trained('transe', world, options);
    expect(outcome.stoppedEarly).toBe(true);
    expect(outcome.epochs).toBe(outcome.bestEpoch + 2 * 3);
    const known = new KnownTriples(model.shape, world.train, world.valid);
    expect(evaluateRanking(model, world.valid, known).realistic.mrr).toBeCloseTo(outcome.bestMrr ?? 0, 10);
    const epochs = events.filter((event) => event.kind === 'epoch');
    expect(epochs[1].learningRate).toBeCloseTo(0.09, 10);
    expect(epochs.filter(({ validation }) => validation)).toHaveLength(outcome.epochs / 2);
  });

  it('leaves test triples among the candidates of validation, unless told to filter by all', () => {
    const known = (validationFilter: 'seen' | 'all') => validationTask(world, { ...OPTIONS, validationFilter })?.known;
    expect(known('seen')).toEqual([world.train, world.valid]);
    expect(known('all')).toEqual([world.train, world.valid, world.test]);
  });

  it('lowers the rate on a plateau only', async () => {
    const options = { schedule: 'plateau', epochs: 400, evaluateEvery: 1, patience: 5, plateauPatience: 2 } as const;
    const { events, outcome } = await trained('transe', world, { ...options, rateDecay: 0.5 });
    const epochs = events.filter((event) => event.kind === 'epoch');
    let [best, misses, rate] = [0, 0, 0.1];
    for (const { learningRate, validation } of epochs) {
      expect(learningRate).toBeCloseTo(rate, 10);
      const mrr = validation?.realistic.mrr ?? 0;
      misses = mrr > best ? 0 : misses + 1;
      best = Math.max(best, mrr);
      if (misses > 0 && misses % 2 === 0) rate /= 2;
    }
    expect(rate).toBeLessThan(0.1);
    expect(outcome.bestMrr).toBe(best);
  });

  it('stops on the signal, and says so when it diverges', async () => {
    const controller = new AbortController();
    const team = await teamOf('transe', world);
    const training = trainEmbedding(team, OPTIONS, controller.signal);
    training.next();
    controller.abort();
    expect(() => [...training]).toThrow('stopped on request');
    team.close();
    await expect(trained('transe', world, { learningRate: 1e30 })).rejects.toThrow('not a number');
  });
});

describe.each([
  { name: 'umls', floors: { transe: 0.68, transr: 0.75, distmult: 0.84, complex: 0.88, rotate: 0.75 } },
  { name: 'nations', floors: { transe: 0.41, transr: 0.39, distmult: 0.74, complex: 0.72, rotate: 0.6 } },
])('on $name', ({ name, floors }) => {
  const present = existsSync(`${DATA}/${name}`);

  it.skipIf(!present)(
    present ? 'TransE learns, and TransR goes on from it' : 'skipped: ../shared/data not present',
    async () => {
      const data = readDataset(name);
      const start = await trained('transe', data, { epochs: 20 });
      expect(mrrOf(data.test, start.model, data)).toBeGreaterThan(floors.transe);
      const { model } = await trained('transr', data, { epochs: 15 }, { start: start.model });
      expect(mrrOf(data.test, model, data)).toBeGreaterThan(floors.transr);
    },
  );

  it.skipIf(!present).each(['distmult', 'complex', 'rotate'] as const)(
    '%s learns with reciprocal relations',
    async (model) => {
      const data = readDataset(name);
      const options = { epochs: 40, negatives: 512, reciprocal: true };
      const result = await trained(model, data, options);
      const mrr = mrrOf(data.test, result.model, data, true);
      process.stdout.write(`${name} ${model} ${mrr.toFixed(3)}\n`);
      expect(mrr).toBeGreaterThan(floors[model]);
    },
  );
});
