import type { Tensor, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { dropout } from '../../nn/layers/dropout.js';
import { layerNorm } from '../../nn/layers/layer-norm.js';
import type { DropoutMasks, Parameters } from '../../nn/transformer-encoder.js';
import type { RecurrentConfig } from './sense-config.js';

/**
 * Attention over the states of an LSTM (MeDAL, models/lstm_sa.py): a layer normalises the states, scores each pair by
 * tanh(x W x^T + b), and takes the softmax-weighted mean; there is no residual. Padding is not attended to.
 * Letters: B windows, S tokens, N = B S, D state width.
 */
const EPSILON = 1e-5;

/** Places of the keep-masks of the scores. */
export function attentionDropout(config: RecurrentConfig, b: number, s: number): Record<string, number[]> {
  if (config.dropout === 0) return {};
  return Object.fromEntries(
    Array.from({ length: config.attentionLayers }, (_, layer) => [`dropout.attentions.${layer}`, [b, s, s]]),
  );
}

/**
 * @param states [N, D]
 * @param attentionMask [B, S] 1 for a token, 0 for padding
 * @returns [N, D]
 */
export function attendStates(
  states: Tensor2D,
  attentionMask: Tensor,
  parameters: Parameters,
  config: RecurrentConfig,
  masks: DropoutMasks,
): Tensor2D {
  const [b, s] = attentionMask.shape;
  const padding = tf.reshape(tf.mul(tf.sub(1, attentionMask), -1e9), [b, 1, s]);
  let x = states;
  for (let layer = 0; layer < config.attentionLayers; layer++) {
    const name = `attentions.${layer}`;
    const normal = normalise(normalise(x, 'norm', parameters), `${name}.norm`, parameters); // [N, D]
    x = attend(normal, padding, parameters, name, masks[`dropout.${name}`], config.dropout);
  }
  return x;
}

function attend(
  x: Tensor2D,
  padding: Tensor,
  parameters: Parameters,
  name: string,
  keep: Tensor | undefined,
  rate: number,
): Tensor2D {
  const [n, d] = x.shape;
  const [b, , s] = padding.shape;
  const keys = tf.reshape(x, [b, s, d]) as Tensor3D;
  const queries = tf.reshape(tf.matMul(x, parameters[`${name}.W`] as Tensor2D), [b, s, d]) as Tensor3D;
  const products = dropout(tf.matMul(queries, keys, false, true), keep, rate); // [B, S, S]
  const scores = tf.tanh(tf.add(products, parameters[`${name}.bias`]));
  const weights = tf.softmax(tf.add(scores, padding)) as Tensor3D;
  return tf.reshape(tf.matMul(weights, keys), [n, d]);
}

function normalise(x: Tensor2D, name: string, parameters: Parameters): Tensor2D {
  return layerNorm(x, parameters[`${name}.weight`], parameters[`${name}.bias`], EPSILON);
}
