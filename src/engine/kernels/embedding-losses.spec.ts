import { describe, expect, it } from 'vitest';
import { KernelPair } from '../../../test/support/kernel-pair.js';
import { CounterRandom } from '../../base/random.js';
import { type LossBlock, type LossKernels, STRUCK } from './embedding-losses.js';

const M = 9;
const N = 14;
const STRIDE = 16;

const LOSSES: Record<string, (kernels: LossKernels, block: LossBlock) => number> = {
  'cross-entropy': (kernels, block) => kernels.crossEntropyLoss(block),
  margin: (kernels, block) => kernels.marginLoss(block, 0.5),
  'log-sigmoid': (kernels, block) => kernels.logSigmoidLoss(block, 1.5, 0),
  'self-adversarial log-sigmoid': (kernels, block) => kernels.logSigmoidLoss(block, 1.5, 0.7),
  binary: (kernels, block) => kernels.binaryLoss(block, 0.01, 0.91),
  'binary rows': (kernels, block) => kernels.binaryRows(block, 0.02),
  'softmax rows': (kernels, block) => kernels.softmaxRows(block),
};

/** The same block for both sides; negative 2 of row 1 is its positive's own entity, two more are padding. */
function blocks(pair: KernelPair, scale: number, weighted: boolean): (side: 0 | 1) => LossBlock {
  const random = new CounterRandom(5, 'scores');
  const positives = pair.floats(M, (i) => scale * random.normal(0, i));
  const scores = pair.floats(M * STRIDE, (i) => scale * random.normal(1, i));
  const positiveGradients = pair.floats(M, () => 0);
  const gradients = pair.floats(M * STRIDE);
  const weights = pair.floats(M, (i) => (i % 3) / 2);
  const positiveIds = pair.ints(Array.from({ length: M }, (_, i) => i * 2));
  const negativeIds = pair.ints([...Array.from({ length: N }, (_, j) => j), -1, -1]);
  return (s) => ({
    m: M,
    n: N,
    stride: STRIDE,
    positives: positives[s],
    positiveGradients: positiveGradients[s],
    scores: scores[s],
    gradients: gradients[s],
    positiveIds: positiveIds[s],
    negativeIds: negativeIds[s],
    weights: weighted ? weights[s] : undefined,
  });
}

describe.each(Object.entries(LOSSES))('%s loss', (name, loss) => {
  it.each([
    [1, false],
    [1, true],
    [40, false],
  ])('equals its twin with scores of scale %i, weighted: %s', (scale, weighted) => {
    const pair = new KernelPair();
    const block = blocks(pair, scale, weighted);
    pair.compare((kernels, s) => loss(kernels, block(s)));
    const { gradients } = block(0);
    expect([gradients[14], gradients[15]]).toEqual([0, 0]);
    if (!name.endsWith('rows')) expect(gradients[STRIDE + 2]).toBe(0);
  });

  it('has the gradient that differences of it show', () => {
    const pair = new KernelPair();
    const block = blocks(pair, 1, true)(0);
    // The weights of a self-adversarial loss are held fast, which differences cannot do.
    if (name.startsWith('self')) return;
    const slopeOf = (values: Float32Array, at: number) => {
      const before = values[at];
      const [more, less] = [1, -1].map((sign) => {
        values[at] = before + sign * 1e-2;
        return loss(pair.wasm, block);
      });
      values[at] = before;
      return (more - less) / 2e-2;
    };
    for (const at of [0, 5, 3 * STRIDE + 1, 8 * STRIDE + 13]) {
      loss(pair.wasm, block);
      const gradient = block.gradients[at];
      expect(slopeOf(block.scores, at)).toBeCloseTo(gradient, 3);
    }
    if (name.endsWith('rows')) return;
    for (const at of [0, 4]) {
      loss(pair.wasm, block);
      const gradient = block.positiveGradients[at];
      expect(slopeOf(block.positives, at)).toBeCloseTo(gradient, 3);
    }
  });

  it('does not count what is struck out', () => {
    const pair = new KernelPair();
    const block = blocks(pair, 1, false);
    for (const s of [0, 1] as const) block(s).scores[5] = STRUCK;
    pair.compare((kernels, s) => loss(kernels, block(s)));
    expect(block(0).gradients[5]).toBe(0);
  });
});
