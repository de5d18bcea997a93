/**
 * The folder of a pre-trained ELECTRA: the discriminator as transformers opens it (ElectraForPreTraining), and in `generator/` the
 * generator (ElectraForMaskedLM) with its own copy of the embeddings that both share.
 */
import { join } from 'node:path';
import { toHuggingFace } from '../../nn/hugging-face-config.js';
import { writeModelFiles } from '../../nn/hugging-face-folder.store.js';
import { readWeights } from '../../nn/model-weights.store.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { DISCRIMINATOR, discriminatorParameters, type ElectraConfig, generatorParameters } from './electra-config.js';

export const GENERATOR_FOLDER = 'generator';

export interface FolderText {
  /** `vocab.txt` as it stands. */
  readonly vocabulary: string;
  readonly lowerCase: boolean;
}

export async function writeElectraFolder(
  folder: string,
  store: ParameterStore,
  { discriminator, generator }: ElectraConfig,
  text: FolderText,
): Promise<void> {
  const common = { ...text, maximumTokens: discriminator.maximumPositions };
  const size = generator.hiddenSize / discriminator.hiddenSize;
  const configOf = (encoder: ElectraConfig['generator'], architecture: string) => ({
    ...toHuggingFace({ ...encoder, prefix: DISCRIMINATOR }, { architecture }),
    generator_size: size,
  });
  await writeModelFiles(folder, {
    ...common,
    config: configOf(discriminator, 'ElectraForPreTraining'),
    parameters: discriminatorParameters(store),
  });
  await writeModelFiles(join(folder, GENERATOR_FOLDER), {
    ...common,
    config: configOf(generator, 'ElectraForMaskedLM'),
    parameters: generatorParameters(store),
  });
}

/** @throws as `readWeights` */
export async function readElectraFolder(folder: string, store: ParameterStore): Promise<void> {
  await readWeights(join(folder, GENERATOR_FOLDER), generatorParameters(store));
  await readWeights(folder, discriminatorParameters(store));
}
