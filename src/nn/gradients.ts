import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The value of a scalar function and its gradient by each named tensor, for use inside a program. A tensor that the
 * loss does not depend on is a programming error of the model and is named.
 */
export function lossAndGradients(
  loss: () => Scalar,
  wrt: Readonly<Record<string, Tensor>>,
): { loss: Scalar; gradients: Record<string, Tensor> } {
  const names = Object.keys(wrt);
  const tensors = names.map((name) => wrt[name]);
  const { value, grads } = tf.engine().gradients(loss, tensors, undefined, true);
  const gradients: Record<string, Tensor> = {};
  names.forEach((name, i) => {
    if (!grads[i]) throw new RangeError(`the loss does not depend on ${name}`);
    gradients[name] = grads[i];
  });
  return { loss: value as Scalar, gradients };
}
