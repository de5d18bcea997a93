import { readPretrainedEncoder } from '../../nn/model-weights.store.js';
import { ParameterStore } from '../../nn/parameter-store.js';
import type { StageInputs } from '../../runs/stage.js';
import type { FinetuneSettings } from '../finetune-settings.js';
import { readKnowledge } from '../model/model-folder.store.js';
import { taskParameterSpecs } from '../model/task-program.js';
import type { DownstreamTask, TaskName } from './downstream-task.js';
import { type EncodedExample, type ExampleEncoder, encodeExample } from './encode-example.js';
import { openEncoderModel } from './encoder-model.store.js';
import type { LabelledExamples } from './finetuning-task.js';
import { readExamples } from './readers/read-examples.store.js';
import { openStart } from './start-model.store.js';
import type { TaskExample } from './task-example.js';
import { exampleEncoderOf, headOf, type TaskModel } from './task-model.store.js';
import { TASKS } from './tasks.js';

/** Everything a fine-tuning is made of, but the weights of a seed. */
export interface Finetuning {
  readonly model: TaskModel;
  readonly encoder: ExampleEncoder;
  readonly training: LabelledExamples;
  readonly dev: JudgedExamples;
  /** Sizes, for people. */
  readonly note: string;
  /** Weights as they are before the first step, and what of the graph's part the start model does not have. */
  newStore(seed: number): Promise<{ store: ParameterStore; absent: readonly string[] }>;
}

/** Examples that a model is judged on. */
export interface JudgedExamples {
  readonly examples: readonly TaskExample[];
  readonly encoded: readonly EncodedExample[];
}

export async function openFinetuning(
  inputs: StageInputs,
  settings: FinetuneSettings,
  home: string,
): Promise<Finetuning> {
  const task = TASKS[settings.task as TaskName];
  const start = await openStart(settings.model, inputs, home);
  const training = await readExamples(settings.train, task, readingOf(settings, 'training'));
  const labels = task.labelsOf(training);
  const base = await openEncoderModel(start, settings);
  const model = { ...base.model, task, labels, head: headOf(task, labels) };
  const encoder = exampleEncoderOf(model);
  const encoded = training.map((example) => encodeExample(example, encoder));
  const targets = training.map((example, i) => task.targetsOf(example, encoded[i], labels));
  const dev = await openJudged(settings.dev, { task, labels, encoder }, settings);
  const specs = taskParameterSpecs(model.config, model.head, base.vectors);
  return {
    model,
    encoder,
    training: { encoded, targets },
    dev,
    note: sizes(model, encoded, dev.encoded),
    async newStore(seed) {
      const store = new ParameterStore(specs, seed);
      await readPretrainedEncoder(start.folder, store, HEAD_PARAMETERS);
      return { store, absent: await readKnowledge(start.folder, store) };
    },
  };
}

/** The head of whatever the folder was tuned for before is not of this task. */
const HEAD_PARAMETERS = ['classifier.weight', 'classifier.bias'];

/** Examples with their labels checked against those of the training file. */
export async function openJudged(
  path: string,
  { task, labels, encoder }: { task: DownstreamTask; labels: readonly string[]; encoder: ExampleEncoder },
  settings: Pick<FinetuneSettings, 'format' | 'negatives'>,
): Promise<JudgedExamples> {
  const examples = await readExamples(path, task, readingOf(settings, 'judging'));
  const encoded = examples.map((example) => encodeExample(example, encoder));
  examples.forEach((example, i) => void task.targetsOf(example, encoded[i], labels));
  return { examples, encoded };
}

function readingOf({ format, negatives }: Pick<FinetuneSettings, 'format' | 'negatives'>, use: 'training' | 'judging') {
  return { format, negatives, use };
}

function sizes(
  { labels, graphMode }: TaskModel,
  training: readonly EncodedExample[],
  dev: readonly EncodedExample[],
): string {
  const cut = [...training, ...dev].filter((example) => example.cut > 0).length;
  const linked = training.filter(({ mentions }) => mentions.length > 0).length;
  const parts = [
    `${training.length} training and ${dev.length} development examples`,
    `${labels.length} labels`,
    `graph ${graphMode}, ${linked} training examples with linked mentions`,
    ...(cut > 0 ? [`${cut} examples cut at the longest sample`] : []),
  ];
  return parts.join('; ');
}
