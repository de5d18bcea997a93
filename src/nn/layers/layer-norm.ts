import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Layer normalisation over the last axis (Ba et al. 2016) with the compact gradient: only the normalised input and the
 * inverse deviation are kept. The mean is subtracted before squaring, so large means do not cancel.
 * @param x [rows, d]
 * @param scale [d]
 * @param shift [d]
 */
export function layerNorm(x: Tensor2D, scale: Tensor, shift: Tensor, epsilon: number): Tensor2D {
  const op = tf.customGrad((...args) => {
    const [input, gamma, beta, save] = args as unknown as [Tensor, Tensor, Tensor, tf.GradSaveFunc];
    const centred = tf.sub(input, tf.mean(input, 1, true));
    const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), 1, true), epsilon)); // [rows, 1]
    const normal = tf.mul(centred, inverse); // [rows, d]
    save([normal, inverse, gamma]);
    return { value: tf.add(tf.mul(normal, gamma), beta), gradFunc: layerNormGradient };
  });
  return op(x, scale, shift) as Tensor2D;
}

function layerNormGradient(dy: Tensor, saved: Tensor[]): Tensor[] {
  const [normal, inverse, gamma] = saved;
  const dNormal = tf.mul(dy, gamma);
  const along = tf.mean(tf.mul(dNormal, normal), 1, true);
  const dx = tf.mul(tf.sub(tf.sub(dNormal, tf.mean(dNormal, 1, true)), tf.mul(normal, along)), inverse);
  return [dx, tf.sum(tf.mul(dy, normal), 0), tf.sum(dy, 0)];
}
