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
 * The weighted mean of the cross-entropy, with the compact gradient (p - y) w / sum w.
 * @param logits [P, V]
 * @param labels [P] int32
 * @param weights [P] 0 for padding; when all are 0 the loss is 0
 */
export function softmaxCrossEntropy(logits: Tensor2D, labels: Tensor, weights: Tensor): Scalar {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor2D, tf.GradSaveFunc];
    const share = tf.div(weights, tf.maximum(tf.sum(weights), 1)); // [P]
    const logProbabilities = tf.logSoftmax(input) as Tensor2D;
    save([logProbabilities, share, labels]);
    const value = tf.neg(tf.sum(tf.mul(pickLabels(logProbabilities, labels), share)));
    return { value, gradFunc: crossEntropyGradient };
  });
  return op(logits) as Scalar;
}

function crossEntropyGradient(dy: Tensor, saved: Tensor[]): Tensor {
  const [logProbabilities, share, labels] = saved;
  const [rows, classes] = logProbabilities.shape;
  const truth = tf.cast(tf.oneHot(labels as Tensor1D, classes), 'float32');
  const scale = tf.reshape(tf.mul(share, dy), [rows, 1]);
  return tf.mul(tf.sub(tf.exp(logProbabilities), truth), scale);
}

/** [P, V], [P] -> [P] */
function pickLabels(values: Tensor2D, labels: Tensor): Tensor1D {
  const [rows, classes] = values.shape;
  const places = tf.add(tf.mul(tf.range(0, rows, 1, 'int32'), tf.scalar(classes, 'int32')), labels) as Tensor1D;
  return tf.gather(tf.reshape(values, [rows * classes]), places) as Tensor1D;
}
