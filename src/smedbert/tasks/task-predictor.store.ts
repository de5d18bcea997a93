import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import { assertIntact } from '../../runs/assert-intact.js';
import { bestSeedFolder, RESULTS_FILE } from './best-seed.store.js';
import type { DownstreamTask } from './downstream-task.js';
import { type EncodedExample, type ExampleEncoder, encodeExample } from './encode-example.js';
import { predictExamples } from './judge-model.js';
import type { TaskExample, TaskPrediction } from './task-example.js';
import { exampleEncoderOf, type OpenedTaskModel, openTaskModel, scoredModelOf } from './task-model.store.js';
import { questionOf, type TaskAnswer } from './task-question.js';
import { TaskScorer } from './task-scorer.js';

/** A fine-tuned model that answers questions, in batches. */
export class TaskPredictor {
  private readonly encoder: ExampleEncoder;
  private readonly scorer: TaskScorer;

  private constructor(
    private readonly model: OpenedTaskModel,
    engine: Engine,
  ) {
    this.encoder = exampleEncoderOf(model);
    this.scorer = new TaskScorer(scoredModelOf(model), engine, model.batches);
  }

  /**
   * @param folder a run of `smedbert.finetune` (its best seed), a folder of one seed, or a copy of one
   * @throws as `openTaskModel`
   */
  static async open(folder: string, threads: number, engine: Engine['name'] = 'onnx'): Promise<TaskPredictor> {
    await assertIntact(folder, [RESULTS_FILE]);
    const model = await openTaskModel(bestSeedFolder(folder));
    return new TaskPredictor(model, await createEngine(engine, threads));
  }

  get task(): DownstreamTask {
    return this.model.task;
  }

  /** @param place names the list in error messages @throws MedgraftError `task.record` */
  async predict(questions: readonly unknown[], place: string): Promise<TaskAnswer[]> {
    const { task } = this.model;
    return this.answer(questions.map((value, i) => questionOf(task, value, `${place}[${i}]`, String(i + 1))));
  }

  async answer(examples: readonly TaskExample[]): Promise<TaskAnswer[]> {
    const encoded = examples.map((example) => encodeExample(example, this.encoder));
    const predictions = await predictExamples(this.model, this.scorer, encoded);
    return examples.map((example, i) => answerOf(example, encoded[i], predictions[i], this.model.labels));
  }

  close(): Promise<void> {
    return this.scorer.dispose();
  }
}

function answerOf(
  { id, text }: TaskExample,
  { mentions }: EncodedExample,
  { label, probabilities, entities }: TaskPrediction,
  labels: readonly string[],
): TaskAnswer {
  const score = probabilities?.length === 1 ? probabilities[0] : undefined;
  const named =
    score === undefined ? probabilities?.map((value, i): [string, number] => [labels[i], value]) : undefined;
  return {
    id,
    ...(score === undefined && label !== undefined && { label }),
    ...(score !== undefined && { score }),
    ...(named && { probabilities: Object.fromEntries(named) }),
    ...(entities && {
      entities: entities.map(({ start, end, label: type }) => ({ start, end, type, text: text.slice(start, end) })),
    }),
    mentions: mentions.length,
  };
}
