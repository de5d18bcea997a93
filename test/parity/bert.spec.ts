import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { hashPurpose } from '../../src/base/random.js';
import { createEngine } from '../../src/engine/create-engine.js';
import type { NamedData } from '../../src/engine/engine.js';
import { bertParameterSpecs, bertTrainingProgram } from '../../src/nn/bert-pretraining.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import { addRows, readRows } from '../../src/nn/row-lookups.js';
import { type EncoderConfig, WORD_TABLE } from '../../src/nn/transformer-encoder.js';

// A pre-training step of plain BERT against Hugging Face's BertForPreTraining in float64 (bert.py), on every engine.
interface BertCase {
  config: Omit<EncoderConfig, 'initializerRange' | 'hiddenDropout' | 'attentionDropout'>;
  batch: {
    tokenIds: number[][];
    segmentIds: number[][];
    lengths: number[];
    maskedPositions: number[];
    maskedLabels: number[];
    orderLabels: number[];
  };
  losses: Record<string, number>;
  gradients: Record<string, { norm: number; values: number[] }>;
}

const TOLERANCE = 1e-4;
const { config, batch, losses, gradients }: BertCase = JSON.parse(
  readFileSync(new URL('./bert.json', import.meta.url), 'utf8'),
);
const encoder: EncoderConfig = { ...config, initializerRange: 0.02, hiddenDropout: 0, attentionDropout: 0 };
const words = Int32Array.from(batch.tokenIds.flat());

describe.each(['cpu', 'wasm', 'onnx'] as const)('BERT on %s', (name) => {
  it('has the losses and gradients of Hugging Face', async () => {
    const store = storeOfFormula();
    const engine = await createEngine(name, 1);
    const shape = { samples: 2, tokens: batch.tokenIds[0].length, maskedTokens: batch.maskedLabels.length + 1 };
    const program = await engine.compile(bertTrainingProgram(store, encoder, shape));
    const outputs = await program.run({ ...parametersOf(store), ...batchInputs(store) }, gradientTargets(store));
    await program.dispose();
    addRows(store.gradient(WORD_TABLE), config.hiddenSize, words, outputs['gradient.wordRows'] as Float32Array);
    for (const [part, value] of Object.entries(losses)) {
      expect(Math.abs(outputs[`loss.${part}`][0] - value) / value, part).toBeLessThan(TOLERANCE);
    }
    expect(store.names().sort()).toEqual(Object.keys(gradients).sort());
    for (const [parameter, expected] of Object.entries(gradients))
      compare(store.gradient(parameter), expected, parameter);
  });
});

function compare(got: Float32Array, expected: { norm: number; values: number[] }, name: string): void {
  const scale = Math.max(1, expected.norm);
  expect(Math.abs(Math.hypot(...got) - expected.norm) / scale, name).toBeLessThan(TOLERANCE);
  expected.values.forEach((value, i) => {
    const place = got.length <= 128 ? i : (i * 7919) % got.length;
    expect(Math.abs(got[place] - value) / scale, `${name}[${place}]`).toBeLessThan(TOLERANCE);
  });
}

function storeOfFormula(): ParameterStore {
  const store = new ParameterStore(bertParameterSpecs(encoder), 1);
  for (const name of store.names()) {
    const shift = name.endsWith('LayerNorm.weight') ? 1 : 0;
    const phase = hashPurpose(name) % 1000;
    const values = store.value(name);
    for (let i = 0; i < values.length; i++) values[i] = 0.4 * Math.sin(0.37 * i * i + phase) + shift;
  }
  return store;
}

function parametersOf(store: ParameterStore): NamedData {
  return Object.fromEntries(store.names().map((name) => [name, store.value(name)]));
}

function gradientTargets(store: ParameterStore): NamedData {
  return Object.fromEntries(store.names().map((name) => [`gradient.${name}`, store.gradient(name)]));
}

/** One masked place more than there are masks, to see that padding counts for nothing. */
function batchInputs(store: ParameterStore): NamedData {
  const length = batch.tokenIds[0].length;
  const masked = batch.maskedPositions.length;
  const wordRows = new Float32Array(words.length * config.hiddenSize);
  readRows(store.value(WORD_TABLE), config.hiddenSize, words, wordRows);
  const maskedSlots = new Int32Array(words.length).fill(masked + 1);
  batch.maskedPositions.forEach((position, slot) => {
    maskedSlots[position] = slot;
  });
  return {
    wordRows,
    segmentIds: Int32Array.from(batch.segmentIds.flat()),
    attentionMask: Float32Array.from(words, (_, i) => (i % length < batch.lengths[Math.floor(i / length)] ? 1 : 0)),
    maskedPositions: Int32Array.of(...batch.maskedPositions, words.length),
    maskedSlots,
    maskedLabels: Int32Array.of(...batch.maskedLabels, 0),
    maskedWeights: Float32Array.of(...batch.maskedLabels.map(() => 1), 0),
    orderLabels: Int32Array.from(batch.orderLabels),
    orderWeights: Float32Array.of(1, 1),
  };
}
