import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { dropout } from './dropout.js';

/**
 * Scaled dot-product attention (Vaswani et al. 2017) with the compact gradient: the softmax's backward sum over keys
 * equals rowsum(dO * O), so the products of probabilities and their gradients are never summed at full size.
 * @param q, k, v [B, H, S, D]
 * @param mask [B, 1, 1, S] or [B, 1, S, S], added to the scores
 * @param keep [B, H, S, S] bool dropout mask of the probabilities, or undefined
 * @returns [B, H, S, D]
 */
export function attention(
  q: Tensor,
  k: Tensor,
  v: Tensor,
  mask: Tensor,
  keep: Tensor | undefined,
  rate: number,
): Tensor {
  const scale = 1 / Math.sqrt(q.shape[3] as number);
  const op = tf.customGrad((...args) => {
    const [query, key, value, save] = args as unknown as [Tensor, Tensor, Tensor, tf.GradSaveFunc];
    const scaled = tf.mul(query, scale); // here and not at the scores, which are S / D times as many
    const scores = tf.add(tf.matMul(scaled, key, false, true), mask);
    const probabilities = tf.softmax(scores);
    const output = tf.matMul(dropout(probabilities, keep, rate), value);
    save(keep ? [scaled, key, value, probabilities, output, keep] : [scaled, key, value, probabilities, output]);
    return { value: output, gradFunc: (dy: Tensor, saved: Tensor[]) => attentionGradient(dy, saved, scale, rate) };
  });
  return op(q, k, v);
}

function attentionGradient(dy: Tensor, saved: Tensor[], scale: number, rate: number): Tensor[] {
  const [scaled, key, value, probabilities, output, keep] = saved;
  const dValue = tf.matMul(dropout(probabilities, keep, rate), dy, true, false);
  const dProbabilities = dropout(tf.matMul(dy, value, false, true), keep, rate);
  const along = tf.sum(tf.mul(dy, output), 3, true); // [B, H, S, 1]
  const dScores = tf.mul(probabilities, tf.sub(dProbabilities, along));
  return [tf.mul(tf.matMul(dScores, key), scale), tf.matMul(dScores, scaled, true, false), dValue];
}
