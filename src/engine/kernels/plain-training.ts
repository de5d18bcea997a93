/**
 * What the trainer does to whole blocks of parameters, and the plain implementation: the oracle of the WebAssembly
 * kernels, equal to the last bit. Blocks are float32, their lengths multiples of 16.
 */
export interface TrainingKernels {
  /** One step of AdamW on a range of the four blocks, in place. */
  adamw(range: MomentRange, constants: AdamwConstants): void;
  /** Sum of squares, added up in float64 in a fixed order. */
  squaredNorm(block: Float32Array): number;
  /** target += source */
  accumulate(target: Float32Array, source: Float32Array): void;
}

/** The same range of each block. */
export interface MomentRange {
  readonly values: Float32Array;
  readonly gradients: Float32Array;
  readonly firstMoments: Float32Array;
  readonly secondMoments: Float32Array;
}

/**
 * Constants of a step: g = gradientScale gradient; m = beta1 m + (1 - beta1) g; v = beta2 v + (1 - beta2) g^2;
 * value = keep value - rate m / (rootScale sqrt(v) + epsilon). The bias corrections are in `rate` and `rootScale`.
 */
export interface AdamwConstants {
  readonly gradientScale: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly rate: number;
  readonly rootScale: number;
  readonly epsilon: number;
  readonly keep: number;
}

const { fround, sqrt } = Math;

export const plainTraining: TrainingKernels = {
  adamw({ values, gradients, firstMoments, secondMoments }, constants) {
    const scale = fround(constants.gradientScale);
    const [beta1, beta2] = [fround(constants.beta1), fround(constants.beta2)];
    const [rest1, rest2] = [fround(1 - beta1), fround(1 - beta2)];
    const [rate, rootScale] = [fround(constants.rate), fround(constants.rootScale)];
    const [epsilon, keep] = [fround(constants.epsilon), fround(constants.keep)];
    for (let i = 0; i < values.length; i++) {
      const g = fround(gradients[i] * scale);
      const m = fround(fround(firstMoments[i] * beta1) + fround(g * rest1));
      const v = fround(fround(secondMoments[i] * beta2) + fround(fround(g * g) * rest2));
      firstMoments[i] = m;
      secondMoments[i] = v;
      const root = fround(fround(fround(sqrt(v)) * rootScale) + epsilon);
      values[i] = fround(values[i] * keep) - fround(fround(m * rate) / root);
    }
  },

  squaredNorm(block) {
    const sums = [0, 0, 0, 0];
    for (let i = 0; i < block.length; i++) sums[i & 3] += block[i] * block[i];
    return sums[0] + sums[2] + (sums[1] + sums[3]);
  },

  accumulate(target, source) {
    for (let i = 0; i < target.length; i++) target[i] += source[i];
  },
};
