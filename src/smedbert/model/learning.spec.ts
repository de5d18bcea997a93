import { beforeAll, describe, expect, it } from 'vitest';
import { memoryCorpus, segmentOf } from '../../../test/support/linked-text.js';
import { tableOf } from '../../../test/support/neighbour-table.js';
import { drawVectors, tinyConfig } from '../../../test/support/tiny-smedbert.js';
import { CounterRandom } from '../../base/random.js';
import { createEagerEngine } from '../../engine/eager-engine.js';
import type { Engine } from '../../engine/engine.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import { BatchSequence, bucketSegments } from '../../nn/length-buckets.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { Trainer, type TrainerOptions } from '../../nn/trainer.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import { CorpusBatches, countGroupKinds } from '../instances/corpus-batches.js';
import { buildProposal } from '../instances/proposal.js';
import { shuffleNeighbours } from '../instances/shuffle-neighbours.js';
import { MaskedEvaluation } from '../pretraining/masked-evaluation.js';
import { PretrainingTask } from '../pretraining/pretraining-task.js';
import { FROZEN_WORD_TABLE } from './knowledge-parameters.js';
import { type SmedbertConfig, smedbertParameterSpecs } from './smedbert-model.js';

/**
 * A world in which only the graph knows the answer: diseases are mentioned at random among random filler words, so that
 * text alone leaves a masked mention at chance; but each disease has two signs of its own as neighbours, whose vectors
 * tell it. No text mentions a sign.
 */
const DISEASES = 6;
const NEIGHBOURS = 2;
const FILLER = { first: 10, count: 6 };
const FIRST_NAME = 16;
const SAMPLES = 16;
const TRAINING = 320;
const HELD = 64;

const entityTypes = Uint16Array.from({ length: DISEASES * 3 }, (_, e) => (e < DISEASES ? 0 : 1));
const graph = tableOf(
  NEIGHBOURS,
  Array.from(entityTypes, (type, e) => {
    const sign = (i: number) => ({ entity: DISEASES + 2 * e + i, relation: i, direction: 1 as const });
    return type === 0 ? [sign(0), sign(1)] : [];
  }),
);

const random = new CounterRandom(2, 'world');
const corpus = memoryCorpus(
  Array.from({ length: TRAINING + HELD }, (_, s) =>
    segmentOf(
      Array.from({ length: 9 }, (_, w) => {
        if (w % 3 !== 1) return { tokens: [FILLER.first + random.below(FILLER.count, s, w)] };
        const disease = random.below(DISEASES, s, w);
        return { tokens: [FIRST_NAME + disease, FIRST_NAME + DISEASES + disease], entity: disease };
      }),
    ),
  ),
  FIRST_NAME + 2 * DISEASES,
  entityTypes.length,
);

function batchesOf(neighbours: TopNeighbours): CorpusBatches {
  const masking = { rate: 0.3, maximumTokens: 72, mentionShare: 0.5, replacement: [1, 0, 0] as const };
  const groupKinds = countGroupKinds(neighbours, entityTypes);
  return new CorpusBatches(corpus, {
    instance: {
      masking,
      maximumMentions: 30,
      maximumMentionTokens: 16,
      special: { classify: 1, separate: 2, mask: 3 },
      firstOrdinary: 4,
      vocabularySize: corpus.vocabularySize,
      seed: 1,
    },
    shape: { samples: SAMPLES, masking, objectiveMentions: 2, neighbours: NEIGHBOURS, groupSize: 8, groupKinds },
    padId: 0,
    negatives: 4,
    neighbours,
    entityTypes,
    proposal: buildProposal(corpus.mentionFrequency, entityTypes, 2, 'frequency'),
  });
}

function sequenceOf(first: number, count: number): BatchSequence {
  const segments = Int32Array.from({ length: count }, (_, i) => first + i);
  const options = { width: 16, maximumTokens: 16, samples: SAMPLES, added: 3 };
  return new BatchSequence(
    bucketSegments(segments, (segment) => corpus.segmentLength(segment), options),
    SAMPLES,
    1,
  );
}

const OPTIONS: TrainerOptions = {
  steps: 100,
  learningRate: 5e-3,
  warmup: 0.1,
  weightDecay: 0.01,
  accumulation: 1,
  clipNorm: 1,
  evaluateEvery: 0,
  saveEvery: 0,
  patience: 0,
  seed: 1,
};

let engine: Engine;
beforeAll(async () => {
  engine = await createEagerEngine('wasm');
});

describe('SMedBERT', () => {
  const config = tinyConfig({ initializerRange: 0.05 }, corpus.vocabularySize);
  const store = new ParameterStore(smedbertParameterSpecs(config, drawVectors(entityTypes, 2, 2), false), 1);
  store.value(FROZEN_WORD_TABLE).set(store.value(WORD_TABLE));
  const held = sequenceOf(TRAINING, HELD);
  const evaluate = async (neighbours: TopNeighbours, changes: Partial<SmedbertConfig['knowledge']> = {}) => {
    const changed = { ...config, knowledge: { ...config.knowledge, ...changes } };
    const evaluation = new MaskedEvaluation(store, changed, engine, batchesOf(neighbours), held, 100);
    return (await evaluation.run()).figures;
  };

  it('learns to read a masked mention from its neighbours', async () => {
    const untrained = await evaluate(graph);
    const evaluation = new MaskedEvaluation(store, config, engine, batchesOf(graph), held, 100);
    const task = new PretrainingTask(store, config, batchesOf(graph), sequenceOf(0, TRAINING), 1, evaluation);
    const losses: Record<string, number>[] = [];
    for await (const event of new Trainer(task, engine, OPTIONS).run(new AbortController().signal)) {
      if (event.kind === 'step') losses.push(event.figures);
    }

    const on = await evaluate(graph);
    const shuffled = await evaluate(shuffleNeighbours(graph, 1));
    const off = await evaluate(graph, { hybridAttention: false, knowledgeLosses: false });
    expect(untrained['mentionAccuracy']).toBeLessThan(0.35);
    expect(on['mentionAccuracy']).toBeGreaterThan(0.55);
    expect(shuffled['mentionAccuracy']).toBeLessThan(0.2);
    expect(off['mentionAccuracy']).toBeLessThan(0.35);
    // Filler words are as random as before: the graph says nothing about them.
    expect(on['otherAccuracy']).toBeLessThan(0.35);
    for (const part of ['loss.total', 'loss.mlm', 'loss.mnem', 'loss.mmem']) {
      expect(losses[losses.length - 1][part], part).toBeLessThan(losses[0][part] * 0.9);
    }
  });

  it('evaluates the same masks each time, and mentions and other tokens make up the whole', async () => {
    const figures = await evaluate(graph);
    expect(await evaluate(graph)).toEqual(figures);
    // One mention of two tokens and two filler words are masked in each sample.
    for (const [whole, part] of [
      ['mlm', 'Mlm'],
      ['accuracy', 'Accuracy'],
    ]) {
      expect(figures[whole]).toBeCloseTo((figures[`mention${part}`] + figures[`other${part}`]) / 2, 6);
    }
    const { neighbourLossWeight, mentionLossWeight } = config.knowledge;
    const total =
      figures['mlm'] + figures['sop'] + neighbourLossWeight * figures['mnem'] + mentionLossWeight * figures['mmem'];
    expect(figures['loss']).toBeCloseTo(total, 2);
  });
});
