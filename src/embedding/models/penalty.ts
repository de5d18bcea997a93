/**
 * Penalties on the rows of a chunk's positives: weight times the mean over the chunk of |x|^2, or of |x|^3, which for complex
 * rows is the nuclear 3-norm (Lacroix et al. 2018, equation 4). Rows that a chunk does not touch are not looked at.
 */
import type { EmbeddingKernels } from '../../engine/kernels/embedding.js';

export interface PenaltyOptions {
  readonly power: 2 | 3;
  readonly weight: number;
}

export interface PenalisedRows {
  /** [count, width] */
  readonly values: Float32Array;
  readonly count: number;
  readonly width: number;
  readonly isComplex: boolean;
}

/** Adds the gradient of the mean penalty of some rows. @returns the penalty */
export function addPenalty(
  kernels: EmbeddingKernels,
  { power, weight }: PenaltyOptions,
  { values, count, width, isComplex }: PenalisedRows,
  gradients: Float32Array,
): number {
  return kernels.penalty(values, count, width, power, isComplex, weight / count, gradients);
}
