import { MedgraftError } from '../base/errors.js';
import { Setting } from '../settings/setting.js';
import { TASK_NAMES } from './tasks/downstream-task.js';
import { FORMAT_NAMES } from './tasks/tasks.js';

/** Settings of `smedbert.finetune`. Defaults follow the paper's recipe (shared by its downstream tasks). */
export class FinetuneSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the knowledge graph.' })
  kg!: string;

  @Setting({ type: 'string', required: true, meaning: 'Name of the corpus that is linked to the graph.' })
  corpus!: string;

  @Setting({
    type: 'string',
    required: true,
    choices: TASK_NAMES,
    meaning:
      'What is learned: entities, relations of two spans, ranked answers, matched questions, inference, classes.',
  })
  task!: string;

  @Setting({ type: 'string', required: true, path: 'data', meaning: 'File of training examples.' })
  train!: string;

  @Setting({
    type: 'string',
    required: true,
    path: 'data',
    meaning: 'File of development examples: the epoch and the best seed are chosen on it.',
  })
  dev!: string;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning: 'File of test examples: read once, after the last seed. Without it there are figures of dev only.',
  })
  test?: string;

  @Setting({
    type: 'string',
    optional: true,
    choices: FORMAT_NAMES,
    meaning: 'Format of the three files (docs/tasks.md); found out from the first row where it is not given.',
  })
  format?: string;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'Folder to start from: a pre-training run or a Hugging Face folder. Not set: the newest smedbert.pretrain of kg and corpus.',
  })
  model?: string;

  @Setting({
    type: 'string',
    optional: true,
    choices: ['on', 'shuffled', 'off'],
    meaning:
      'Infuse the neighbours of every linked mention; those of other entities, as a control; or nothing. Not set: as the model was pre-trained.',
  })
  graph?: string;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    meaning: 'Epochs at most (paper: 2 to 4); the best one is kept.',
  })
  epochs = 4;

  @Setting({ type: 'number', minimum: 1e-8, maximum: 1, meaning: 'Peak learning rate (paper: 2e-5, 4e-5 or 6e-5).' })
  learningRate = 5e-5;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Examples a step (paper: 8 or 16).' })
  batchSize = 16;

  @Setting({
    type: 'integer',
    minimum: 8,
    maximum: 4096,
    meaning:
      'Longest sample in tokens, special ones included, within the positions of the model; longer texts are cut.',
  })
  maximumTokens = 256;

  @Setting({ type: 'integer', minimum: 1, maximum: 512, meaning: 'Length buckets end at multiples of so many tokens.' })
  bucketTokens = 32;

  @Setting({ type: 'number', minimum: 0, maximum: 1, meaning: 'Share of the steps that warm up; then linear decay.' })
  warmup = 0.1;

  @Setting({ type: 'number', minimum: 0, maximum: 1, meaning: 'Weight decay of AdamW; none on bias and LayerNorm.' })
  weightDecay = 0.01;

  @Setting({ type: 'number', minimum: 0, maximum: 1000, meaning: 'Gradients are scaled to this norm at most; 0: not.' })
  clipNorm = 1;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    meaning: 'Wrong answers a right one in training (ranking), and unrelated pairs a relation (relation, chip-re).',
  })
  negatives = 4;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 1000,
    meaning: 'Epochs without a better figure of dev before a seed stops; 0 goes through all epochs.',
  })
  patience = 0;

  @Setting({ type: 'strings', meaning: 'A training for each of these seeds (paper: 5); means are over them.' })
  seeds: string[] = ['1', '2', '3', '4', '5'];

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 10_000_000,
    cosmetic: true,
    meaning: 'Steps between checkpoints, besides those of the best epochs; 0: only these.',
  })
  saveEvery = 200;

  @Setting({
    type: 'string',
    choices: ['onnx', 'wasm', 'cpu'],
    meaning: 'The engine: onnx is fast, wasm and cpu are oracles and last resorts.',
  })
  engine = 'onnx';
}

/** The seeds as numbers. @throws MedgraftError `settings.invalid` */
export function seedsOf({ seeds }: Pick<FinetuneSettings, 'seeds'>): number[] {
  const numbers = seeds.flatMap((text) => text.split(',')).map(Number);
  const good = numbers.every((seed) => Number.isSafeInteger(seed) && seed >= 0);
  if (good && numbers.length > 0 && new Set(numbers).size === numbers.length) return numbers;
  throw new MedgraftError('input', 'settings.invalid', 'these are no seeds', {
    place: 'seeds',
    expected: 'distinct whole numbers from 0',
    got: seeds.join(' '),
  });
}
