import { describe, expect, it } from 'vitest';
import type { LossBlock } from '../../engine/kernels/embedding-losses.js';
import { referenceLossKernels } from '../../engine/kernels/embedding-losses-reference.js';
import { lossOf } from './loss.js';

/** One positive against negatives of the given scores. */
function blockOf(scores: readonly number[]): LossBlock {
  const stride = Math.ceil(scores.length / 4) * 4;
  const padded = Array.from({ length: stride }, (_, j) => scores[j] ?? 0);
  return {
    m: 1,
    n: scores.length,
    stride,
    positives: Float32Array.of(0.4),
    positiveGradients: new Float32Array(1),
    scores: Float32Array.from(padded),
    gradients: new Float32Array(stride),
    positiveIds: Int32Array.of(99),
    negativeIds: Int32Array.from(padded, (_, j) => (j < scores.length ? j : -1)),
  };
}

describe('cross-entropy of weighed negatives', () => {
  it('is that of as many negatives, and leaves the scores as they were', () => {
    const weighed = blockOf([0.1, -0.3]);
    const repeated = blockOf([0.1, -0.3, 0.1, -0.3, 0.1, -0.3]);
    const loss = lossOf(referenceLossKernels, { kind: 'cross-entropy', negativeWeight: 3 }, weighed);
    expect(loss).toBeCloseTo(lossOf(referenceLossKernels, { kind: 'cross-entropy' }, repeated), 5);
    expect(weighed.positiveGradients[0]).toBeCloseTo(repeated.positiveGradients[0], 5);
    expect(weighed.gradients[0]).toBeCloseTo(3 * repeated.gradients[0], 5);
    expect(weighed.positives[0]).toBe(Math.fround(0.4));
  });
});
