import type { TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';

const KERNEL = 'UnsortedSegmentSum';

/**
 * UnsortedSegmentSum for the eager backends, plain loops over the values: tfjs's wasm backend lacks it, and its cpu
 * backend reads all rows once for each segment.
 */
export function registerSegmentSum(backendName: string): void {
  if (tf.getKernel(KERNEL, backendName)) tf.unregisterKernel(KERNEL, backendName);
  tf.registerKernel({
    kernelName: KERNEL,
    backendName,
    kernelFunc: ({ inputs, backend, attrs }) => {
      const { x, segmentIds } = inputs as { x: TensorInfo; segmentIds: TensorInfo };
      const storage = backend as tf.KernelBackend;
      const segments = (attrs as unknown as { numSegments: number }).numSegments;
      const shape = [segments, ...x.shape.slice(segmentIds.shape.length)];
      const values = storage.readSync(x.dataId) as Float32Array;
      const ids = storage.readSync(segmentIds.dataId) as Int32Array;
      const sums = segmentSums(
        values,
        ids,
        segments,
        shape.slice(1).reduce((size, side) => size * side, 1),
      );
      return { dataId: storage.write(sums, shape, x.dtype), shape, dtype: x.dtype };
    },
  });
}

/** sums[ids[i]] += row i; rows whose id names no segment are left out. */
function segmentSums(values: ArrayLike<number>, ids: Int32Array, segments: number, width: number): Float32Array {
  const sums = new Float32Array(segments * width);
  ids.forEach((id, row) => {
    if (id < 0 || id >= segments) return;
    for (let j = 0; j < width; j++) sums[id * width + j] += values[row * width + j];
  });
  return sums;
}
