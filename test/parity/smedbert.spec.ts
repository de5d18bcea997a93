import { beforeAll, describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.js';
import type { Engine, NamedData } from '../../src/engine/engine.js';
import type { ParameterStore } from '../../src/nn/parameter-store.js';
import type { KnowledgeConfig } from '../../src/smedbert/model/smedbert-config.js';
import {
  denseNames,
  evaluationProgram,
  lookupPlan,
  trainingProgram,
} from '../../src/smedbert/model/smedbert-program.js';
import { lookupRows, parity, parityBatch, parityConfig, parityShape, parityStore } from './smedbert-case.js';

// One whole SMedBERT step against an independent PyTorch program in float64 (smedbert.py), on every engine.
const TOLERANCE = 1e-4;
const WORD_TABLE = 'bert.embeddings.word_embeddings.weight';

describe.each(['cpu', 'wasm', 'onnx'] as const)('SMedBERT on %s', (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await createEngine(name, 1);
  });

  it('starts from the weights of the reference', () => {
    const store = parityStore(parityConfig());
    for (const [parameter, head] of Object.entries(parity.weightHeads)) {
      head.forEach((value, i) => void expect(store.value(parameter)[i], parameter).toBeCloseTo(value, 5));
    }
  });

  it('computes the four losses', async () => {
    const { outputs } = await train(engine);
    for (const [part, value] of Object.entries(parity.losses)) {
      expect(relative(outputs[`loss.${part}`][0], value), part).toBeLessThan(TOLERANCE);
    }
  });

  it('computes the gradient of every parameter', async () => {
    const { gradients } = await train(engine);
    expect(Object.keys(gradients).sort()).toEqual(Object.keys(parity.gradients).sort());
    for (const [parameter, expected] of Object.entries(parity.gradients)) {
      const got = gradients[parameter];
      const scale = Math.max(1, expected.norm);
      expect(Math.abs(Math.hypot(...got) - expected.norm) / scale, parameter).toBeLessThan(TOLERANCE);
      expected.values.forEach((value, i) => {
        const place = got.length <= 128 ? i : (i * 7919) % got.length;
        expect(Math.abs(got[place] - value) / scale, `${parameter}[${place}]`).toBeLessThan(TOLERANCE);
      });
    }
  });

  it.each<[string, Partial<KnowledgeConfig>]>([
    ['noTypeAttention', { typeAttention: false }],
    ['noHybridAttention', { hybridAttention: false }],
    ['noKnowledgeLosses', { knowledgeLosses: false }],
    ['plainBert', { hybridAttention: false, knowledgeLosses: false }],
    ['meanTypeVector', { typeAggregation: 'mean' }],
  ])('computes the ablation %s', async (ablation, changes) => {
    const { outputs } = await train(engine, changes);
    for (const [part, value] of Object.entries(parity.ablations[ablation])) {
      if (part !== 'gradientNorm') expect(relative(outputs[`loss.${part}`][0], value), part).toBeLessThan(TOLERANCE);
    }
  });

  it('runs the one-hop mixer, whose gradients follow the loss', async () => {
    const config = parityConfig({ oneHopMixer: true });
    const store = parityStore(config);
    const program = await engine.compile(trainingProgram(store, config, parityShape));
    const before = await program.run(inputsOf(store, config));
    for (const name of [
      'knowledge.mixer.entity.weight',
      'knowledge.mixer.query.weight',
      'knowledge.mixer.value.bias',
    ]) {
      const gradient = before[`gradient.${name}`];
      const step = 1e-3 / Math.max(1e-6, Math.hypot(...gradient));
      const values = store.value(name);
      for (let i = 0; i < values.length; i++) values[i] -= step * gradient[i];
      const after = await program.run(inputsOf(store, config));
      for (let i = 0; i < values.length; i++) values[i] += step * gradient[i];
      const expected = -step * Math.hypot(...gradient) ** 2;
      const change = after['loss.total'][0] - before['loss.total'][0];
      expect(Math.abs(change - expected), name).toBeLessThan(0.1 * Math.abs(expected) + 2e-5);
    }
    await program.dispose();
  });

  it('shows the attention over types and neighbours', async () => {
    const config = parityConfig();
    const store = parityStore(config);
    const program = await engine.compile(evaluationProgram(store, config, parityShape));
    const outputs = await program.run(inputsOf(store, config));
    const { heads, neighbours: k } = config.knowledge;
    parity.intermediate.nodeAttention.forEach((mention, m) => {
      mention.forEach((weights, h) => {
        weights.forEach((weight, i) => {
          expect(outputs['nodeWeights'][(m * heads + h) * k + i]).toBeCloseTo(weight, 4);
        });
      });
    });
    const mlm = meanOf(outputs['tokenLosses'].subarray(0, parity.batch.maskedPositions.length) as Float32Array);
    expect(relative(mlm, parity.losses.mlm)).toBeLessThan(TOLERANCE);
    await program.dispose();
  });
});

async function train(engine: Engine, changes: Partial<KnowledgeConfig> = {}) {
  const config = parityConfig(changes);
  const store = parityStore(config);
  const program = await engine.compile(trainingProgram(store, config, parityShape));
  const outputs = await program.run(inputsOf(store, config));
  await program.dispose();
  return { outputs, gradients: gradientsOf(store, config, outputs) };
}

function inputsOf(store: ParameterStore, config: ReturnType<typeof parityConfig>): NamedData {
  const batch = parityBatch(config);
  const parameters = Object.fromEntries(denseNames(store, config).map((name) => [name, store.value(name)]));
  return { ...parameters, ...batch.inputs, ...lookupRows(store, lookupPlan(config), batch) };
}

/** Dense gradients, and those of looked-up rows added to their tables. */
function gradientsOf(store: ParameterStore, config: ReturnType<typeof parityConfig>, outputs: NamedData) {
  const batch = parityBatch(config);
  const gradients: Record<string, Float32Array> = {};
  for (const name of denseNames(store, config)) gradients[name] = Float32Array.from(outputs[`gradient.${name}`]);
  for (const [name, { table, ids }] of Object.entries(lookupPlan(config))) {
    const rows = outputs[`gradient.${name}`];
    if (!rows) continue;
    const width = store.spec(table).shape[1];
    gradients[table] ??= new Float32Array(store.value(table).length);
    batch.lookups[ids as keyof typeof batch.lookups].forEach((row, i) => {
      for (let j = 0; j < width; j++) gradients[table][row * width + j] += rows[i * width + j];
    });
  }
  expect(gradients[WORD_TABLE].length).toBe(store.value(WORD_TABLE).length);
  return gradients;
}

function relative(got: number, expected: number): number {
  return Math.abs(got - expected) / Math.max(1, Math.abs(expected));
}

function meanOf(values: Float32Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
