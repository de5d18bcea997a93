/**
 * `smedbert.export`: a model for other programs, from a run, a fine-tuned model, or any folder of Hugging Face's layout: a plain
 * folder of that layout, or one ONNX file with the words looked up inside and any batch and length.
 */
import { existsSync } from 'node:fs';
import { copyFile, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { throwIfCancelled } from '../base/errors.js';
import { writeTokenizerFiles } from '../formats/hugging-face-tokenizer.js';
import { readVocabulary } from '../formats/vocabulary.js';
import { filesOfWeights } from '../formats/weight-folder.js';
import { readEncoderConfig } from '../nn/model-weights.store.js';
import { assertIntact } from '../runs/assert-intact.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { writePlainWeights } from './serving/plain-weights.store.js';
import { writeServingModel } from './serving/serving-model.store.js';
import { bestSeedFolder, RESULTS_FILE } from './tasks/best-seed.store.js';

const FORMATS = ['huggingface', 'onnx'] as const;

export class ExportModelSettings {
  @Setting({
    type: 'string',
    required: true,
    path: 'data',
    meaning:
      'Folder of a pre-training run, of a fine-tuning (its best seed) or one of its seeds, or of any BERT in the layout of Hugging Face.',
  })
  model!: string;

  @Setting({
    type: 'string',
    choices: FORMATS,
    meaning: 'huggingface: config.json, model.safetensors and the tokenizer; onnx: model.onnx in place of the weights.',
  })
  format: (typeof FORMATS)[number] = 'huggingface';

  @Setting({ type: 'boolean', meaning: 'huggingface: keep the knowledge part, too, as extra tensors.' })
  knowledge = false;
}

/** What lies beside the weights and says how they are used. */
const SMALL_FILES = [
  'config.json',
  'vocab.txt',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'task.json',
] as const;
const KNOWLEDGE_FILE = 'knowledge.json';

async function* run(
  { model: named, format, knowledge }: ExportModelSettings,
  _inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  await assertIntact(named, [RESULTS_FILE]);
  const model = bestSeedFolder(named);
  const small = [...SMALL_FILES, ...(knowledge ? [KNOWLEDGE_FILE] : [])];
  await assertIntact(model, [...small, KNOWLEDGE_FILE, 'model.safetensors']);
  const encoder = await readEncoderConfig(model);
  yield* warnings(model, format, knowledge);
  for (const name of small) if (existsSync(join(model, name))) await copyFile(join(model, name), join(folder, name));
  await completeTokenizer(folder, encoder.maximumPositions);
  throwIfCancelled(signal);
  if (format === 'onnx') {
    const { head, hasPooler } = await writeServingModel(model, folder, await architectureOf(model));
    const outputs = ['last_hidden_state', ...(hasPooler ? ['pooler_output'] : []), ...(head ? ['logits'] : [])];
    return { format, layers: encoder.layers, outputs: outputs.join(', '), head: head?.kind ?? 'none' };
  }
  const { tensors, parameters } = await writePlainWeights(model, folder, knowledge);
  return { format, layers: encoder.layers, tensors, parameters };
}

async function* warnings(model: string, format: string, knowledge: boolean): AsyncGenerator<StageEvent> {
  const task = join(model, 'task.json');
  const graph = existsSync(task) ? (JSON.parse(await readFile(task, 'utf8')) as { graph?: unknown }).graph : 'off';
  if (graph !== undefined && graph !== 'off' && !knowledge) {
    const message =
      'the model was tuned with the graph, and without it gives other answers: what is written has no graph';
    yield { kind: 'warning', message, place: task };
  }
  if (format === 'onnx' && existsSync(join(model, KNOWLEDGE_FILE))) {
    yield { kind: 'note', message: 'the encoder is written as a plain BERT: its knowledge part stays in the folder' };
  }
}

/** `BertForTokenClassification`, for example; empty where config.json says none. */
async function architectureOf(model: string): Promise<string> {
  const { architectures } = JSON.parse(await readFile(join(model, 'config.json'), 'utf8')) as {
    architectures?: unknown;
  };
  return Array.isArray(architectures) ? String(architectures[0]) : '';
}

/** Older folders have vocab.txt alone. */
async function completeTokenizer(folder: string, maximumTokens: number): Promise<void> {
  const vocabulary = join(folder, 'vocab.txt');
  if (!existsSync(vocabulary) || existsSync(join(folder, 'tokenizer.json'))) return;
  const path = join(folder, 'tokenizer_config.json');
  const known = existsSync(path) ? (JSON.parse(await readFile(path, 'utf8')) as { do_lower_case?: unknown }) : {};
  const { tokens } = await readVocabulary(vocabulary);
  await writeTokenizerFiles(folder, tokens, { lowerCase: known.do_lower_case !== false, maximumTokens });
}

function filesOfFolder(model: string): string[] {
  const small = [...SMALL_FILES, KNOWLEDGE_FILE].map((name) => join(model, name)).filter((path) => existsSync(path));
  return [...small, ...filesOfWeights(model)];
}

export const exportModel: Stage<ExportModelSettings> = {
  name: 'smedbert.export',
  summary: 'Write a model for other programs: a plain Hugging Face folder, or ONNX for serving.',
  version: 1,
  kind: 'artefact',
  settings: ExportModelSettings,
  labels: ['format'],
  needs: {},
  sources: ({ model }) => filesOfFolder(bestSeedFolder(model)),
  run,
};
