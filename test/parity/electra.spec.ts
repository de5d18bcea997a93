import { readFileSync } from 'node:fs';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { hashPurpose } from '../../src/base/random.js';
import { createEngine } from '../../src/engine/create-engine.js';
import type { CompiledProgram, NamedData, Program } from '../../src/engine/engine.js';
import {
  discriminatorParameters,
  type ElectraConfig,
  electraParameterSpecs,
  isShared,
} from '../../src/medal/pretraining/electra-config.js';
import { discriminatorProgram, generatorProgram } from '../../src/medal/pretraining/electra-programs.js';
import { ProgramPass } from '../../src/medal/pretraining/program-pass.js';
import { lossAndGradients } from '../../src/nn/gradients.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import { addRows, readRows } from '../../src/nn/row-lookups.js';
import {
  additiveMask,
  type EncoderConfig,
  embedTokens,
  encoderLayer,
  encoderParameterSpecs,
  wordTableOf,
} from '../../src/nn/transformer-encoder.js';

// ELECTRA's encoder and a pre-training step with given replacements against Hugging Face's in float64 (electra.py).
type Sampled = Record<string, { norm: number; values: number[] }>;
type Widths = Pick<EncoderConfig, 'hiddenSize' | 'heads' | 'intermediateSize'>;
interface ElectraCase {
  sizes: Omit<EncoderConfig, keyof Widths | 'initializerRange' | 'hiddenDropout' | 'attentionDropout'>;
  discriminator: Widths;
  generator: Widths;
  weight: number;
  batch: {
    tokenIds: number[][];
    segmentIds: number[][];
    lengths: number[];
    maskedPositions: number[];
    maskedTokens: number[];
    replacements: number[];
  };
  losses: { mlm: number; rtd: number };
  gradients: Sampled;
  hidden: number[][];
  encoderGradients: Sampled;
}

const TOLERANCE = 1e-4;
const known: ElectraCase = JSON.parse(readFileSync(new URL('./electra.json', import.meta.url), 'utf8'));
const { batch, sizes } = known;
const rest = { initializerRange: 0.02, hiddenDropout: 0, attentionDropout: 0 };
const config: ElectraConfig = {
  discriminator: { ...sizes, ...known.discriminator, ...rest, prefix: 'electra' },
  generator: { ...sizes, ...known.generator, ...rest, prefix: 'generator' },
};
const [samples, tokens] = [batch.tokenIds.length, batch.tokenIds[0].length];
const truths = Int32Array.from(batch.tokenIds.flat());
const text = {
  segmentIds: Int32Array.from(batch.segmentIds.flat()),
  attentionMask: Float32Array.from(truths, (_, i) => (i % tokens < batch.lengths[Math.floor(i / tokens)] ? 1 : 0)),
};
/** One masked place more than there are masks, to see that padding counts for nothing. */
const room = batch.maskedPositions.length + 1;
const table = wordTableOf(config.discriminator);
const noDropout = { rate: () => 0, seed: 1, purpose: 'none' };

describe.each(['cpu', 'wasm', 'onnx'] as const)('ELECTRA on %s', (name) => {
  const compile = async (program: Program) => (await createEngine(name, 1)).compile(program);

  it("has the encoder's hidden states and gradients of Hugging Face", async () => {
    const store = storeOfFormula(encoderParameterSpecs(config.discriminator));
    const program = await compile(encoderProgram(store));
    const outputs = await runEncoder(program, store);
    for (const [layer, values] of known.hidden.entries()) {
      const got = realTokens(outputs[`hidden.${layer}`] as Float32Array, config.discriminator.hiddenSize);
      const worst = values.reduce((most, value, i) => Math.max(most, Math.abs(got[i] - value)), 0);
      expect(worst, `layer ${layer}`).toBeLessThan(1e-5);
    }
    expect(Object.keys(known.encoderGradients).sort()).toEqual(store.names().sort());
    for (const [parameter, expected] of Object.entries(known.encoderGradients)) {
      compare(store.gradient(parameter), expected, parameter);
    }
  });

  it('has both losses and the gradients of their sum, those of the shared embeddings from both', async () => {
    const store = storeOfFormula(electraParameterSpecs(config));
    const shape = { samples, tokens, maskedTokens: room };
    const plan = { store, table };
    const first = new ProgramPass(await compile(generatorProgram(store, config, shape, true)), {
      ...plan,
      adds: () => false,
    });
    const second = new ProgramPass(await compile(discriminatorProgram(store, config, shape, true, known.weight)), {
      ...plan,
      adds: isShared,
    });
    const guessed = await first.run(withTokens(batch.maskedTokens), generatorInputs(), noDropout, 0);
    const corrupted = withTokens(batch.replacements);
    const replaced = Float32Array.from(corrupted, (token, i) => (token === truths[i] ? 0 : 1));
    const judged = await second.run(corrupted, { ...text, replaced }, noDropout, 0);
    expect(replaced.reduce((sum, value) => sum + value, 0)).toBe(3);
    expect(Math.abs(guessed['loss.mlm'][0] / known.losses.mlm - 1)).toBeLessThan(TOLERANCE);
    expect(Math.abs(judged['loss.rtd'][0] / known.losses.rtd - 1)).toBeLessThan(TOLERANCE);
    await first.dispose();
    await second.dispose();
    expect(Object.keys(known.gradients).sort()).toEqual(store.names().sort());
    for (const [parameter, expected] of Object.entries(known.gradients)) {
      compare(store.gradient(parameter), expected, parameter);
    }
  });
});

