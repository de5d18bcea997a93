import { type EncodedExample, hitRatio } from './encode-example.js';
import type { TaskExample, TaskPrediction } from './task-example.js';

/**
 * One line of `test-predictions.jsonl`: the truth, what the model says, and what of the graph the example has, so that
 * models can be compared example by example.
 */
export interface PredictionLine {
  readonly id: string;
  readonly group?: string;
  readonly label?: string;
  readonly entities?: TaskExample['entities'];
  readonly prediction: TaskPrediction;
  /** Whether a linked mention of the texts has neighbours, how many do, and the share of tokens in them. */
  readonly linked: boolean;
  readonly mentions: number;
  readonly hitRatio: number;
}

export function predictionLine(
  example: TaskExample,
  encoded: EncodedExample,
  prediction: TaskPrediction,
): PredictionLine {
  return {
    id: example.id,
    group: example.group,
    label: example.label,
    entities: example.entities,
    prediction,
    linked: encoded.mentions.length > 0,
    mentions: encoded.mentions.length,
    hitRatio: hitRatio(encoded),
  };
}
