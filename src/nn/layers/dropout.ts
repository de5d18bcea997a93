import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Inverted dropout (Srivastava et al. 2014) with a mask drawn outside the program.
 * @param keep bool, the shape of x; undefined drops nothing
 * @param rate share that is dropped
 */
export function dropout<T extends Tensor>(x: T, keep: Tensor | undefined, rate: number): T {
  if (keep === undefined || rate === 0) return x;
  return tf.mul(x, tf.mul(tf.cast(keep, 'float32'), 1 / (1 - rate)));
}
