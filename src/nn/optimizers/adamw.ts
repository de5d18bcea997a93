import type { ParameterStore } from '../parameter-store.js';

/** AdamW (Loshchilov and Hutter 2019) with decoupled decay on the store's decayed range. */
export interface AdamWOptions {
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly weightDecay: number;
}

export const ADAMW_DEFAULTS: AdamWOptions = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01 };

export class AdamW {
  constructor(private readonly options: AdamWOptions) {}

  step(store: ParameterStore, stepNumber: number, learningRate: number, gradientScale: number): void {
    const { beta1, beta2, epsilon, weightDecay } = this.options;
    const { values, gradients, firstMoments, secondMoments, decayed, trainable } = store;
    const correction1 = 1 - beta1 ** stepNumber;
    const correction2 = Math.sqrt(1 - beta2 ** stepNumber);
    for (let i = 0; i < trainable; i++) {
      const g = gradients[i] * gradientScale;
      firstMoments[i] = beta1 * firstMoments[i] + (1 - beta1) * g;
      secondMoments[i] = beta2 * secondMoments[i] + (1 - beta2) * g * g;
      const decay = i < decayed ? 1 - learningRate * weightDecay : 1;
      const denominator = Math.sqrt(secondMoments[i]) / correction2 + epsilon;
      values[i] = values[i] * decay - ((learningRate / correction1) * firstMoments[i]) / denominator;
    }
  }
}

/** Euclidean norm of all gradients. */
export function gradientNorm(store: ParameterStore): number {
  let sum = 0;
  for (let i = 0; i < store.trainable; i++) sum += store.gradients[i] * store.gradients[i];
  return Math.sqrt(sum);
}
