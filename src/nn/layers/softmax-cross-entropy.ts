import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Cross-entropy of integer labels, without one-hot vectors in the loss: log-softmax and a gather.
 * @param logits [P, V]
 * @param labels [P] int32
 * @returns [P] -log p(label)
 */
export function tokenLosses(logits: Tensor2D, labels: Tensor): { losses: Tensor1D; logProbabilities: Tensor2D } {
  const logProbabilities = tf.logSoftmax(logits) as Tensor2D;
  return { losses: tf.neg(pickLabels(logProbabilities, labels)), logProbabilities };
}

/**
 * The weighted mean of the cross-entropy, with the compact gradient (p - y) w / sum w. The log of the normaliser is
 * max x - log max p, since p = exp(x - log Z) and the largest p is at least 1 / V: one softmax serves both ways, and
 * the labels are subtracted in place, so nothing of the size of the logits is made but p and the gradient.
 * @param logits [P, V]
 * @param labels [P] int32
 * @param weights [P] 0 for padding; when all are 0 the loss is 0
 */
export function softmaxCrossEntropy(logits: Tensor2D, labels: Tensor, weights: Tensor): Scalar {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor2D, tf.GradSaveFunc];
    const share = tf.div(weights, tf.maximum(tf.sum(weights), 1)); // [P]
    const probabilities = tf.softmax(input); // [P, V]
    const places = tf.stack([tf.range(0, input.shape[0], 1, 'int32'), labels], 1); // [P, 2]
    const logNormaliser = tf.sub(tf.max(input, 1), tf.log(tf.max(probabilities, 1))); // [P]
    const losses = tf.sub(logNormaliser, tf.gatherND(input, places)); // [P]
    save([probabilities, share, places]);
    return { value: tf.sum(tf.mul(losses, share)), gradFunc: crossEntropyGradient };
  });
  return op(logits) as Scalar;
}

function crossEntropyGradient(dy: Tensor, saved: Tensor[]): Tensor {
  const [probabilities, share, places] = saved;
  const scale = tf.mul(share, dy); // [P]
  const truths = tf.mul(tf.sub(tf.gatherND(probabilities, places), 1), scale); // [P]
  return tf.tensorScatterUpdate(tf.mul(probabilities, tf.expandDims(scale, 1)), places, truths);
}

/** [P, V], [P] -> [P] */
function pickLabels(values: Tensor2D, labels: Tensor): Tensor1D {
  const [rows, classes] = values.shape;
  const places = tf.add(tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(classes, 'int32')), labels) as Tensor1D;
  return tf.gather(tf.reshape(values, [rows * classes]), places) as Tensor1D;
}
