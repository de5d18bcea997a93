import { throwIfCancelled } from '../../base/errors.js';
import type { DownstreamTask } from './downstream-task.js';
import type { EncodedExample } from './encode-example.js';
import type { TaskExample, TaskPrediction } from './task-example.js';
import type { TaskScorer } from './task-scorer.js';

/** What a model says of examples, and how well it does. */
export interface Judgement {
  readonly predictions: readonly TaskPrediction[];
  readonly figures: Record<string, number>;
}

export async function predictExamples(
  { task, labels }: { task: DownstreamTask; labels: readonly string[] },
  scorer: TaskScorer,
  encoded: readonly EncodedExample[],
  signal?: AbortSignal,
): Promise<TaskPrediction[]> {
  const rows = await scorer.rows(encoded, signal);
  return encoded.map((example, i) => task.decode(example, rows[i], labels));
}

export async function judgeModel(
  model: { task: DownstreamTask; labels: readonly string[] },
  scorer: TaskScorer,
  { examples, encoded }: { examples: readonly TaskExample[]; encoded: readonly EncodedExample[] },
  signal: AbortSignal,
): Promise<Judgement> {
  throwIfCancelled(signal);
  const predictions = await predictExamples(model, scorer, encoded, signal);
  return { predictions, figures: model.task.judge(examples, predictions, model.labels) };
}
