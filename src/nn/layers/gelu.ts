import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

const INVERSE_SQRT_2 = Math.SQRT1_2;
const INVERSE_SQRT_2_PI = 1 / Math.sqrt(2 * Math.PI);

/** GELU by the error function (Hendrycks and Gimpel 2016): x Phi(x). Keeps x and Phi(x) for the gradient. */
export function gelu<T extends Tensor>(x: T): T {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor, tf.GradSaveFunc];
    const phi = tf.mul(tf.add(tf.erf(tf.mul(input, INVERSE_SQRT_2)), 1), 0.5);
    save([input, phi]);
    return { value: tf.mul(input, phi), gradFunc: geluGradient };
  });
  return op(x) as T;
}

/** d(x Phi(x)) = Phi(x) + x phi(x). */
function geluGradient(dy: Tensor, saved: Tensor[]): Tensor {
  const [input, phi] = saved;
  const density = tf.mul(tf.exp(tf.mul(tf.square(input), -0.5)), INVERSE_SQRT_2_PI);
  return tf.mul(dy, tf.add(phi, tf.mul(input, density)));
}
