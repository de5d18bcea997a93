import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { drawVectors, tinyConfig } from '../../../test/support/tiny-smedbert.js';
import { writeFile as writeBytes } from '../../formats/byte-sink.js';
import { type NamedTensor, writeSafetensors } from '../../formats/safetensors.js';
import { readEncoderConfig, readPretrainedEncoder, readWeights } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import { readKnowledgeConfig, writeModelFolder } from './model-folder.store.js';
import type { KnowledgeConfig } from './smedbert-config.js';
import { smedbertParameterSpecs } from './smedbert-model.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'model-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

function storeOf(changes: Partial<KnowledgeConfig> = {}, seed = 1, vocabularySize = 60): ParameterStore {
  const vectors = drawVectors(Uint16Array.of(0, 1, 1), 2, 2);
  return new ParameterStore(smedbertParameterSpecs(tinyConfig(changes, vocabularySize), vectors, false), seed);
}

/** A file as another library would have written it: tensors of the encoder under other names. */
function writeForeign(store: ParameterStore, rename: (name: string) => string | undefined): Promise<void> {
  const tensors = store.names().flatMap((name): NamedTensor[] => {
    const other = rename(name);
    return other === undefined ? [] : [{ name: other, shape: store.spec(name).shape, data: store.value(name) }];
  });
  return writeBytes(join(folder, 'model.safetensors'), (sink) => writeSafetensors(sink, tensors));
}

const isEncoder = (name: string) => name.startsWith('bert.');
const bytesOf = (array: Float32Array) => Buffer.from(array.buffer, array.byteOffset, array.byteLength);

describe('a model folder', () => {
  it('comes back bit by bit, with its configuration', async () => {
    const config = tinyConfig({ oneHopMixer: true });
    const store = storeOf({ oneHopMixer: true });
    store.value('bert.pooler.dense.bias').set([1e-45, -0, Math.PI, 3.4e38]);
    await writeModelFolder(folder, store, config, '[PAD]\n人\n');
    expect((await readdir(folder)).sort()).toEqual([
      'config.json',
      'knowledge.json',
      'model.safetensors',
      'special_tokens_map.json',
      'tokenizer.json',
      'tokenizer_config.json',
      'vocab.txt',
    ]);
    const other = storeOf({ oneHopMixer: true }, 2);
    expect(bytesOf(other.values)).not.toEqual(bytesOf(store.values));
    await readWeights(folder, other);
    expect(bytesOf(other.values)).toEqual(bytesOf(store.values));
    expect(await readEncoderConfig(folder)).toEqual(config.encoder);
    expect(await readKnowledgeConfig(folder)).toEqual(config.knowledge);
    expect(await readFile(join(folder, 'vocab.txt'), 'utf8')).toBe('[PAD]\n人\n');
  });

  it('has the names that Hugging Face users know', async () => {
    await writeModelFolder(folder, storeOf(), tinyConfig(), '');
    const raw = JSON.parse(await readFile(join(folder, 'config.json'), 'utf8'));
    expect(raw).toMatchObject({ model_type: 'bert', architectures: ['BertForPreTraining'], hidden_size: 32 });
    expect(raw).toMatchObject({ num_hidden_layers: 2, vocab_size: 60, hidden_act: 'gelu' });
  });

  it('refuses a model of other sizes, and one that lacks a part', async () => {
    await writeModelFolder(folder, storeOf(), tinyConfig(), '');
    await expect(readWeights(folder, storeOf({}, 1, 61))).rejects.toMatchObject({
      kind: 'conflict',
      code: 'checkpoint.mismatch',
      details: { expected: '[61, 32]', got: '[60, 32]' },
    });
    await expect(readWeights(folder, storeOf({ oneHopMixer: true }))).rejects.toMatchObject({
      code: 'checkpoint.mismatch',
      details: { got: 'no such tensor', place: expect.stringContaining('knowledge.') },
    });
  });
});