it('names the discriminator as Hugging Face does', () => {
  const store = new ParameterStore(electraParameterSpecs(config), 1);
  const theirs = Object.keys(known.gradients).filter((name) => !name.startsWith('generator'));
  expect(discriminatorParameters(store).names().sort()).toEqual(theirs.sort());
});

/** Half the sum of squares of the last hidden states of real tokens. */
function encoderProgram(store: ParameterStore): Program {
  const encoder = config.discriminator;
  const names = store.names().filter((parameter) => parameter !== table);
  const d = encoder.hiddenSize;
  return {
    name: 'electra encoder',
    inputs: {
      ...store.signature(names),
      wordRows: { shape: [truths.length, encoder.embeddingSize ?? d], dtype: 'float32' },
      segmentIds: { shape: [samples, tokens], dtype: 'int32' },
      attentionMask: { shape: [samples, tokens], dtype: 'float32' },
    },
    build(inputs) {
      const loss = () => {
        const rows = inputs['wordRows'] as Tensor2D;
        const mask = additiveMask(inputs['attentionMask']);
        const layers = [embedTokens(rows, inputs['segmentIds'], inputs, encoder, {})];
        for (let layer = 0; layer < encoder.layers; layer++) {
          layers.push(encoderLayer(layers[layer], layer, mask, inputs, encoder, {}));
        }
        const real = tf.mul(tf.square(layers[encoder.layers]), tf.reshape(inputs['attentionMask'], [-1, 1]));
        const hidden = Object.fromEntries(layers.map((layer, i) => [`hidden.${i}`, layer]));
        return { total: tf.div(tf.sum(real), 2) as tf.Scalar, ...hidden };
      };
      const wrt = Object.fromEntries([...names, 'wordRows'].map((parameter) => [parameter, inputs[parameter]]));
      const { losses, gradients } = lossAndGradients(loss, wrt);
      const named = Object.entries(gradients).map(([parameter, value]) => [`gradient.${parameter}`, value]);
      return { ...losses, ...Object.fromEntries(named) };
    },
  };
}

async function runEncoder(program: CompiledProgram, store: ParameterStore): Promise<NamedData> {
  const width = store.spec(table).shape[1];
  const wordRows = new Float32Array(truths.length * width);
  readRows(store.value(table), width, truths, wordRows);
  const names = store.names().filter((parameter) => parameter !== table);
  const parameters = Object.fromEntries(names.map((parameter) => [parameter, store.value(parameter)]));
  const into = Object.fromEntries(names.map((parameter) => [`gradient.${parameter}`, store.gradient(parameter)]));
  const outputs = await program.run({ ...parameters, ...text, wordRows }, into);
  addRows(store.gradient(table), width, truths, outputs['gradient.wordRows'] as Float32Array);
  await program.dispose();
  return outputs;
}

function generatorInputs(): NamedData {
  const maskedSlots = new Int32Array(truths.length).fill(room);
  batch.maskedPositions.forEach((position, slot) => {
    maskedSlots[position] = slot;
  });
  return {
    ...text,
    maskedPositions: Int32Array.of(...batch.maskedPositions, truths.length),
    maskedSlots,
    maskedLabels: Int32Array.of(...batch.maskedPositions.map((position) => truths[position]), 0),
    maskedWeights: Float32Array.of(...batch.maskedPositions.map(() => 1), 0),
  };
}

/** The text with other tokens in the masked places. */
function withTokens(given: readonly number[]): Int32Array {
  const words = truths.slice();
  batch.maskedPositions.forEach((position, i) => {
    words[position] = given[i];
  });
  return words;
}

function realTokens(values: Float32Array, width: number): number[] {
  return [...values].filter((_, i) => text.attentionMask[Math.floor(i / width)] === 1);
}

function compare(got: Float32Array, expected: { norm: number; values: number[] }, name: string): void {
  const scale = Math.max(1, expected.norm);
  expect(Math.abs(Math.hypot(...got) - expected.norm) / scale, name).toBeLessThan(TOLERANCE);
  expected.values.forEach((value, i) => {
    const place = got.length <= 128 ? i : (i * 7919) % got.length;
    expect(Math.abs(got[place] - value) / scale, `${name}[${place}]`).toBeLessThan(TOLERANCE);
  });
}

function storeOfFormula(specs: ConstructorParameters<typeof ParameterStore>[0]): ParameterStore {
  const store = new ParameterStore(specs, 1);
  for (const name of store.names()) {
    const shift = name.endsWith('LayerNorm.weight') ? 1 : 0;
    const phase = hashPurpose(name) % 1000;
    const values = store.value(name);
    for (let i = 0; i < values.length; i++) values[i] = 0.4 * Math.sin(0.37 * i * i + phase) + shift;
  }
  return store;
}
