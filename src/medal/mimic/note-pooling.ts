import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { dropout } from '../../nn/layers/dropout.js';
import type { ParameterSpec } from '../../nn/parameter-store.js';
import type { DropoutMasks, Parameters } from '../../nn/transformer-encoder.js';
import { stateWidth } from '../model/sense-config.js';
import { type NoteConfig, type NoteShape, scoreDropout } from './note-config.js';

/**
 * One state of a note from those of its tokens: the maximum over time (`lstm`), or the mean that a learned query weighs by
 * softmax(tanh(q W k^T + b)) (`lstm-sa`, `electra`). Padding never counts.
 * Letters: B notes, S tokens, N = B S, D state width.
 */
const QUERY = 'cls_query';
const ATTENTION = 'cls_att';
/** What the maximum, and the softmax, see of padding. */
const NOTHING = -1e9;

export function poolingSpecs(config: NoteConfig): ParameterSpec[] {
  const d = stateWidth(config);
  if (config.model === 'lstm') return [];
  const common = { decay: false, trainable: true };
  return [
    { ...common, name: QUERY, shape: [1, d], initial: { kind: 'normal', deviation: 1 } },
    {
      ...common,
      name: `${ATTENTION}.W`,
      shape: [d, d],
      initial: { kind: 'uniform', bound: 1 / Math.sqrt(d) },
      decay: true,
    },
    { ...common, name: `${ATTENTION}.bias`, shape: [1], initial: { kind: 'zeros' } },
  ];
}

/** Places of the keep-masks. */
export function poolingDropout(config: NoteConfig, { samples, tokens }: NoteShape): Record<string, number[]> {
  if (config.model === 'lstm') return config.headDropout === 0 ? {} : { [POOLED]: [samples, stateWidth(config)] };
  return scoreDropout(config) === 0 ? {} : { [SCORES]: [samples, tokens] };
}

export const POOLED = 'dropout.pooled';
export const SCORES = 'dropout.scores';

/**
 * @param states [N, D]
 * @param attentionMask [B, S] 1 for a token, 0 for padding
 * @returns [B, D]
 */
export function poolStates(
  states: Tensor2D,
  attentionMask: Tensor,
  parameters: Parameters,
  config: NoteConfig,
  masks: DropoutMasks,
): Tensor2D {
  const padding = tf.mul(tf.sub(1, attentionMask), NOTHING) as Tensor2D; // [B, S]
  if (config.model !== 'lstm') return byQuery(states, padding, parameters, masks[SCORES], scoreDropout(config));
  return dropout(maximumOverTime(states, padding), masks[POOLED], config.headDropout);
}

function maximumOverTime(states: Tensor2D, padding: Tensor2D): Tensor2D {
  const [b, s] = padding.shape;
  const d = states.shape[1];
  const sequence = tf.reshape(states, [b, s, d]);
  return tf.max(tf.add(sequence, tf.reshape(padding, [b, s, 1])), 1) as Tensor2D;
}

function byQuery(
  states: Tensor2D,
  padding: Tensor2D,
  parameters: Parameters,
  keep: Tensor | undefined,
  rate: number,
): Tensor2D {
  const [b, s] = padding.shape;
  const d = states.shape[1];
  const query = tf.matMul(parameters[QUERY] as Tensor2D, parameters[`${ATTENTION}.W`] as Tensor2D); // [1, D]
  const products = tf.reshape(tf.matMul(states, query, false, true), [b, s]);
  const scores = tf.tanh(tf.add(dropout(products, keep, rate), parameters[`${ATTENTION}.bias`]));
  const weights = tf.reshape(tf.softmax(tf.add(scores, padding)), [b, 1, s]) as Tensor3D;
  return tf.reshape(tf.matMul(weights, tf.reshape(states, [b, s, d]) as Tensor3D), [b, d]);
}
