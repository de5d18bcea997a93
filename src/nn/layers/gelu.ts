import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

const INVERSE_SQRT_2 = Math.SQRT1_2;
const INVERSE_SQRT_PI = 1 / Math.sqrt(Math.PI);

/** GELU by the error function (Hendrycks and Gimpel 2016): x Phi(x). Keeps u = x / sqrt(2) and Phi(x) for the gradient. */
export function gelu<T extends Tensor>(x: T): T {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor, tf.GradSaveFunc];
    const u = tf.mul(input, INVERSE_SQRT_2);
    const phi = tf.mul(tf.add(tf.erf(u), 1), 0.5);
    save([u, phi]);
    return { value: tf.mul(input, phi), gradFunc: geluGradient };
  });
  return op(x) as T;
}

/** d(x Phi(x)) = Phi(x) + x phi(x), and x phi(x) = u / exp(u^2) / sqrt(pi); an overflow of exp gives the right 0. */
function geluGradient(dy: Tensor, saved: Tensor[]): Tensor {
  const [u, phi] = saved;
  const slope = tf.mul(tf.div(u, tf.exp(tf.square(u))), INVERSE_SQRT_PI);
  return tf.mul(dy, tf.add(phi, slope));
}
