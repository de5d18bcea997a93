import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/**
 * y = x W^T + b with the weight as Hugging Face keeps it.
 * @param x [rows, in]: flatten before, the gradient of a 3-D by 2-D product would not be summed over the batch
 * @param weight [out, in]
 * @param bias [out]
 */
export function linear(x: Tensor, weight: Tensor, bias?: Tensor): Tensor2D {
  const product = tf.matMul(x, weight, false, true) as Tensor2D;
  return bias === undefined ? product : tf.add(product, bias);
}
