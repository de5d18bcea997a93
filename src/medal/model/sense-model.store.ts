import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { adamLines } from '../../formats/adam-table.js';
import { writeFile } from '../../formats/byte-sink.js';
import { writeSafetensors } from '../../formats/safetensors.js';
import { toHuggingFace } from '../../nn/hugging-face-config.js';
import { piecesOf, writeJson, writeModelFiles } from '../../nn/hugging-face-folder.store.js';
import { readObject, readWeights } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { assertIntact } from '../../runs/assert-intact.js';
import { WordPieceTokenizer } from '../../text/word-piece.js';
import { readInventory } from '../inventory/read-inventory.store.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import type { SenseConfig } from './sense-config.js';
import { senseParameterSpecs } from './sense-parameters.js';
import { WholeWords, type WordEncoder, WordPieces } from './word-encoder.js';

/**
 * The folder of a model: `medal.json` (what it is made of and how it reads), `model.safetensors` by the reference's names,
 * `vocab.txt` (words or pieces), `inventory.tsv` (a row a class); of ELECTRA also `config.json` and the tokenizer's files, so that
 * transformers' ElectraModel opens it.
 */
export interface SenseModel {
  readonly config: SenseConfig;
  readonly reading: Reading;
  readonly store: ParameterStore;
  readonly vocabulary: string;
  readonly encoder: WordEncoder;
  readonly inventory: SenseInventory;
}

/** How texts are read, and how far its probabilities are believed. */
export interface Reading {
  readonly maximumWords: number;
  readonly bucketWords: number;
  /** Word pieces are those of lower-case text. */
  readonly lowerCase: boolean;
  /** That logits of candidates are divided by. */
  readonly temperature: number;
}

/** What a folder of weights is made of. */
export type WeightFiles = Pick<SenseModel, 'config' | 'store' | 'vocabulary'> & {
  readonly reading: Pick<Reading, 'lowerCase'>;
};

export const MODEL_FILE = 'medal.json';
export const INVENTORY_FILE = 'inventory.tsv';
const FORMAT = 1;

interface ModelFile {
  format: number;
  config: SenseConfig;
  reading: Reading;
}

/** @param inventoryFile copied as it stands */
export async function writeSenseModel(folder: string, model: SenseModel, inventoryFile?: string): Promise<void> {
  const { config, reading, inventory } = model;
  await writeWeightFiles(folder, model);
  await writeJson(folder, MODEL_FILE, { format: FORMAT, config, reading } satisfies ModelFile);
  const target = join(folder, INVENTORY_FILE);
  if (inventoryFile !== undefined) return copyFile(inventoryFile, target);
  await writeFile(target, (sink) => sink.write(new TextEncoder().encode([...adamLines(inventory.rows)].join(''))));
}

/** Weights and vocabulary; of ELECTRA also the files that transformers reads beside them. */
export async function writeWeightFiles(
  folder: string,
  { config, reading, store, vocabulary }: WeightFiles,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  if (config.model === 'electra') {
    const kind = { architecture: 'ElectraModel' };
    await writeModelFiles(folder, {
      config: toHuggingFace(config.encoder, kind),
      parameters: store,
      vocabulary,
      lowerCase: reading.lowerCase,
      maximumTokens: config.encoder.maximumPositions,
    });
  } else {
    const tensors = store.names().map((name) => ({ name, shape: store.spec(name).shape, data: store.value(name) }));
    await writeFile(join(folder, 'model.safetensors'), (sink) => writeSafetensors(sink, tensors, { format: 'pt' }));
    await writeFile(join(folder, 'vocab.txt'), (sink) => sink.write(new TextEncoder().encode(vocabulary)));
  }
}

/**
 * @param purpose a model that is only asked has no gradients and no moments
 * @throws MedgraftError `medal.model` where the folder is none of a model, `checkpoint.mismatch`, `artefact.altered`
 */
export async function readSenseModel(folder: string, purpose: 'asking' | 'training'): Promise<SenseModel> {
  await assertIntact(folder, [MODEL_FILE, 'vocab.txt', INVENTORY_FILE]);
  const { config, reading } = await readModelFile(folder);
  const inventory = await readInventory(join(folder, INVENTORY_FILE));
  const specs = senseParameterSpecs(config);
  const trained = purpose === 'training' ? specs : specs.map((spec) => ({ ...spec, trainable: false }));
  const store = new ParameterStore(trained, 0);
  await readWeights(folder, store);
  const vocabulary = await readFile(join(folder, 'vocab.txt'), 'utf8');
  return { config, reading, store, vocabulary, encoder: encoderOf(config, reading, vocabulary), inventory };
}

export function encoderOf(
  config: SenseConfig,
  { lowerCase }: Pick<Reading, 'lowerCase'>,
  vocabulary: string,
): WordEncoder {
  const pieces = piecesOf(vocabulary);
  if (config.model !== 'electra') return new WholeWords(pieces);
  return new WordPieces(new WordPieceTokenizer(pieces, { lowerCase }), config.encoder.maximumPositions);
}

async function readModelFile(folder: string): Promise<ModelFile> {
  const file = (await readObject(join(folder, MODEL_FILE))) as unknown as ModelFile;
  if (file.format === FORMAT) return file;
  throw new MedgraftError('input', 'medal.model', 'the model is of another version', {
    place: join(folder, MODEL_FILE),
    expected: `format ${FORMAT}`,
    got: String(file.format),
    hint: 'train it again with medal train, or open it with the version that wrote it',
  });
}
