import { join } from 'node:path';
import { openWeights } from '../../formats/weight-folder.js';
import { type ModelKind, toHuggingFace } from '../../nn/hugging-face-config.js';
import { writeJson, writeModelFiles } from '../../nn/hugging-face-folder.store.js';
import { mismatch, readObject } from '../../nn/model-weights.store.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { KnowledgeConfig } from './smedbert-config.js';
import type { SmedbertConfig } from './smedbert-model.js';

/**
 * A model folder as Hugging Face users know it: `config.json` (BertForPreTraining), `model.safetensors` with the encoder
 * by its usual names and the knowledge part as extra tensors, `knowledge.json`, `vocab.txt` and the tokenizer's files.
 * @param lowerCase how the text was cut that the model read
 */
export async function writeModelFolder(
  folder: string,
  store: ParameterStore,
  config: SmedbertConfig,
  vocabulary: string,
  lowerCase = true,
  kind?: ModelKind,
): Promise<void> {
  const { encoder, knowledge } = config;
  await writeModelFiles(folder, {
    config: toHuggingFace(encoder, kind),
    parameters: store,
    vocabulary,
    lowerCase,
    maximumTokens: encoder.maximumPositions,
  });
  await writeJson(folder, 'knowledge.json', knowledge);
}

/**
 * The graph's part from a folder that has one. Returns the parameters that it does not have; they stay as they are.
 * @throws as `readPretrainedEncoder`
 */
export async function readKnowledge(folder: string, store: ParameterStore): Promise<string[]> {
  const file = await openWeights(folder);
  const names = store.names().filter((name) => name.startsWith('knowledge.'));
  try {
    for (const name of names) {
      const found = file.tensors.get(name)?.shape;
      if (found === undefined) continue;
      const { shape } = store.spec(name);
      if (found.join() !== shape.join()) throw mismatch(file.place, name, shape, found);
      await file.float32(name, store.value(name));
    }
    return names.filter((name) => !file.tensors.has(name));
  } finally {
    await file.close();
  }
}

export async function readKnowledgeConfig(folder: string): Promise<KnowledgeConfig> {
  return (await readObject(join(folder, 'knowledge.json'))) as unknown as KnowledgeConfig;
}
