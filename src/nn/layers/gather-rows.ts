import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * Rows of x by number where no row is read twice, so that the gradient is a gather too and never a scatter.
 * @param x [N, d]
 * @param indices [P] int32, distinct; N reads a row of zeros
 * @param inverse [N] int32, where row n went in the result; P when it was not read
 * @returns [P, d]
 */
export function gatherRows(x: Tensor2D, indices: Tensor, inverse: Tensor): Tensor2D {
  const op = tf.customGrad((...args) => {
    const [input, save] = args as unknown as [Tensor2D, tf.GradSaveFunc];
    save([inverse]);
    const gradFunc = (dy: Tensor, saved: Tensor[]) => readRows(dy as Tensor2D, saved[0]);
    return { value: readRows(input, indices), gradFunc };
  });
  return op(x) as Tensor2D;
}

function readRows(x: Tensor2D, indices: Tensor): Tensor2D {
  return tf.gather(
    tf.pad(x, [
      [0, 1],
      [0, 0],
    ]),
    indices as tf.Tensor1D,
    0,
  ) as Tensor2D;
}
