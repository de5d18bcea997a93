import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Signature } from '../../engine/engine.js';
import { linear } from '../../nn/layers/linear.js';
import { softmaxCrossEntropy } from '../../nn/layers/softmax-cross-entropy.js';
import type { LookupPlan } from '../../nn/training-task.js';
import type { Parameters } from '../../nn/transformer-encoder.js';
import { headName, type SenseConfig, type SenseShape, stateWidth } from './sense-config.js';
import { CUE_WEIGHTS, CUES } from './text-cues.js';

/**
 * The classifier over senses, and what it learns from. `all`: cross-entropy over the C senses, as the reference. `candidates`:
 * over the senses of the abbreviation at that place; only the classifier's rows of the batch's U candidates are read.
 */
export const SENSE_LOSSES = ['candidates', 'all', 'both'] as const;
export type SenseLoss = (typeof SENSE_LOSSES)[number];

const LOOKED_UP = ['candidateRows', 'candidateBias'] as const;

/** Rows of the classifier by the list `candidates` of a batch. */
export function headLookups(config: SenseConfig, loss: SenseLoss): Record<string, LookupPlan> {
  if (loss === 'all') return {};
  const name = headName(config);
  return {
    candidateRows: { table: `${name}.weight`, ids: 'candidates' },
    candidateBias: { table: `${name}.bias`, ids: 'candidates' },
  };
}

export function headSignature(config: SenseConfig, loss: SenseLoss, { places, candidates }: SenseShape): Signature {
  return {
    placeWeights: { shape: [places], dtype: 'float32' },
    ...(loss !== 'candidates' && { labels: { shape: [places], dtype: 'int32' } }),
    ...(loss !== 'all' && {
      candidateLabels: { shape: [places], dtype: 'int32' },
      candidateMask: { shape: [places, candidates], dtype: 'float32' },
      candidateRows: { shape: [candidates, stateWidth(config)], dtype: 'float32' },
      candidateBias: { shape: [candidates], dtype: 'float32' },
    }),
    ...(loss !== 'all' &&
      config.cues && { candidateCues: { shape: [CUES, places * candidates], dtype: 'float32' as const } }),
  };
}

/** Inputs whose gradients are asked for, besides parameters and states. */
export function headDifferentiated(loss: SenseLoss): readonly string[] {
  return loss === 'all' ? [] : LOOKED_UP;
}

/** @param states [Q, D] @returns [Q, C] */
export function senseLogits(states: Tensor2D, parameters: Parameters, config: SenseConfig): Tensor2D {
  const name = headName(config);
  return linear(states, parameters[`${name}.weight`], parameters[`${name}.bias`]);
}

/** Means over the places of weight 1; `total` is the sum of both where both are asked for. */
export function senseLosses(
  states: Tensor2D,
  inputs: Parameters,
  config: SenseConfig,
  loss: SenseLoss,
): { total: Scalar } & Record<string, Scalar> {
  const weights = inputs['placeWeights'];
  const ofAll = () => softmaxCrossEntropy(senseLogits(states, inputs, config), inputs['labels'], weights);
  const ofCandidates = () => {
    const logits = withCues(linear(states, inputs['candidateRows'], inputs['candidateBias']), inputs, config); // [Q, U]
    return softmaxCrossEntropy(masked(logits, inputs['candidateMask']), inputs['candidateLabels'], weights);
  };
  if (loss === 'all') return { total: ofAll() };
  if (loss === 'candidates') return { total: ofCandidates() };
  const [all, candidates] = [ofAll(), ofCandidates()];
  return { total: tf.add(all, candidates), all, candidates };
}

/** Cues [2, Q U] weighed into the logits of candidates. */
function withCues(logits: Tensor2D, inputs: Parameters, { cues }: SenseConfig): Tensor2D {
  if (!cues) return logits;
  const weights = tf.reshape(inputs[CUE_WEIGHTS], [1, CUES]) as Tensor2D;
  return tf.add(logits, tf.reshape(tf.matMul(weights, inputs['candidateCues'] as Tensor2D), logits.shape));
}

/** Logits of what is nobody's candidate here are out of the race. */
function masked(logits: Tensor2D, mask: Tensor): Tensor2D {
  return tf.add(logits, tf.mul(tf.sub(1, mask), -1e9));
}
