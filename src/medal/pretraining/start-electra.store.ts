/** Where an ELECTRA's weights come from: random ones, or folders of Hugging Face's for either of its halves. */
import { existsSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { filesOfWeights } from '../../formats/weight-folder.js';
import { assertVocabulary } from '../../nn/assert-vocabulary.store.js';
import { readEncoderConfig, readPretrainedEncoder } from '../../nn/model-weights.store.js';
import { type NamedParameters, ParameterStore } from '../../nn/parameter-store.js';
import type { EncoderConfig } from '../../nn/transformer-encoder.js';
import { assertIntact } from '../../runs/assert-intact.js';
import type { PretrainElectraSettings } from '../pretrain-settings.js';
import {
  DISCRIMINATOR,
  discriminatorParameters,
  type ElectraConfig,
  electraParameterSpecs,
  GENERATOR,
  generatorOf,
  generatorParameters,
} from './electra-config.js';
import { GENERATOR_FOLDER } from './electra-folder.store.js';

export interface StartedElectra {
  readonly config: ElectraConfig;
  readonly store: ParameterStore;
  /** Parameters that the folders did not have, by the names of files; none where there is no folder. */
  readonly absent: readonly string[];
}

/**
 * @param pieces of the corpus, in id order
 * @throws MedgraftError `medal.vocabulary`, `medal.generator`, `settings.invalid`, and as `readEncoderConfig` and
 * `readPretrainedEncoder`
 */
export async function startElectra(
  settings: PretrainElectraSettings,
  pieces: readonly string[],
): Promise<StartedElectra> {
  const { initial } = settings;
  const folder = generatorFolderOf(settings);
  const discriminator = initial ? await readEncoderConfig(initial, 'electra') : encoderOf(settings, pieces.length);
  const generator = folder
    ? await generatorFrom(folder, discriminator)
    : generatorOf(discriminator, settings.generatorSize);
  if (initial) await assertVocabulary(initial, discriminator.vocabularySize, pieces, 'medal.vocabulary');
  else if (folder) await assertVocabulary(folder, generator.vocabularySize, pieces, 'medal.vocabulary');
  const config = { discriminator, generator };
  const store = new ParameterStore(electraParameterSpecs(config), settings.seed);
  const absent = [
    ...(await readHalf(folder, generatorParameters(store))),
    ...(await readHalf(initial, discriminatorParameters(store))),
  ];
  return { config, store, absent: initial || folder ? [...new Set(absent)] : [] };
}

/** @returns what stays random of one half; embeddings are read with the other one, if at all */
async function readHalf(folder: string | undefined, half: NamedParameters): Promise<string[]> {
  if (folder !== undefined) return readPretrainedEncoder(folder, half, [], 'electra');
  return half.names().filter((name) => !isEmbedding(name));
}

/** Files whose contents decide the start. */
export function filesOfStart(settings: PretrainElectraSettings): string[] {
  const folders = [settings.initial, generatorFolderOf(settings)].filter((folder) => folder !== undefined);
  return folders.flatMap((folder) => {
    const vocabulary = join(folder, 'vocab.txt');
    const files = [join(folder, 'config.json'), ...filesOfWeights(folder)];
    return existsSync(vocabulary) ? [...files, vocabulary] : files;
  });
}

function generatorFolderOf({ initial, initialGenerator }: PretrainElectraSettings): string | undefined {
  if (initialGenerator !== undefined || initial === undefined) return initialGenerator;
  const within = join(initial, GENERATOR_FOLDER);
  return existsSync(join(within, 'config.json')) ? within : undefined;
}

/** @throws MedgraftError `medal.generator` where it cannot share the discriminator's embeddings */
async function generatorFrom(folder: string, discriminator: EncoderConfig): Promise<EncoderConfig> {
  const files = ['config.json', 'model.safetensors'].map((name) => `${basename(folder)}/${name}`);
  await assertIntact(dirname(folder), files);
  const generator = { ...(await readEncoderConfig(folder, 'electra')), prefix: GENERATOR };
  const sizes = ['vocabularySize', 'embeddingSize', 'maximumPositions', 'typeVocabularySize'] as const;
  const other = sizes.find((name) => generator[name] !== discriminator[name]);
  if (other === undefined) return generator;
  throw new MedgraftError('conflict', 'medal.generator', "the generator cannot share the discriminator's embeddings", {
    place: join(folder, 'config.json'),
    expected: `${other} ${discriminator[other]}`,
    got: String(generator[other]),
    hint: 'take the generator that was trained with the discriminator, or none',
  });
}

function encoderOf(settings: PretrainElectraSettings, vocabularySize: number): EncoderConfig {
  const { hiddenSize, heads, dropout } = settings;
  if (hiddenSize % heads !== 0) {
    throw new MedgraftError('input', 'settings.invalid', 'the settings do not fit together', {
      place: 'heads',
      expected: `a divisor of hiddenSize, ${hiddenSize}`,
      got: String(heads),
    });
  }
  return {
    prefix: DISCRIMINATOR,
    vocabularySize,
    hiddenSize,
    embeddingSize: settings.embeddingSize,
    layers: settings.layers,
    heads,
    intermediateSize: settings.intermediateSize,
    maximumPositions: settings.maximumPositions,
    typeVocabularySize: 2,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
    hiddenDropout: dropout,
    attentionDropout: dropout,
  };
}

function isEmbedding(name: string): boolean {
  return name.startsWith(`${DISCRIMINATOR}.embeddings.`);
}
