import type { TrainingKernels } from '../../engine/kernels/plain-training.js';
import { loadTrainingKernels } from '../../engine/kernels/training.js';
import type { ParameterStore } from '../parameter-store.js';

/** AdamW (Loshchilov and Hutter 2019) with decoupled decay on the store's decayed range, as PyTorch computes it. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export const ADAMW_DEFAULTS: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

export class AdamW {
  constructor(private readonly options: AdamWOptions) {}

  /**
   * One update of every trainable parameter.
   * @param stepNumber from 1
   * @param gradientScale factor on every gradient: accumulation and clipping
   */
  step(store: ParameterStore, stepNumber: number, learningRate: number, gradientScale: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    const constants = {
      gradientScale,
      beta1,
      beta2,
      rate: learningRate / (1 - beta1 ** stepNumber),
      rootScale: 1 / Math.sqrt(1 - beta2 ** stepNumber),
      epsilon,
    };
    const kernels = kernelsOf(store);
    kernels.adamw(rangeOf(store, 0, store.decayed), { ...constants, keep: 1 - learningRate * weightDecay });
    kernels.adamw(rangeOf(store, store.decayed, store.trainable), { ...constants, keep: 1 });
  }
}

/** Euclidean norm of all gradients. */
export function gradientNorm(store: ParameterStore): number {
  return Math.sqrt(kernelsOf(store).squaredNorm(store.gradients));
}

function rangeOf(store: ParameterStore, from: number, to: number) {
  const { values, gradients, firstMoments, secondMoments } = store;
  return {
    values: values.subarray(from, to),
    gradients: gradients.subarray(from, to),
    firstMoments: firstMoments.subarray(from, to),
    secondMoments: secondMoments.subarray(from, to),
  };
}

/** One instance of the kernels for each parameter memory. */
const instances = new WeakMap<WebAssembly.Memory, TrainingKernels>();

function kernelsOf({ arena: { memory } }: ParameterStore): TrainingKernels {
  const known = instances.get(memory);
  if (known) return known;
  const kernels = loadTrainingKernels(memory);
  instances.set(memory, kernels);
  return kernels;
}
