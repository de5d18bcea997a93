import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { createEmbedding, type EmbeddingModelName, type TrainableEmbedding } from './create-embedding.js';
import type { EmbeddingModel } from './embedding-model.js';
import { startFrom } from './initialise-embedding.js';
import { KnownTriples } from './known-triples.js';
import { evaluateRanking } from './ranking-evaluation.js';
import { reciprocalScorer } from './reciprocal-scorer.js';
import { type TrainingEvent, type TrainingOptions, type TrainingOutcome, trainEmbedding } from './train-embedding.js';
import type { Triples } from './triples.js';

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
  rateDecay: 0.97,
  seed: 1,
  evaluateEvery: 5,
  evaluatedTriples: 500,
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

function embeddingOf(model: EmbeddingModelName, { entities, relations, dimension }: Dataset, reciprocal = false) {
  return createEmbedding({
    model,
    shape: { entities, relations: reciprocal ? 2 * relations : relations, dimension, relationDimension: dimension },
    norm: 2,
    loss: { kind: 'cross-entropy' },
    capacity: { positives: 128, negatives: Math.min(256, entities) },
    optimizer: { kind: 'adagrad', projectionRate: 0.03, normaliseEntities: false },
    initial: { kind: 'uniform', bound: 0.02 },
    seed: 1,
  });
}

function train(
  embedding: TrainableEmbedding,
  data: Pick<Dataset, 'train' | 'valid'>,
  options: Partial<TrainingOptions> = {},
  signal = new AbortController().signal,
): { events: TrainingEvent[]; outcome: TrainingOutcome } {
  const training = trainEmbedding(embedding, data, { ...OPTIONS, ...options }, signal);
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

describe('trainEmbedding', () => {
  const world = grid(8);

  it.each(['transe', 'transr'] as const)('learns a grid with %s, the same way each time', (model) => {
    const run = () => {
      const embedding = embeddingOf(model, world);
      const { outcome } = train(embedding, world, { epochs: 40, chunkSize: 32, patience: 20, learningRate: 0.3 });
      return {
        outcome,
        entity: embedding.model.tables.entity.slice(),
        mrr: mrrOf(world.train, embedding.model, world),
      };
    };
    const first = run();
    expect(first.mrr).toBeGreaterThan(0.6);
    expect(run()).toEqual(first);
  });

  it('learns with reciprocal relations, and answers for heads through them', () => {
    const embedding = embeddingOf('transe', world, true);
    train(embedding, world, { epochs: 40, chunkSize: 32, patience: 20, learningRate: 0.3, reciprocal: true });
    expect(mrrOf(world.train, embedding.model, world, true)).toBeGreaterThan(0.6);
  });

  it('stops without progress and gives the best tables back', () => {
    const embedding = embeddingOf('transe', world);
    const { events, outcome } = train(embedding, world, { epochs: 400, evaluateEvery: 2, patience: 3, rateDecay: 0.9 });
    expect(outcome.stoppedEarly).toBe(true);
    expect(outcome.epochs).toBe(outcome.bestEpoch + 2 * 3);
    const known = new KnownTriples(embedding.model.shape, world.train, world.valid);
    expect(evaluateRanking(embedding.model, world.valid, known).realistic.mrr).toBeCloseTo(outcome.bestMrr ?? 0, 10);
    const epochs = events.filter((event) => event.kind === 'epoch');
    expect(epochs[1].learningRate).toBeCloseTo(0.09, 10);
    expect(epochs.filter(({ validation }) => validation)).toHaveLength(outcome.epochs / 2);
  });

  it('stops on the signal, and says so when it diverges', () => {
    const controller = new AbortController();
    const training = trainEmbedding(embeddingOf('transe', world), world, OPTIONS, controller.signal);
    training.next();
    controller.abort();
    expect(() => [...training]).toThrow('stopped on request');
    expect(() => train(embeddingOf('transe', world), world, { learningRate: 1e30 })).toThrow('not a number');
  });
});

describe.each([
  { name: 'umls', floors: { transe: 0.68, transr: 0.75 } },
  { name: 'nations', floors: { transe: 0.41, transr: 0.39 } },
])('on $name', ({ name, floors }) => {
  const present = existsSync(`${DATA}/${name}`);

  it.skipIf(!present)(
    present ? 'TransE learns, and TransR goes on from it' : 'skipped: ../shared/data not present',
    () => {
      const data = readDataset(name);
      const start = embeddingOf('transe', data);
      train(start, data, { epochs: 20 });
      expect(mrrOf(data.test, start.model, data)).toBeGreaterThan(floors.transe);
      const embedding = embeddingOf('transr', data);
      startFrom(embedding.model, start.model);
      train(embedding, data, { epochs: 15 });
      expect(mrrOf(data.test, embedding.model, data)).toBeGreaterThan(floors.transr);
    },
  );
});
