import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { filesOfWeights } from '../../formats/weight-folder.js';
import type { SenseInventory } from '../inventory/sense-inventory.js';
import {
  assertClasses,
  openReferenceCheckpoint,
  type ReferenceCheckpoint,
} from '../model/reference-checkpoint.store.js';
import { modelNameOf } from '../model/sense-config.js';
import { MODEL_FILE, readSenseModel, type SenseModel } from '../model/sense-model.store.js';
import type { TrainSettings } from '../train-settings.js';

/** What a training starts from: a model of ours, a checkpoint of the reference, or an encoder in Hugging Face's layout. */
export type Start =
  | { readonly kind: 'model'; readonly model: SenseModel }
  | { readonly kind: 'reference'; readonly checkpoint: ReferenceCheckpoint }
  | { readonly kind: 'encoder'; readonly folder: string };

/**
 * @throws MedgraftError `medal.start` where it is a model of another kind or other senses, and as the readers
 */
export async function openStart(path: string, settings: TrainSettings, inventory: SenseInventory): Promise<Start> {
  const name = modelNameOf(settings.model);
  if (existsSync(path) && statSync(path).isFile()) {
    const checkpoint = await openReferenceCheckpoint(path, name);
    try {
      assertClasses(path, checkpoint.config, inventory.size);
    } catch (error) {
      await checkpoint.close();
      throw error;
    }
    return { kind: 'reference', checkpoint };
  }
  if (!existsSync(join(path, MODEL_FILE))) {
    if (name === 'electra') return { kind: 'encoder', folder: path };
    throw startError(path, `a run of medal.train, or a .pt or .tar of the reference`, 'a folder without medal.json');
  }
  const model = await readSenseModel(path, 'training');
  if (model.config.model !== name) throw startError(path, `a model of the kind ${name}`, model.config.model);
  if (!model.inventory.equals(inventory)) {
    throw startError(path, `the ${inventory.size} senses of the sample set`, `${model.inventory.size} others`);
  }
  return { kind: 'model', model };
}

/** Files that decide the start. */
export function filesOfStart(path: string): string[] {
  if (!existsSync(path) || statSync(path).isFile()) return [path];
  const beside = ['config.json', MODEL_FILE, 'mimic.json', 'vocab.txt', 'tokenizer_config.json'].map((name) =>
    join(path, name),
  );
  return [...filesOfWeights(path), ...beside.filter((file) => existsSync(file))];
}

function startError(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('conflict', 'medal.start', 'the training cannot start from this', { place, expected, got });
}
