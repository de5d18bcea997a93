import { join } from 'node:path';
import { writeFile } from '../../formats/byte-sink.js';
import { writeTokenizerFiles } from '../../formats/hugging-face-tokenizer.js';
import { writeSafetensors } from '../../formats/safetensors.js';
import { openWeights } from '../../formats/weight-folder.js';
import { type ModelKind, toHuggingFace } from '../../nn/hugging-face-config.js';
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
  const tensors = store.names().map((name) => ({ name, shape: store.spec(name).shape, data: store.value(name) }));
  await writeFile(join(folder, 'model.safetensors'), (sink) => writeSafetensors(sink, tensors, { format: 'pt' }));
  await writeText(folder, 'config.json', json(toHuggingFace(config.encoder, kind)));
  await writeText(folder, 'knowledge.json', json(config.knowledge));
  await writeText(folder, 'vocab.txt', vocabulary);
  const pieces = vocabulary.split(/\r?\n/).filter((line, i, all) => i < all.length - 1 || line);
  await writeTokenizerFiles(folder, pieces, { lowerCase, maximumTokens: config.encoder.maximumPositions });
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

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

async function writeText(folder: string, name: string, text: string): Promise<void> {
  await writeFile(join(folder, name), (sink) => sink.write(new TextEncoder().encode(text)));
}
