import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** The same values, with no gradient behind them. */
export function stopGradient<T extends Tensor>(x: T): T {
  const op = tf.customGrad((...args) => {
    const [input] = args as unknown as [Tensor];
    return { value: tf.add(input, 0), gradFunc: (dy: Tensor) => tf.zerosLike(dy) };
  });
  return op(x) as T;
}
