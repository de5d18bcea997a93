/** The WebAssembly kernels of the trainer, over the memory that holds the parameters. */
import { readFileSync } from 'node:fs';
import type { TrainingKernels } from './plain-training.js';

interface Kernels {
  adamw(...args: number[]): void;
  squaredNorm(block: number, length: number): number;
  accumulate(target: number, source: number, length: number): void;
}

const WASM = new URL('../../../dist/engine/kernels/training.wasm', import.meta.url);
/** Float32 numbers that one turn of a kernel's loop may touch. */
const LANES = 4;

/** @param memory where all arrays given to the kernels lie */
export function loadTrainingKernels(memory: WebAssembly.Memory): TrainingKernels {
  const module = new WebAssembly.Module(readFileSync(WASM));
  const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Kernels;
  const address = (block: Float32Array): number => {
    if (block.buffer === memory.buffer && block.length % LANES === 0) return block.byteOffset;
    throw new RangeError(`a kernel wants blocks of its own memory, in multiples of ${LANES}`);
  };
  return {
    adamw({ values, gradients, firstMoments, secondMoments }, constants) {
      const { gradientScale, beta1, beta2, rate, rootScale, epsilon, keep } = constants;
      const blocks = [values, gradients, firstMoments, secondMoments].map(address);
      kernels.adamw(...blocks, values.length, gradientScale, beta1, beta2, rate, rootScale, epsilon, keep);
    },
    squaredNorm: (block) => kernels.squaredNorm(address(block), block.length),
    accumulate: (target, source) => kernels.accumulate(address(target), address(source), target.length),
  };
}
