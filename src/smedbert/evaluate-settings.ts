import { SameSetting, Setting } from '../settings/setting.js';
import { FinetuneSettings } from './finetune-settings.js';
import { TASK_NAMES } from './tasks/downstream-task.js';

/** What `smedbert.evaluate` scores beside the tasks that a model is fine-tuned for. */
export const MASKED = 'masked';
export const SIMILARITY = 'similarity';

export class EvaluateSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the knowledge graph.' })
  kg!: string;

  @Setting({ type: 'string', required: true, meaning: 'Name of the corpus that is linked to the graph.' })
  corpus!: string;

  @Setting({
    type: 'string',
    choices: [MASKED, ...TASK_NAMES, SIMILARITY],
    meaning:
      'masked: held-out text of the pre-training; similarity: which name means the same, without fine-tuning; else a fine-tuned task.',
  })
  task = MASKED;

  @Setting({ type: 'string', optional: true, path: 'data', meaning: 'Of a fine-tuned task: the file to be scored on.' })
  file?: string;

  @SameSetting(FinetuneSettings, 'format')
  format?: string;

  @SameSetting(FinetuneSettings, 'negatives')
  negatives = 4;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'Folder of the model: a run of smedbert.finetune or one of its seeds; for similarity a pre-training run or a Hugging Face folder. Not set: the newest one.',
  })
  model?: string;

  @Setting({ type: 'integer', minimum: 1, maximum: 100_000, meaning: 'Of masked: held-out batches, at most.' })
  evaluationBatches = 64;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    meaning: 'Of masked: samples whose attention is written out.',
  })
  examples = 5;

  @Setting({ type: 'integer', minimum: 1, maximum: 100_000, meaning: 'Of similarity: questions a set, at most.' })
  questions = 1000;

  @Setting({
    type: 'integer',
    minimum: 2,
    maximum: 100,
    meaning: 'Of similarity: names a question, the right one among them (paper: 20).',
  })
  candidates = 20;

  @Setting({
    type: 'string',
    choices: ['onnx', 'wasm', 'cpu'],
    meaning: 'The engine: onnx is fast, wasm and cpu are oracles and last resorts.',
  })
  engine = 'onnx';
}
