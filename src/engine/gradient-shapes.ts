import type { Tensor } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

/** Axes, permutations and paddings as the gradients of shape-changing kernels need them (gradient-registry.ts). */
export function inversePermutation(permutation: number[]): number[] {
  const inverse = new Array<number>(permutation.length);
  permutation.forEach((from, to) => {
    inverse[from] = to;
  });
  return inverse;
}

function axesOf(shape: number[], axis: unknown): number[] {
  const list = axis === null || axis === undefined ? shape.map((_, i) => i) : Array.isArray(axis) ? axis : [axis];
  return (list as number[]).map((a) => (a < 0 ? a + shape.length : a));
}

/** The reduced gradient with its reduced axes kept as 1. */
export function keepAxes(dy: Tensor, shape: number[], axis: unknown): Tensor {
  const axes = axesOf(shape, axis);
  return tf.reshape(
    dy,
    shape.map((side, i) => (axes.includes(i) ? 1 : side)),
  );
}

export function reducedSize(shape: number[], axis: unknown): number {
  return axesOf(shape, axis).reduce((product, i) => product * shape[i], 1);
}

export function slicePadding(shape: number[], begin: unknown, size: unknown): [number, number][] {
  const starts = begin as number[];
  const sizes = size as number[];
  return shape.map((side, i) => {
    const length = sizes[i] === -1 ? side - starts[i] : sizes[i];
    return [starts[i], side - starts[i] - length];
  });
}
