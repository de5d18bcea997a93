import { describe, expect, it } from 'vitest';
import { drawSegment, memoryCorpus } from '../../../test/support/linked-text.js';
import { drawTable } from '../../../test/support/neighbour-table.js';
import { drawVectors, tinyConfig } from '../../../test/support/tiny-smedbert.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Program } from '../../engine/engine.js';
import type { BatchSegments } from '../../nn/length-buckets.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { lookUpRows } from '../../nn/row-lookups.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import type { CollatedBatch } from '../instances/collate-batch.js';
import { CorpusBatches, countGroupKinds } from '../instances/corpus-batches.js';
import { FROZEN_WORD_TABLE } from './knowledge-parameters.js';
import type { BatchShape } from './smedbert-config.js';
import { encode, type SmedbertConfig, smedbertLosses, smedbertParameterSpecs } from './smedbert-model.js';
import { batchSignature, denseNames, lookupPlan, trainingProgram } from './smedbert-program.js';

// Segments in packed samples give what they give apart: hidden states, the four losses, and every gradient.
const TOLERANCE = 1e-5;
const ENTITIES = 20;
const LENGTHS = [27, 11, 5, 30, 18];
const PACKS = [2, 0, 3];
const S = 64;
const corpus = memoryCorpus(
  LENGTHS.map((length, i) => drawSegment(i, length, 2, ENTITIES)),
  100,
  ENTITIES,
);
const entityTypes = Uint16Array.from({ length: ENTITIES }, (_, e) => e % 3);
const neighbours = drawTable(ENTITIES, 2);
const masking = { rate: 0.3, maximumTokens: 72, mentionShare: 0.5, replacement: [0.8, 0.1, 0.1] } as const;

function batchesOf(samples: number): CorpusBatches {
  const groupKinds = countGroupKinds(neighbours, entityTypes);
  return new CorpusBatches(corpus, {
    instance: {
      masking,
      maximumMentions: 30,
      maximumMentionTokens: 16,
      special: { classify: 1, separate: 2, mask: 3 },
      firstOrdinary: 4,
      vocabularySize: 100,
      seed: 1,
    },
    shape: { samples, masking, objectiveMentions: 60 / samples, neighbours: 2, groupSize: 8, groupKinds },
    packing: { maximumSegments: 4, segmentsPerSample: 1 },
    padId: 0,
    negatives: 4,
    neighbours,
    entityTypes,
    proposal: { logProbability: () => -1, sample: (type, random, step, i) => type + 3 * random.below(5, step, i) },
  });
}

interface Laid {
  readonly shape: BatchShape;
  readonly batch: CollatedBatch;
  /** First flat position of each segment. */
  readonly starts: readonly number[];
}

function apart(): Laid {
  const batches = batchesOf(LENGTHS.length);
  return { ...collated(batches), shape: batches.shape(S), starts: LENGTHS.map((_, i) => i * S) };
}

function packed(): Laid {
  const batches = batchesOf(PACKS.length);
  const starts: number[] = [];
  PACKS.forEach((count, sample) => {
    for (let i = 0, at = sample * S; i < count; i++) {
      at += i === 0 ? 0 : LENGTHS[starts.length - 1] + 3;
      starts.push(at);
    }
  });
  return { ...collated(batches, PACKS), shape: batches.shape(S, true), starts };
}

function collated(batches: CorpusBatches, packs?: number[]): { batch: CollatedBatch } {
  const segments = [...LENGTHS.keys()];
  const place: BatchSegments = { bucket: { tokens: S, segments: new Int32Array(0) }, epoch: 0, segments, packs };
  return { batch: batches.collate(place, 3) };
}

function storeOf(config: SmedbertConfig): ParameterStore {
  const store = new ParameterStore(smedbertParameterSpecs(config, drawVectors(entityTypes, 3, 3), true), 1);
  store.value(FROZEN_WORD_TABLE).set(store.value(WORD_TABLE));
  return store;
}

function lookingProgram(store: ParameterStore, config: SmedbertConfig, shape: BatchShape): Program {
  return {
    name: 'hidden states',
    inputs: { ...store.signature(denseNames(store, config)), ...batchSignature(config, shape) },
    build(inputs) {
      const { final } = encode(inputs, inputs, config);
      const { total, mlm, sop, mnem, mmem } = smedbertLosses(final, inputs, inputs, config, shape);
      return { final, total, mlm, sop, mnem: mnem!, mmem: mmem! };
    },
  };
}

async function outputsOf(
  engineName: 'cpu' | 'onnx',
  config: SmedbertConfig,
  program: typeof lookingProgram,
  laid: Laid,
) {
  const engine = await createEngine(engineName, 1);
  const store = storeOf(config);
  const compiled = await engine.compile(program(store, config, laid.shape));
  const parameters = Object.fromEntries(denseNames(store, config).map((name) => [name, store.value(name)]));
  const rows = lookUpRows(store, lookupPlan(config), laid.batch.lookups);
  const outputs = await compiled.run({ ...parameters, ...laid.batch.inputs, ...rows });
  const copied = Object.fromEntries(Object.entries(outputs).map(([name, data]) => [name, Float32Array.from(data)]));
  await compiled.dispose();
  return copied;
}

describe.each([
  ['cpu', false],
  ['onnx', false],
  ['onnx', true],
] as const)('packed samples on %s, one-hop mixer %s', (engine, oneHopMixer) => {
  const tiny = tinyConfig({ oneHopMixer }, 100);
  const config = { ...tiny, encoder: { ...tiny.encoder, maximumPositions: S } };
  const d = config.encoder.hiddenSize;

  it('have the hidden states and losses of their segments apart', async () => {
    const [one, other] = [apart(), packed()];
    expect(other.batch.counts).toEqual({ ...one.batch.counts, positions: PACKS.length * S });
    expect(one.batch.counts).toMatchObject({ samples: 5, dropped: 0 });
    expect(one.batch.counts.targets).toBeGreaterThan(0);
    expect(one.batch.counts.infusedMentions).toBeGreaterThan(3);
    const expected = await outputsOf(engine, config, lookingProgram, one);
    const got = await outputsOf(engine, config, lookingProgram, other);
    for (const part of ['total', 'mlm', 'sop', 'mnem', 'mmem']) {
      expect(Math.abs(got[part][0] - expected[part][0]), part).toBeLessThan(TOLERANCE);
    }
    LENGTHS.forEach((length, i) => {
      for (let at = 0; at < (length + 3) * d; at++) {
        const difference = got['final'][other.starts[i] * d + at] - expected['final'][one.starts[i] * d + at];
        expect(Math.abs(difference), `segment ${i}, ${at}`).toBeLessThan(TOLERANCE);
      }
    });
  });

  it('have their gradients', async () => {
    const expected = await outputsOf(engine, config, trainingProgram, apart());
    const got = await outputsOf(engine, config, trainingProgram, packed());
    const dense = Object.keys(expected).filter((name) => name.startsWith('gradient.') && !name.endsWith('Rows'));
    expect(dense).toContain('gradient.bert.embeddings.position_embeddings.weight');
    for (const name of dense) {
      const largest = expected[name].reduce((most, value, i) => Math.max(most, Math.abs(value - got[name][i])), 0);
      expect(largest, name).toBeLessThan(TOLERANCE);
    }
  });
});
