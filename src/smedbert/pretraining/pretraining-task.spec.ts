import { beforeAll, describe, expect, it } from 'vitest';
import { drawSegment, memoryCorpus } from '../../../test/support/linked-text.js';
import { drawTable } from '../../../test/support/neighbour-table.js';
import { drawVectors, tinyConfig } from '../../../test/support/tiny-smedbert.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import { BatchSequence, type BatchSource, bucketSegments } from '../../nn/length-buckets.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { initialTrainerState, Trainer } from '../../nn/trainer.js';
import type { LinkedCorpus } from '../../text/linked-corpus.js';
import { CorpusBatches } from '../instances/corpus-batches.js';
import { PackSequence, packSegments } from '../instances/pack-segments.js';
import { smedbertParameterSpecs } from '../model/smedbert-model.js';
import { MaskedEvaluation } from './masked-evaluation.js';
import { PretrainingTask } from './pretraining-task.js';

const ENTITIES = 10;
const SAMPLES = 2;
const ACCUMULATION = 3;
const TOKENS = 32;
const entityTypes = new Uint16Array(ENTITIES);
const neighbours = drawTable(ENTITIES, 2);
const masking = { rate: 0.15, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] } as const;
const whole = memoryCorpus(
  Array.from({ length: 40 }, (_, i) => drawSegment(i, 4 + (i % 20), 3, ENTITIES)),
  100,
  ENTITIES,
);

let engine: Engine;
beforeAll(async () => {
  engine = await createEngine('onnx', 1);
});

/** A corpus that counts how often it is read. */
function counting(): LinkedCorpus & { reads: number } {
  const corpus = { ...whole, reads: 0 };
  corpus.segment = (index) => {
    corpus.reads++;
    return whole.segment(index);
  };
  return corpus;
}

/** Takes one step after `step`. @returns batches that were built, and segments that were read for them */
async function oneStepAfter(step: number, sequence: BatchSource): Promise<{ batches: number; reads: number }> {
  const corpus = counting();
  const config = tinyConfig({ knowledgeLosses: false }, 100);
  const store = new ParameterStore(smedbertParameterSpecs(config, drawVectors(entityTypes, 1, 3), false), 1);
  const batches = new CorpusBatches(corpus, {
    instance: {
      masking,
      maximumMentions: 30,
      maximumMentionTokens: 16,
      special: { classify: 1, separate: 2, mask: 3 },
      firstOrdinary: 4,
      vocabularySize: 100,
      seed: 1,
    },
    shape: { samples: SAMPLES, masking, objectiveMentions: 2, neighbours: 2, groupSize: 8, groupKinds: 6 },
    packing: { maximumSegments: 3, segmentsPerSample: 2 },
    padId: 0,
    negatives: 2,
    neighbours,
    entityTypes,
    proposal: { logProbability: () => 0, sample: () => 0 },
  });
  const none = new BatchSequence([], SAMPLES, 1);
  const evaluation = new MaskedEvaluation(store, config, engine, batches, none, 0);
  const task = new PretrainingTask(store, config, batches, sequence, ACCUMULATION, evaluation);
  let built = 0;
  const batch = task.batch.bind(task);
  task.batch = (at, micro) => {
    built++;
    return batch(at, micro);
  };
  const trainer = new Trainer(
    task,
    engine,
    {
      steps: step + 1,
      learningRate: 1e-3,
      warmup: 0,
      weightDecay: 0,
      accumulation: ACCUMULATION,
      clipNorm: 0,
      evaluateEvery: 0,
      saveEvery: 0,
      patience: 0,
      seed: 1,
    },
    { ...initialTrainerState(), step },
  );
  const steps: number[] = [];
  for await (const event of trainer.run(new AbortController().signal))
    if (event.kind === 'step') steps.push(event.step);
  await trainer.dispose();
  expect(steps).toEqual([step + 1]);
  return { batches: built, reads: corpus.reads };
}

describe('a resumed pre-training', () => {
  const segments = Int32Array.from({ length: whole.segmentCount }, (_, i) => i);
  const lengthOf = (segment: number) => whole.segmentLength(segment);
  const buckets = bucketSegments(segments, lengthOf, { width: 16, maximumTokens: TOKENS, samples: SAMPLES, added: 3 });
  const packs = packSegments(segments, lengthOf, { tokens: TOKENS, maximumSegments: 3, masking });

  it('builds the batches of its next step and none before, after 100 steps and after 100,000', async () => {
    const sequence = new BatchSequence(buckets, SAMPLES, 1);
    const expected = { batches: ACCUMULATION, reads: ACCUMULATION * SAMPLES };
    for (const step of [0, 100, 100_000]) expect(await oneStepAfter(step, sequence), `${step}`).toEqual(expected);
  });

  it('does so with packed samples, and reads the segments of their packs only', async () => {
    const sequence = new PackSequence(packs, TOKENS, SAMPLES, 1);
    for (const step of [100, 100_000]) {
      const { batches, reads } = await oneStepAfter(step, sequence);
      const numbers = Array.from({ length: ACCUMULATION }, (_, micro) => step * ACCUMULATION + micro);
      const packed = numbers.map((number) => sequence.at(number).segments.length);
      expect({ batches, reads }).toEqual({ batches: ACCUMULATION, reads: packed.reduce((sum, n) => sum + n, 0) });
    }
  });
});