describe('readPretrainedEncoder', () => {
  const fill = (store: ParameterStore) => store.values.forEach((_, i) => void (store.values[i] = Math.sin(i)));

  it.each<[string, (name: string) => string | undefined]>([
    ['with the prefix', (name) => (isEncoder(name) ? name : undefined)],
    ['without the prefix', (name) => (isEncoder(name) ? name.slice('bert.'.length) : undefined)],
    [
      'with gamma and beta',
      (name) =>
        isEncoder(name)
          ? name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta')
          : undefined,
    ],
    [
      'with gamma and beta and without the prefix',
      (name) =>
        isEncoder(name)
          ? name
              .replace('LayerNorm.weight', 'LayerNorm.gamma')
              .replace('LayerNorm.bias', 'LayerNorm.beta')
              .slice('bert.'.length)
          : undefined,
    ],
  ])('reads the encoder %s and names the heads that are absent', async (_, rename) => {
    const source = storeOf();
    fill(source);
    await writeForeign(source, rename);
    const target = storeOf({}, 2);
    const before = storeOf({}, 2);
    const absent = await readPretrainedEncoder(folder, target);
    expect(absent).toEqual(target.names().filter((name) => name.startsWith('cls.')));
    for (const name of target.names()) {
      const expected = isEncoder(name) ? source : before;
      expect(bytesOf(target.value(name)), name).toEqual(bytesOf(expected.value(name)));
    }
  });

  it('starts the bias of the masked-token decoder from its copy', async () => {
    const source = storeOf();
    fill(source);
    await writeForeign(source, (name) =>
      name === 'cls.predictions.bias' ? 'cls.predictions.decoder.bias' : name.startsWith('cls.') ? undefined : name,
    );
    const target = storeOf({}, 2);
    expect(await readPretrainedEncoder(folder, target)).not.toContain('cls.predictions.bias');
    expect(target.value('cls.predictions.bias')).toEqual(source.value('cls.predictions.bias'));
  });

  it('refuses a folder that lacks a part of the encoder, and one without weights', async () => {
    await writeForeign(storeOf(), (name) => (name.includes('layer.1.output.dense.bias') ? undefined : name));
    await expect(readPretrainedEncoder(folder, storeOf())).rejects.toMatchObject({
      code: 'checkpoint.encoder',
      details: { expected: expect.stringContaining('bert.encoder.layer.1.output.dense.bias') },
    });
    await rm(join(folder, 'model.safetensors'));
    await expect(readPretrainedEncoder(folder, storeOf())).rejects.toMatchObject({ code: 'formats.weights-missing' });
  });

  it('says which tensor has another shape', async () => {
    await writeForeign(storeOf(), (name) => name);
    await expect(readPretrainedEncoder(folder, storeOf({}, 1, 61))).rejects.toMatchObject({
      code: 'checkpoint.mismatch',
      details: { place: expect.stringContaining(WORD_TABLE), expected: '[61, 32]', got: '[60, 32]' },
    });
  });
});

describe('the configuration files', () => {
  it('has BERT defaults for what old files leave out', async () => {
    const required = { vocab_size: 5, hidden_size: 4, num_hidden_layers: 3, num_attention_heads: 2 };
    const text = JSON.stringify({ ...required, intermediate_size: 8, max_position_embeddings: 16 });
    await writeFile(join(folder, 'config.json'), text);
    expect(await readEncoderConfig(folder)).toMatchObject({
      typeVocabularySize: 2,
      layerNormEpsilon: 1e-12,
      initializerRange: 0.02,
      hiddenDropout: 0.1,
      attentionDropout: 0.1,
    });
  });

  it.each<[string, unknown]>([
    ['model_type', 'roberta'],
    ['hidden_act', 'gelu_new'],
    ['position_embedding_type', 'relative_key'],
    ['is_decoder', true],
    ['add_cross_attention', true],
    ['tie_word_embeddings', false],
    ['hidden_size', 31],
    ['hidden_size', 0],
    ['num_hidden_layers', 1.5],
    ['vocab_size', 1e12],
    ['vocab_size', '60'],
    ['hidden_dropout_prob', 1],
    ['layer_norm_eps', -1],
  ])('that would compute something else is refused: %s %s', async (key, value) => {
    await writeModelFolder(folder, storeOf(), tinyConfig(), '');
    const path = join(folder, 'config.json');
    const values = JSON.parse(await readFile(path, 'utf8'));
    expect(await readEncoderConfig(folder)).toEqual(tinyConfig().encoder);
    await writeFile(path, JSON.stringify({ ...values, [key]: value }));
    const error = await readEncoderConfig(folder).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ kind: 'input', code: 'checkpoint.config', details: { place: path } });
    expect(String((error as Error).message)).toContain(
      key === 'hidden_size' && value === 31 ? 'num_attention_heads' : key,
    );
  });

  it('names what is missing or wrong', async () => {
    await expect(readEncoderConfig(folder)).rejects.toMatchObject({ kind: 'missing', code: 'checkpoint.missing' });
    await expect(readKnowledgeConfig(folder)).rejects.toMatchObject({ kind: 'missing', code: 'checkpoint.missing' });
    for (const text of ['{"vocab_size": "many"}', '{}', '[]', 'null', '{"vocab_size":']) {
      await writeFile(join(folder, 'config.json'), text);
      await expect(readEncoderConfig(folder), text).rejects.toMatchObject({ kind: 'input', code: 'checkpoint.config' });
    }
  });
});
