import type { BatchSequence } from '../../nn/length-buckets.js';
import type { TrainingBatch } from '../../nn/training-task.js';
import type { MaskedBatches } from './masked-batches.js';
import type { ReplacedTokenStep, StepResult } from './replaced-token-step.js';

/** A guess is right when no token is more probable than the true one; float32 noise is forgiven. */
const TIE = 1e-6;

/**
 * Figures on held-out segments, with the same masks and the same draws each time: `loss` (masked tokens + weight x replaced tokens),
 * `mlm` and `mlmAccuracy` of the generator; `rtd`, `rtdAccuracy`, `precision` and `recall` (of replaced tokens) of the
 * discriminator, and `majority`, the accuracy of calling every token original. A discriminator that calls none replaced has
 * precision 0.
 */
export async function evaluateReplacedTokens(
  step: ReplacedTokenStep,
  batches: MaskedBatches,
  sequence: BatchSequence,
  maximumBatches: number,
  weight: number,
): Promise<Record<string, number>> {
  const sums = { mlm: 0, rtd: 0, masked: 0, guessed: 0, tokens: 0, replaced: 0, called: 0, found: 0, right: 0 };
  const count = Math.min(maximumBatches, sequence.batchesPerEpoch);
  for (let number = 0; number < count; number++) {
    const batch = batches.collate(sequence.at(number));
    addBatch(sums, batch, await step.run(batch, number));
  }
  const { masked, guessed, tokens, replaced, called, found, right } = sums;
  const [mlm, rtd] = [sums.mlm / masked, sums.rtd / tokens];
  return {
    loss: mlm + weight * rtd,
    mlm,
    mlmAccuracy: guessed / masked,
    rtd,
    rtdAccuracy: right / tokens,
    majority: 1 - replaced / tokens,
    precision: called === 0 ? 0 : found / called,
    recall: replaced === 0 ? 0 : found / replaced,
    tokens,
  };
}

function addBatch(sums: Record<string, number>, batch: TrainingBatch, result: StepResult): void {
  const { maskedTokens, tokens } = batch.counts;
  const { attentionMask, maskedLabels } = batch.inputs;
  const { probabilities, scores, corrupted } = result;
  sums['masked'] += maskedTokens;
  sums['tokens'] += tokens;
  sums['mlm'] += result.mlm * maskedTokens;
  sums['rtd'] += result.rtd * tokens;
  sums['replaced'] += corrupted.count;
  const pieces = probabilities.length / maskedLabels.length;
  for (let place = 0; place < maskedTokens; place++) {
    const row = probabilities.subarray(place * pieces, (place + 1) * pieces);
    if (row[maskedLabels[place]] + TIE >= largest(row)) sums['guessed']++;
  }
  for (let position = 0; position < scores.length; position++) {
    if (attentionMask[position] === 0) continue;
    const isCalled = scores[position] > 0;
    const isReplaced = corrupted.replaced[position] === 1;
    if (isCalled) sums['called']++;
    if (isCalled && isReplaced) sums['found']++;
    if (isCalled === isReplaced) sums['right']++;
  }
}

function largest(values: Float32Array): number {
  let most = values[0];
  for (const value of values) if (value > most) most = value;
  return most;
}
