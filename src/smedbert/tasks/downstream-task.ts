import type { TaskHead } from '../model/task-heads.js';
import type { EncodedExample } from './encode-example.js';
import type { TaskExample, TaskPrediction } from './task-example.js';
import type { TaskFormat } from './task-format.js';

/** Names of the tasks that a model is fine-tuned for. */
export const TASK_NAMES = ['ner', 'relation', 'ranking', 'matching', 'nli', 'classification'] as const;
export type TaskName = (typeof TASK_NAMES)[number];

/**
 * A downstream task: how its files become examples, which head learns it, what its logits say, and which figures judge
 * it. Pure; files are read by read-examples.store.ts, and the training is the same for all (finetuning-task.ts).
 */
export interface DownstreamTask {
  readonly name: TaskName;
  /** For tables and model cards. */
  readonly title: string;
  readonly kind: TaskHead['kind'];
  /** The formats of its files, the project's own first. */
  readonly formats: readonly TaskFormat[];
  /** Shares from 0 to 1, more is better; the first one chooses the epoch and is the one to compare by. */
  readonly figures: readonly string[];
  /** Class Hugging Face opens the folder with; undefined: only the encoder. */
  readonly architecture: string | undefined;
  /** The labels of the training examples, in a fixed order. For `tokens` these are tags. */
  labelsOf(examples: readonly TaskExample[]): string[];
  /**
   * Numbers of the right labels: one a sample, or one a token of the sample for `tokens` (-1: the token is not judged).
   * @throws MedgraftError `task.label-unknown`
   */
  targetsOf(example: TaskExample, encoded: EncodedExample, labels: readonly string[]): Int32Array;
  /** @param logits [L], or [tokens, L] for `tokens` */
  decode(encoded: EncodedExample, logits: Float32Array, labels: readonly string[]): TaskPrediction;
  /** All of `figures`, and more to look at. */
  judge(
    examples: readonly TaskExample[],
    predictions: readonly TaskPrediction[],
    labels: readonly string[],
  ): Record<string, number>;
}
