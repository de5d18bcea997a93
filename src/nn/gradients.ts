import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * The parts of a loss and the gradient of their `total` by each named tensor, for use inside a program; what else was computed on
 * the way may stand among the parts. A tensor that the total does not depend on is a programming error of the model, and is named.
 */
export function lossAndGradients(
  loss: () => { total: Scalar } & Record<string, Tensor | undefined>,
  wrt: Readonly<Record<string, Tensor>>,
): { losses: Record<string, Tensor>; gradients: Record<string, Tensor> } {
  const names = Object.keys(wrt);
  const parts: Record<string, Tensor> = {};
  const forward = () => {
    const values = loss();
    // The scope of the gradient ends with its tensors disposed: what is shown outside has to be kept.
    for (const [name, value] of Object.entries(values)) if (value) parts[name] = tf.keep(value);
    return values.total;
  };
  const { grads } = tf.engine().gradients(
    forward,
    names.map((name) => wrt[name]),
    undefined,
    true,
  );
  const gradients: Record<string, Tensor> = {};
  names.forEach((name, i) => {
    if (!grads[i]) throw new RangeError(`the loss does not depend on ${name}`);
    gradients[name] = grads[i];
  });
  const losses: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(parts)) losses[name] = tf.clone(value);
  // Two names may stand for one tensor.
  for (const value of new Set(Object.values(parts))) value.dispose();
  return { losses, gradients };
}
