import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { writeFile } from '../../formats/byte-sink.js';
import { SafetensorsFile, writeSafetensors } from '../../formats/safetensors.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { EncoderConfig } from '../../nn/transformer-encoder.js';
import { assertIntact } from '../../runs/assert-intact.js';
import type { KnowledgeConfig } from './smedbert-config.js';
import type { SmedbertConfig } from './smedbert-model.js';

/**
 * A model folder as Hugging Face users know it: `config.json` (BertForPreTraining), `model.safetensors` with the encoder
 * by its usual names and the knowledge part as extra tensors, `knowledge.json`, `vocab.txt`.
 */
export async function writeModelFolder(
  folder: string,
  store: ParameterStore,
  config: SmedbertConfig,
  vocabulary: string,
): Promise<void> {
  const tensors = store.names().map((name) => ({ name, shape: store.spec(name).shape, data: store.value(name) }));
  await writeFile(join(folder, 'model.safetensors'), (sink) => writeSafetensors(sink, tensors, { format: 'pt' }));
  await writeText(folder, 'config.json', json(toHuggingFace(config.encoder)));
  await writeText(folder, 'knowledge.json', json(config.knowledge));
  await writeText(folder, 'vocab.txt', vocabulary);
}

/** What decides what a model says. */
const MODEL_FILES = ['model.safetensors', 'config.json', 'knowledge.json', 'vocab.txt'];

/**
 * Fills every parameter of the store from the folder's weights, bit by bit.
 * @throws MedgraftError `checkpoint.mismatch` when the folder holds a model of other settings, `artefact.altered`
 */
export async function readWeights(folder: string, store: ParameterStore): Promise<void> {
  await assertIntact(folder, MODEL_FILES);
  const path = join(folder, 'model.safetensors');
  const file = await SafetensorsFile.open(path);
  try {
    for (const name of store.names()) {
      const { shape } = store.spec(name);
      const found = file.tensors.get(name)?.shape;
      if (!found || found.join() !== shape.join()) throw mismatch(path, name, shape, found);
      await file.float32(name, store.value(name));
    }
  } finally {
    await file.close();
  }
}

/**
 * Starts the encoder from a Hugging Face folder: every parameter that the file has under its name, with or without the
 * `bert.` prefix (BertModel saves none). Returns the names that it does not have.
 * @throws MedgraftError `checkpoint.mismatch` when a tensor has another shape, `artefact.altered`
 */
export async function readPretrainedEncoder(folder: string, store: ParameterStore): Promise<string[]> {
  await assertIntact(folder, MODEL_FILES);
  const path = join(folder, 'model.safetensors');
  const file = await SafetensorsFile.open(path);
  const absent: string[] = [];
  try {
    for (const name of store.names()) {
      const bare = name.replace(/^bert\./, '');
      const source = [name, bare, legacyName(name), legacyName(bare)].find((known) => file.tensors.has(known));
      if (source === undefined) {
        if (!name.startsWith('knowledge.')) absent.push(name);
        continue;
      }
      const { shape } = store.spec(name);
      const found = file.tensors.get(source)?.shape;
      if (found?.join() !== shape.join()) throw mismatch(path, source, shape, found);
      await file.float32(source, store.value(name));
    }
  } finally {
    await file.close();
  }
  return absent;
}

/** The encoder's sizes from a Hugging Face `config.json`. */
export async function readEncoderConfig(folder: string): Promise<EncoderConfig> {
  const path = join(folder, 'config.json');
  const values = await readObject(path);
  const number = (key: string, otherwise?: number): number => {
    const value = values[key] ?? otherwise;
    if (typeof value === 'number') return value;
    throw unreadable(path, `${key} is not a number`, JSON.stringify(value));
  };
  return {
    vocabularySize: number('vocab_size'),
    hiddenSize: number('hidden_size'),
    layers: number('num_hidden_layers'),
    heads: number('num_attention_heads'),
    intermediateSize: number('intermediate_size'),
    maximumPositions: number('max_position_embeddings'),
    typeVocabularySize: number('type_vocab_size', 2),
    layerNormEpsilon: number('layer_norm_eps', 1e-12),
    initializerRange: number('initializer_range', 0.02),
    hiddenDropout: number('hidden_dropout_prob', 0.1),
    attentionDropout: number('attention_probs_dropout_prob', 0.1),
  };
}

export async function readKnowledgeConfig(folder: string): Promise<KnowledgeConfig> {
  return (await readObject(join(folder, 'knowledge.json'))) as unknown as KnowledgeConfig;
}

async function readObject(path: string): Promise<Record<string, unknown>> {
  const text = await readText(path);
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null) return value as Record<string, unknown>;
  } catch (cause) {
    throw unreadable(path, (cause as Error).message, text.slice(0, 40), cause);
  }
  throw unreadable(path, 'this is not a JSON object', text.slice(0, 40));
}

function unreadable(place: string, message: string, got?: string, cause?: unknown): MedgraftError {
  const expected = 'a configuration as a model folder has it';
  return new MedgraftError('input', 'checkpoint.config', message, { place, expected, got, cause });
}

function toHuggingFace(encoder: EncoderConfig): Record<string, unknown> {
  return {
    architectures: ['BertForPreTraining'],
    attention_probs_dropout_prob: encoder.attentionDropout,
    hidden_act: 'gelu',
    hidden_dropout_prob: encoder.hiddenDropout,
    hidden_size: encoder.hiddenSize,
    initializer_range: encoder.initializerRange,
    intermediate_size: encoder.intermediateSize,
    layer_norm_eps: encoder.layerNormEpsilon,
    max_position_embeddings: encoder.maximumPositions,
    model_type: 'bert',
    num_attention_heads: encoder.heads,
    num_hidden_layers: encoder.layers,
    pad_token_id: 0,
    type_vocab_size: encoder.typeVocabularySize,
    vocab_size: encoder.vocabularySize,
  };
}

/** LayerNorm parameters were once called gamma and beta. */
function legacyName(name: string): string {
  return name.replace('LayerNorm.weight', 'LayerNorm.gamma').replace('LayerNorm.bias', 'LayerNorm.beta');
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function writeText(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), (sink) => sink.write(new TextEncoder().encode(text)));
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MedgraftError('missing', 'checkpoint.missing', 'this is not a model folder', {
      place: path,
      hint: 'a model folder has config.json, vocab.txt and model.safetensors',
      cause,
    });
  }
}

function mismatch(place: string, name: string, expected: readonly number[], got?: readonly number[]): MedgraftError {
  return new MedgraftError('conflict', 'checkpoint.mismatch', 'the checkpoint belongs to a model of other settings', {
    place: `${place}, ${name}`,
    expected: `[${expected.join(', ')}]`,
    got: got ? `[${got.join(', ')}]` : 'no such tensor',
    hint: 'use the settings of the run that wrote it',
  });
}
