import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The weighted mean of the binary cross-entropy of logits, log(1 + exp x) - x y, with the compact gradient
 * (sigmoid x - y) w / sum w: nothing overflows, and nothing but two tensors is kept.
 * @param logits any shape
 * @param labels of the same shape, between 0 and 1
 * @param weights of the same shape, 0 for padding; when all are 0 the loss is 0
 */
export function sigmoidCrossEntropy(logits: Tensor, labels: Tensor, weights: Tensor): Scalar {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor, tf.GradSaveFunc];
    const share = tf.div(weights, tf.maximum(tf.sum(weights), 1));
    save([tf.sub(tf.sigmoid(input), labels), share]);
    const losses = tf.sub(tf.softplus(input), tf.mul(input, labels));
    return { value: tf.sum(tf.mul(losses, share)), gradFunc: difference };
  });
  return op(logits) as Scalar;
}

function difference(dy: Tensor, saved: Tensor[]): Tensor {
  const [distance, share] = saved;
  return tf.mul(distance, tf.mul(share, dy));
}
