import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hashPurpose } from '../../src/base/random.js';
import { createEngine } from '../../src/engine/create-engine.js';
import type { NamedData } from '../../src/engine/engine.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import { addRows, readRows } from '../../src/nn/row-lookups.js';
import { type EncoderConfig, WORD_TABLE } from '../../src/nn/transformer-encoder.js';
import {
  taskDenseNames,
  taskParameterSpecs,
  taskScoringProgram,
  taskTrainingProgram,
} from '../../src/smedbert/model/task-program.js';
import { tinyConfig } from '../support/tiny-smedbert.js';

// The heads against Hugging Face's classes in float64 (task_heads.py), on every engine.
interface HeadCase {
  labels: number;
  loss: number;
  logits: number[];
  gradients: Record<string, { norm: number; values: number[] }>;
}

const TOLERANCE = 1e-4;
const { config, batch, cases } = JSON.parse(readFileSync(new URL('./task-heads.json', import.meta.url), 'utf8')) as {
  config: Omit<EncoderConfig, 'initializerRange' | 'hiddenDropout' | 'attentionDropout'>;
  batch: Record<'tokenIds' | 'segmentIds' | 'tags', number[][]> & Record<'lengths' | 'labels' | 'relevance', number[]>;
  cases: Record<'tokens' | 'texts' | 'score', HeadCase>;
};
const encoder: EncoderConfig = { ...config, initializerRange: 0.02, hiddenDropout: 0, attentionDropout: 0 };
const knowledge = { ...tinyConfig().knowledge, hybridAttention: false, knowledgeLosses: false };
const words = Int32Array.from(batch.tokenIds.flat());
const length = batch.tokenIds[0].length;
const shape = { samples: 2, tokens: length, infusedTokens: 4, infusedMentions: 4 };

describe.each(['cpu', 'wasm', 'onnx'] as const)('task heads on %s', (name) => {
  it.each(['tokens', 'texts', 'score'] as const)(
    'have logits, loss and gradients of Hugging Face: %s',
    async (kind) => {
      const expected = cases[kind];
      const head = { kind, labels: expected.labels };
      const smedbert = { encoder, knowledge };
      const store = new ParameterStore(taskParameterSpecs(smedbert, head, undefined), 1);
      for (const parameter of store.names()) fillByFormula(parameter, store.value(parameter));
      const engine = await createEngine(name, 1);
      const inputs = { ...parametersOf(store, taskDenseNames(store, smedbert)), ...batchInputs(store, kind) };
      const scoring = await engine.compile(taskScoringProgram(store, smedbert, head, shape));
      const { logits } = await scoring.run(inputs);
      await scoring.dispose();
      expect(logits.length).toBe(expected.logits.length);
      expected.logits.forEach((value, i) => void expect(logits[i]).toBeCloseTo(value, 4));
      const training = await engine.compile(taskTrainingProgram(store, smedbert, head, shape));
      const outputs = await training.run(inputs);
      await training.dispose();
      expect(outputs['loss.total'][0]).toBeCloseTo(expected.loss, 4);
      addRows(store.gradient(WORD_TABLE), config.hiddenSize, words, outputs['gradient.wordRows'] as Float32Array);
      expect(store.names().sort()).toEqual(Object.keys(expected.gradients).sort());
      for (const [parameter, gradient] of Object.entries(expected.gradients)) {
        const got = parameter === WORD_TABLE ? store.gradient(WORD_TABLE) : outputs[`gradient.${parameter}`];
        compare(got as Float32Array, gradient, parameter);
      }
    },
  );
});

function compare(got: Float32Array, expected: { norm: number; values: number[] }, name: string): void {
  const scale = Math.max(1, expected.norm);
  expect(Math.abs(Math.hypot(...got) - expected.norm) / scale, name).toBeLessThan(TOLERANCE);
  expected.values.forEach((value, i) => {
    const place = got.length <= 128 ? i : (i * 7919) % got.length;
    expect(Math.abs(got[place] - value) / scale, `${name}[${place}]`).toBeLessThan(TOLERANCE);
  });
}

function fillByFormula(name: string, values: Float32Array): void {
  const shift = name.endsWith('LayerNorm.weight') ? 1 : 0;
  const phase = hashPurpose(name) % 1000;
  for (let i = 0; i < values.length; i++) values[i] = 0.4 * Math.sin(0.37 * i * i + phase) + shift;
}

function parametersOf(store: ParameterStore, names: readonly string[]): NamedData {
  return Object.fromEntries(names.map((name) => [name, store.value(name)]));
}

function batchInputs(store: ParameterStore, kind: 'tokens' | 'texts' | 'score'): NamedData {
  const wordRows = new Float32Array(words.length * config.hiddenSize);
  readRows(store.value(WORD_TABLE), config.hiddenSize, words, wordRows);
  const numbers = { tokens: batch.tags.flat(), texts: batch.labels, score: batch.relevance }[kind];
  return {
    wordRows,
    segmentIds: Int32Array.from(batch.segmentIds.flat()),
    attentionMask: Float32Array.from(words, (_, i) => (i % length < batch.lengths[Math.floor(i / length)] ? 1 : 0)),
    labels: Int32Array.from(numbers, (label) => Math.max(0, label)),
    labelWeights: Float32Array.from(numbers, (label) => (label < 0 ? 0 : 1)),
  };
}
