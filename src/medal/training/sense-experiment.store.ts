import { join } from 'node:path';
import { readVocabulary } from '../../formats/vocabulary.js';
import { readEncoderConfig, readPretrainedEncoder } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import { readTokenizer } from '../../text/prepared-corpus.store.js';
import { assertWidth } from '../model/load-model.store.js';
import { vocabularyBeside } from '../model/reference-checkpoint.store.js';
import { modelNameOf, type SenseConfig } from '../model/sense-config.js';
import { encoderOf, type SenseModel } from '../model/sense-model.store.js';
import { senseParameterSpecs } from '../model/sense-parameters.js';
import { TextCues } from '../model/text-cues.js';
import { INVENTORY_FILE, openSampleSet } from '../samples/open-samples.store.js';
import type { SampleSplit } from '../samples/sample-split.store.js';
import type { TrainSettings } from '../train-settings.js';
import { freshConfig } from './fresh-config.js';
import { logShares, mostFrequentSenses } from './most-frequent.js';
import { openStart, type Start } from './open-start.store.js';
import { readVectors } from './read-vectors.store.js';
import { SampleWindows } from './sample-windows.js';
import { vocabularyOfTexts, type Words } from './text-vocabulary.js';

/** All that a training of a model works on. */
export interface SenseExperiment {
  readonly model: SenseModel;
  readonly training: SampleWindows;
  readonly valid: SampleWindows;
  /** Of each sense the guess without context. */
  readonly baseline: Int32Array;
  readonly inventoryFile: string;
  /** Parameters that the start does not have, so random. */
  readonly absent: readonly string[];
  /** Words of the list that the file of vectors knows. */
  readonly knownWords?: number;
  close(): void;
}

/** @throws MedgraftError as `openSampleSet`, `openStart` and `openWordVectors` */
export async function openSenseExperiment(folder: string, settings: TrainSettings): Promise<SenseExperiment> {
  const set = await openSampleSet(folder);
  const train = await set.split('train');
  const valid = await set.split('valid');
  const { inventory } = set;
  const { initial, maximumWords, loss } = settings;
  const start = initial === undefined ? undefined : await openStart(initial, settings, inventory);
  const built =
    start?.kind === 'model' ? { model: start.model, absent: [] } : await buildModel(train, inventory, settings, start);
  const cues = built.model.config.cues ? new TextCues(inventory) : undefined;
  return {
    ...built,
    training: new SampleWindows(train, inventory, { maximumWords, ambiguousOnly: loss === 'candidates', cues }),
    valid: new SampleWindows(valid, inventory, { maximumWords, ambiguousOnly: false, cues }),
    baseline: mostFrequentSenses(train.classes, inventory),
    inventoryFile: join(folder, INVENTORY_FILE),
    close() {
      train.close();
      valid.close();
    },
  };
}

type PartialStart = Exclude<Start, { kind: 'model' }>;

/** A model from random weights, with what its start has of them. */
async function buildModel(
  train: SampleSplit,
  inventory: SenseModel['inventory'],
  settings: TrainSettings,
  start: PartialStart | undefined,
): Promise<Pick<SenseExperiment, 'model' | 'absent' | 'knownWords'>> {
  const { maximumWords, bucketWords } = settings;
  const { pieces, lowerCase } = await vocabularyOf(train, settings, start);
  const vectors = modelNameOf(settings.model) === 'electra' ? undefined : await readVectors(pieces, settings.vectors);
  const made = await configOf(settings, pieces.length, inventory.size, start, vectors);
  const config = { ...made, cues: settings.cues && settings.loss !== 'all' };
  const store = new ParameterStore(
    senseParameterSpecs(config, {
      words: vectors?.values,
      bias: settings.countBias ? logShares(train.classes, inventory.size) : undefined,
    }),
    settings.seed,
  );
  const absent = await fillFrom(start, store);
  const reading = { maximumWords, bucketWords, lowerCase, temperature: 1 };
  const vocabulary = `${pieces.join('\n')}\n`;
  const encoder = encoderOf(config, reading, vocabulary);
  return {
    model: { config, reading, store, vocabulary, encoder, inventory },
    absent,
    ...(vectors && { knownWords: vectors.known }),
  };
}

/** @returns parameters that the start does not have */
async function fillFrom(start: PartialStart | undefined, store: ParameterStore): Promise<string[]> {
  if (start?.kind === 'encoder') {
    const fresh = store.names().filter((name) => name.startsWith('output.'));
    return [...(await readPretrainedEncoder(start.folder, store, fresh, 'electra')), ...fresh];
  }
  if (start?.kind === 'reference') {
    await start.checkpoint.fill(store);
    await start.checkpoint.close();
  }
  return [];
}

/** Words of the training texts; of an ELECTRA its pieces, or those of its start. */
async function vocabularyOf(
  train: SampleSplit,
  settings: TrainSettings,
  start: PartialStart | undefined,
): Promise<Words> {
  if (start?.kind === 'encoder') return readTokenizer(start.folder);
  if (start?.kind === 'reference' && modelNameOf(settings.model) === 'electra') {
    return { pieces: (await readVocabulary(vocabularyBeside(start.checkpoint.place))).tokens, lowerCase: true };
  }
  return vocabularyOfTexts({ count: train.texts, text: (index) => train.text(index) }, settings);
}

async function configOf(
  settings: TrainSettings,
  words: number,
  classes: number,
  start: PartialStart | undefined,
  vectors: { width: number } | undefined,
): Promise<SenseConfig> {
  if (start?.kind === 'reference') {
    const { config, place } = start.checkpoint;
    if (config.model === 'electra') return config;
    const { dropout, trainVectors } = settings;
    assertWidth(place, config.lstm.inputSize, vectors);
    const table = { words, trainsWords: vectors === undefined || trainVectors, dropout };
    return { ...config, ...table, lstm: { ...config.lstm, dropout } };
  }
  const fresh = freshConfig(settings, words, classes, vectors);
  if (fresh.model !== 'electra' || start === undefined) return fresh;
  return { ...fresh, encoder: await readEncoderConfig(start.folder, 'electra') };
}
