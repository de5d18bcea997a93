/**
 * What every model folder has in common, ours and Hugging Face's: sizes from `config.json`, parameters from the weights. Nothing is
 * written here; what a folder holds besides is its model's affair.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { SafetensorsFile } from '../formats/safetensors.js';
import type { WeightFile } from '../formats/weight-file.js';
import { openWeights } from '../formats/weight-folder.js';
import { assertIntact } from '../runs/assert-intact.js';
import { type EncoderFamily, encoderConfigFrom } from './hugging-face-config.js';
import type { NamedParameters } from './parameter-store.js';
import type { EncoderConfig } from './transformer-encoder.js';

/** What decides what a model says. */
const MODEL_FILES = ['model.safetensors', 'config.json', 'knowledge.json', 'vocab.txt'];

/**
 * Fills every parameter of the store from the folder's weights, bit by bit.
 * @throws MedgraftError `checkpoint.mismatch` when the folder holds a model of other settings, `artefact.altered`
 */
export async function readWeights(folder: string, store: NamedParameters): Promise<void> {
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
 * Starts the encoder from a Hugging Face folder, safetensors or `pytorch_model.bin`, whole or in shards: every parameter that
 * it has, with or without the family's prefix (BertModel saves none), LayerNorm also by its old names. Returns the parameters of
 * pooler and heads that it does not have; the masked-token decoder is the word table, whatever copy of it lies there.
 * @param fresh parameters that are not looked for: the head of another task has their names
 * @throws MedgraftError `checkpoint.mismatch` when a tensor has another shape, `checkpoint.encoder` when one of the encoder is
 * not there, `artefact.altered`, and as `openWeights`
 */
export async function readPretrainedEncoder(
  folder: string,
  store: NamedParameters,
  fresh: readonly string[] = [],
  family: EncoderFamily = 'bert',
): Promise<string[]> {
  await assertIntact(folder, MODEL_FILES);
  const file = await openWeights(folder);
  const absent: string[] = [];
  try {
    for (const name of store.names()) {
      if (name.startsWith('knowledge.') || fresh.includes(name)) continue;
      const source = namesOfParameter(name, family).find((known) => file.tensors.has(known));
      if (source === undefined) {
        if (isOfEncoder(name, family)) throw noEncoder(file, name, family);
        absent.push(name);
        continue;
      }
      const { shape } = store.spec(name);
      const found = file.tensors.get(source)?.shape;
      if (found?.join() !== shape.join()) throw mismatch(file.place, source, shape, found);
      await file.float32(source, store.value(name));
    }
  } finally {
    await file.close();
  }
  return absent;
}

/** The encoder's sizes from a Hugging Face `config.json`. @throws MedgraftError `checkpoint.config`, `checkpoint.missing` */
export async function readEncoderConfig(folder: string, family: EncoderFamily = 'bert'): Promise<EncoderConfig> {
  const path = join(folder, 'config.json');
  return encoderConfigFrom(await readObject(path), path, family);
}

export async function readObject(path: string): Promise<Record<string, unknown>> {
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

/** What a parameter is called in files: without prefix in a BertModel or ElectraModel, gamma and beta in old ones. */
export function namesOfParameter(name: string, family: EncoderFamily = 'bert'): string[] {
  const copy = name === 'cls.predictions.bias' ? ['cls.predictions.decoder.bias'] : [];
  const names = [name, name.startsWith(`${family}.`) ? name.slice(family.length + 1) : name, ...copy];
  const old = names.map((known) => known.replace('Norm.weight', 'Norm.gamma').replace('Norm.bias', 'Norm.beta'));
  return [...names, ...old];
}

async function readText(path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    throw new MedgraftError('missing', 'checkpoint.missing', 'this is not a model folder', {
      place: path,
      hint: 'a model folder has config.json, vocab.txt and model.safetensors or pytorch_model.bin',
      cause,
    });
  }
}

function isOfEncoder(name: string, family: EncoderFamily): boolean {
  return ['embeddings.', 'embeddings_project.', 'encoder.'].some((part) => name.startsWith(`${family}.${part}`));
}

function noEncoder(file: WeightFile, name: string, family: EncoderFamily): MedgraftError {
  return new MedgraftError('input', 'checkpoint.encoder', 'the folder does not hold the whole encoder', {
    place: file.place,
    expected: `${name}, with or without ${family}.`,
    got: `${file.tensors.size} tensors: ${[...file.tensors.keys()].slice(0, 3).join(', ')}, ...`,
    hint: 'start from a folder whose config.json and weights belong to one model',
  });
}

export function mismatch(
  place: string,
  name: string,
  expected: readonly number[],
  got?: readonly number[],
): MedgraftError {
  return new MedgraftError('conflict', 'checkpoint.mismatch', 'the checkpoint belongs to a model of other settings', {
    place: `${place}, ${name}`,
    expected: `[${expected.join(', ')}]`,
    got: got ? `[${got.join(', ')}]` : 'no such tensor',
    hint: 'use the settings of the run that wrote it',
  });
}
