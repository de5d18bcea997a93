import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import { readVocabulary } from '../../formats/vocabulary.js';
import { openWordVectors, type WordVectors } from '../../formats/word-vectors.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { WordPieceTokenizer } from '../../text/word-piece.js';
import { readInventory } from '../inventory/read-inventory.store.js';
import { LoadedModel } from './loaded-model.js';
import { assertClasses, openReferenceCheckpoint, vocabularyBeside } from './reference-checkpoint.store.js';
import { type ModelName, modelNameOf } from './sense-config.js';
import { MODEL_FILE, readSenseModel } from './sense-model.store.js';
import { senseParameterSpecs } from './sense-parameters.js';
import { VectorWords } from './vector-words.js';
import { type WordEncoder, WordPieces } from './word-encoder.js';

export interface LoadOptions {
  /** Of a checkpoint of the reference: the table of abbreviations whose rows are its classes. */
  readonly inventory?: string;
  /** Of an LSTM of the reference: the fastText vectors that it read, `.bin` or `.vec`. */
  readonly vectors?: string;
  readonly engine?: Engine['name'];
  readonly threads?: number;
}

/** How a checkpoint of the reference reads: it dropped texts of 512 words and more. */
const REFERENCE_READING = { maximumWords: 512, bucketWords: 32, temperature: 1 };

/**
 * The library's counterpart of `torch.hub.load`: a model by name from a run of `medal.train`, or from a `.pt` or `.tar` of the
 * reference (ELECTRA's with its `vocab.txt` beside it).
 * @throws MedgraftError `medal.model` where the folder holds another model, `medal.vectors`, `medal.senses`, and as
 * `readSenseModel`, `openReferenceCheckpoint` and `openWordVectors`
 */
export async function load(
  name: ModelName | 'rnn' | 'rnnsoft',
  path: string,
  options: LoadOptions = {},
): Promise<LoadedModel> {
  const isFile = existsSync(path) && statSync(path).isFile();
  const engine = await createEngine(options.engine ?? 'onnx', options.threads ?? 1);
  return isFile ? loadReference(modelNameOf(name), path, options, engine) : loadRun(modelNameOf(name), path, engine);
}

/** A run of `medal.train`, whatever model it is. */
export async function loadRun(name: ModelName | undefined, folder: string, engine: Engine): Promise<LoadedModel> {
  if (!existsSync(join(folder, MODEL_FILE))) {
    throw new MedgraftError('missing', 'medal.model', 'this is no folder of an abbreviation model', {
      place: folder,
      expected: MODEL_FILE,
      hint: 'name a run of medal train, or a .pt or .tar file of the reference',
    });
  }
  const model = await readSenseModel(folder, 'asking');
  if (name !== undefined && model.config.model !== name) {
    const [expected, got] = [name, model.config.model];
    throw new MedgraftError('conflict', 'medal.model', 'the folder holds another model', {
      place: folder,
      expected,
      got,
    });
  }
  return new LoadedModel({ ...model, ...model.reading }, engine);
}

async function loadReference(
  name: ModelName,
  path: string,
  { inventory: table, vectors: vectorsPath }: LoadOptions,
  engine: Engine,
): Promise<LoadedModel> {
  if (table === undefined) throw noTable(path);
  const inventory = await readInventory(table);
  const checkpoint = await openReferenceCheckpoint(path, name);
  try {
    const { config } = checkpoint;
    assertClasses(path, config, inventory.size);
    const specs = senseParameterSpecs(config).map((spec) => ({ ...spec, trainable: false }));
    const store = new ParameterStore(specs, 0);
    await checkpoint.fill(store);
    const { encoder, release } =
      config.model === 'electra'
        ? await piecesBeside(path, config.encoder.maximumPositions)
        : await vectorsOf(path, config.lstm.inputSize, vectorsPath);
    return new LoadedModel({ config, store, encoder, inventory, ...REFERENCE_READING }, engine, release);
  } finally {
    await checkpoint.close();
  }
}

interface OpenedEncoder {
  readonly encoder: WordEncoder;
  readonly release: () => Promise<void>;
}

async function piecesBeside(path: string, positions: number): Promise<OpenedEncoder> {
  const { tokens } = await readVocabulary(vocabularyBeside(path));
  return { encoder: new WordPieces(new WordPieceTokenizer(tokens), positions), release: async () => {} };
}

async function vectorsOf(place: string, width: number, path: string | undefined): Promise<OpenedEncoder> {
  const vectors = path === undefined ? undefined : await openWordVectors(path);
  try {
    assertWidth(place, width, vectors);
  } catch (error) {
    await vectors?.close();
    throw error;
  }
  const opened = vectors as WordVectors;
  return { encoder: new VectorWords(opened), release: () => opened.close() };
}

/** @throws MedgraftError `medal.vectors` */
export function assertWidth(place: string, expected: number, vectors: { width: number } | undefined): void {
  if (vectors?.width === expected) return;
  throw new MedgraftError('input', 'medal.vectors', 'the checkpoint reads word vectors that are not there', {
    place,
    expected: `vectors of ${expected} numbers`,
    got: vectors === undefined ? 'none' : `vectors of ${vectors.width} numbers`,
    hint: 'name the file of vectors that it was trained with, such as crawl-300d-2M-subword.bin',
  });
}

function noTable(place: string): MedgraftError {
  return new MedgraftError('input', 'medal.senses', 'a checkpoint does not say what its classes are', {
    place,
    expected: 'the table of abbreviations that it was trained with',
    hint: 'name it: ADAM as the reference ships it has 24,005 rows',
  });
}
