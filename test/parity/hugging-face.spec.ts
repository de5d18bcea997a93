import { copyFileSync, mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Tensor2D } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { createEngine } from '../../src/engine/create-engine.js';
import type { Engine, NamedData, Program } from '../../src/engine/engine.js';
import { readVocabulary } from '../../src/formats/vocabulary.js';
import { maskedTokenLogits, sentenceOrderLogits } from '../../src/nn/bert-heads.js';
import { bertParameterSpecs } from '../../src/nn/bert-pretraining.js';
import { readEncoderConfig, readPretrainedEncoder } from '../../src/nn/model-weights.store.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import { readRows } from '../../src/nn/row-lookups.js';
import { type EncoderConfig, WORD_TABLE } from '../../src/nn/transformer-encoder.js';
import { encode } from '../../src/smedbert/model/smedbert-model.js';
import { WordPieceTokenizer } from '../../src/text/word-piece.js';
import { tinyConfig } from '../support/tiny-smedbert.js';

// A folder as transformers and torch write it (hugging_face.py), opened here: what transformers computes is computed.
interface HuggingFaceCase {
  batch: { inputIds: number[][]; segmentIds: number[][]; attentionMask: number[][] };
  hidden: number[][];
  predictionLogits: number[];
  orderLogits: number[];
  texts: { text: string; ids: number[] }[];
}

const FOLDER = new URL('./hugging-face/', import.meta.url).pathname;
const expected: HuggingFaceCase = JSON.parse(readFileSync(new URL('./hugging-face.json', import.meta.url), 'utf8'));
const [SAMPLES, TOKENS] = [2, 10];

const LAYOUTS: readonly (readonly [string, readonly string[], string])[] = [
  ['model.safetensors', ['model.safetensors'], 'whole'],
  ['a zip archive of torch.save', ['pytorch_model.bin'], 'whole'],
  ['the older layout of torch.save, gamma and beta', ['legacy.bin'], 'whole'],
  ['half precision without heads', ['half.bin'], 'half'],
  [
    'shards in half precision',
    ['model.safetensors.index.json', 'model-00001-of-00002.safetensors', 'model-00002-of-00002.safetensors'],
    'half',
  ],
];

describe.each(LAYOUTS)('%s', (_, files, kind) => {
  it.each(['onnx', 'cpu'] as const)('gives the hidden states of transformers on %s', async (name) => {
    const folder = mkdtempSync(join(tmpdir(), 'hugging-face-'));
    for (const file of ['config.json', ...files]) {
      copyFileSync(join(FOLDER, file), join(folder, /\.bin$/.test(file) ? 'pytorch_model.bin' : file));
    }
    const encoder = await readEncoderConfig(folder);
    const store = new ParameterStore(bertParameterSpecs(encoder), 1);
    const absent = await readPretrainedEncoder(folder, store);
    await rm(folder, { recursive: true });
    expect(absent).toEqual(kind === 'half' ? store.names().filter((parameter) => parameter.startsWith('cls.')) : []);
    const outputs = await run(await createEngine(name, 1), encoder, store);
    // Weights in half precision are others: what they give is only near.
    const tolerance = kind === 'half' ? 0.05 : 1e-4;
    for (const [layer, values] of expected.hidden.entries()) near(outputs[`layer${layer}`], values, tolerance);
    if (kind === 'half') return;
    near(outputs['prediction'], expected.predictionLogits, tolerance);
    near(outputs['order'], expected.orderLogits, tolerance);
  });
});

describe('the vocabulary beside it', () => {
  it('cuts texts as BertTokenizerFast does', async () => {
    const { tokens } = await readVocabulary(join(FOLDER, 'vocab.txt'));
    const tokenizer = new WordPieceTokenizer(tokens);
    const { classify, separate } = tokenizer.special;
    for (const { text, ids } of expected.texts) {
      expect([classify, ...tokenizer.encode(text).ids, separate], text).toEqual(ids);
    }
  });
});

/** Padding attends differently nowhere that counts, but is computed: only true tokens are compared. */
function near(got: ArrayLike<number>, values: readonly number[], tolerance: number): void {
  expect(got.length).toBe(values.length);
  const width = values.length / (SAMPLES * TOKENS);
  const mask = expected.batch.attentionMask.flat();
  values.forEach((value, i) => {
    if (Number.isInteger(width) && mask[Math.floor(i / width)] === 0) return;
    expect(Math.abs(got[i] - value), `at ${i}`).toBeLessThan(tolerance);
  });
}

async function run(engine: Engine, encoder: EncoderConfig, store: ParameterStore): Promise<NamedData> {
  const config = {
    encoder,
    knowledge: tinyConfig({ hybridAttention: false, knowledgeLosses: false }).knowledge,
  };
  const { hiddenSize } = encoder;
  const program: Program = {
    name: 'encoder',
    inputs: {
      ...store.signature(),
      wordRows: { shape: [SAMPLES * TOKENS, hiddenSize], dtype: 'float32' },
      segmentIds: { shape: [SAMPLES, TOKENS], dtype: 'int32' },
      attentionMask: { shape: [SAMPLES, TOKENS], dtype: 'float32' },
    },
    build(inputs) {
      const { layers, final } = encode(inputs, inputs, config);
      return {
        ...Object.fromEntries(layers.map((layer, i) => [`layer${i}`, layer])),
        prediction: maskedTokenLogits(final as Tensor2D, inputs, encoder),
        order: sentenceOrderLogits(final, SAMPLES, TOKENS, inputs),
      };
    },
  };
  const compiled = await engine.compile(program);
  const words = Int32Array.from(expected.batch.inputIds.flat());
  const wordRows = new Float32Array(words.length * hiddenSize);
  readRows(store.value(WORD_TABLE), hiddenSize, words, wordRows);
  const outputs = await compiled.run({
    ...Object.fromEntries(store.names().map((name) => [name, store.value(name)])),
    wordRows,
    segmentIds: Int32Array.from(expected.batch.segmentIds.flat()),
    attentionMask: Float32Array.from(expected.batch.attentionMask.flat()),
  });
  await compiled.dispose();
  return outputs;
}
