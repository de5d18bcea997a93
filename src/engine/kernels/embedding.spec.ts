import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { Arena } from '../arena.js';
import { type EmbeddingKernels, loadEmbeddingKernels, PRODUCT_SCRATCH } from './embedding.js';
import { referenceEmbeddingKernels } from './embedding-reference.js';

/** Two copies of the same arrays: one for the WebAssembly kernels, one for the twin. */
class Pair {
  readonly arena = new Arena(8 << 20);
  readonly wasm = loadEmbeddingKernels(this.arena.memory, this.arena.float32(PRODUCT_SCRATCH));
  private readonly arrays: [Float32Array, Float32Array][] = [];
  private draws = 0;

  constructor() {
    // Whatever was in memory must not matter, least of all constants that the module would keep there.
    new Uint8Array(this.arena.memory.buffer).fill(0x7f);
  }

  floats(length: number, fill?: (i: number) => number): [Float32Array, Float32Array] {
    const random = new CounterRandom(3, `array${this.draws++}`);
    const mine = this.arena.float32(length);
    for (let i = 0; i < length; i++) mine[i] = fill ? fill(i) : random.normal(0, i);
    const pair: [Float32Array, Float32Array] = [mine, mine.slice()];
    this.arrays.push(pair);
    return pair;
  }

  ints(values: number[]): [Int32Array, Int32Array] {
    const mine = this.arena.int32(values.length);
    mine.set(values);
    return [mine, mine.slice()];
  }

  /** Runs the same call on both and compares every float array afterwards. */
  compare(call: (kernels: EmbeddingKernels, side: 0 | 1) => number | undefined, tolerance = 2e-5): void {
    const results = [call(this.wasm, 0), call(referenceEmbeddingKernels, 1)];
    if (results[1] !== undefined) expect(results[0]).toBeCloseTo(results[1], 4);
    for (const [mine, other] of this.arrays) expect(maximumDifference(mine, other)).toBeLessThan(tolerance);
  }
}

function maximumDifference(a: Float32Array, b: Float32Array): number {
  let worst = 0;
  for (let i = 0; i < a.length; i++) worst = Math.max(worst, Math.abs(a[i] - b[i]) / (1 + Math.abs(b[i])));
  return worst;
}

const M = 9;
const N = 14;
const STRIDE = 16;

describe.each([8, 13, 300])('embedding kernels at width %i', (width) => {
  it.each(['nt', 'nn', 'tn'] as const)('multiplies %s', (form) => {
    const pair = new Pair();
    const [m, n, k] = form === 'nt' ? [M, 270, width] : form === 'nn' ? [M, width, N] : [N, width, M];
    const a = pair.floats(m * k);
    const b = pair.floats(k * n);
    const c = pair.floats(m * n);
    const [aStep, bStep] = [form === 'tn' ? [1, m] : [k, 1], form === 'nt' ? [1, k] : [n, 1]];
    for (const accumulate of [false, true]) {
      pair.compare(
        (kernels, s) =>
          void kernels.product(
            m,
            n,
            k,
            { data: a[s], row: aStep[0], column: aStep[1] },
            { data: b[s], row: bStep[0], column: bStep[1] },
            { data: c[s], row: n, column: 1 },
            accumulate,
          ),
        1e-4,
      );
    }
  });

  it('measures Euclidean blocks and their weights', () => {
    const pair = new Pair();
    const rows = pair.floats(M * width);
    const norms = pair.floats(M);
    pair.compare((kernels, s) => void kernels.squaredNorms(rows[s], M, width, norms[s]));
    const others = pair.floats(STRIDE, (j) => 2 + j);
    const scores = pair.floats(M * STRIDE, () => 0.5);
    pair.compare((kernels, s) => void kernels.negateDistances(scores[s], M, N, STRIDE, norms[s], others[s]));
    const gradients = pair.floats(M * STRIDE);
    const rho = pair.floats(M);
    const column = pair.floats(STRIDE);
    pair.compare(
      (kernels, s) => void kernels.distanceWeights(gradients[s], scores[s], M, N, STRIDE, rho[s], column[s]),
    );
    const out = pair.floats(M * width);
    pair.compare((kernels, s) => void kernels.subtractScaledRows(out[s], rows[s], rho[s], M, width));
  });

  it('measures city-block distances and their gradients', () => {
    const pair = new Pair();
    const a = pair.floats(M * width);
    const b = pair.floats(N * width);
    a[0][3] = a[1][3] = b[0][3];
    const scores = pair.floats(M * STRIDE);
    pair.compare((kernels, s) => void kernels.cityBlock(a[s], M, b[s], N, width, scores[s], STRIDE));
    const gradients = pair.floats(M * STRIDE, (i) => (i % 5) / 5);
    const [da, db] = [pair.floats(M * width), pair.floats(N * width)];
    pair.compare(
      (kernels, s) => void kernels.cityBlockBackward(a[s], M, b[s], N, width, gradients[s], STRIDE, da[s], db[s]),
    );
  });

  it.each([1, 2] as const)('scores pairs in norm %i', (norm) => {
    const pair = new Pair();
    const [a, b, da, db] = [1, 2, 3, 4].map(() => pair.floats(M * width));
    const scores = pair.floats(M);
    const gradients = pair.floats(M, (i) => -i / 10);
    pair.compare((kernels, s) => void kernels.pairScores(a[s], b[s], M, width, norm, scores[s]));
    pair.compare(
      (kernels, s) => void kernels.pairBackward(a[s], b[s], M, width, norm, scores[s], gradients[s], da[s], db[s]),
    );
  });

  it('gathers, sums equal rows and updates them', () => {
    const pair = new Pair();
    const table = pair.floats(20 * width);
    const ids = pair.ints([3, 7, 3, 19, 0, 7, 3]);
    const values = pair.floats(7 * width);
    pair.compare((kernels, s) => void kernels.gather(table[s], ids[s], 7, width, values[s]));
    const slots = pair.ints(new Array(20).fill(-1));
    pair.compare((kernels, s) => kernels.coalesce(ids[s], values[s], 7, width, slots[s]));
    expect([...ids[0].subarray(0, 4)]).toEqual([3, 7, 19, 0]);
    expect(slots[0].every((slot) => slot === -1)).toBe(true);
    const rows = (s: 0 | 1) => ({ ids: ids[s], values: values[s], count: 4, width });
    const state = pair.floats(20, () => 0.1);
    pair.compare((kernels, s) => void kernels.adagrad(table[s], state[s], rows(s), 0.1, 1e-10));
    const moments = [pair.floats(20 * width), pair.floats(20 * width, (i) => i / 1000)];
    const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 };
    pair.compare((kernels, s) => void kernels.adam(table[s], moments[0][s], moments[1][s], rows(s), 0.01, constants));
    pair.compare((kernels, s) => void kernels.normalise(table[s], ids[s], 4, width));
    expect(Math.hypot(...table[0].subarray(3 * width, 4 * width))).toBeCloseTo(1, 5);
  });
});

describe.each([1, 40])('losses with scores of scale %i', (scale) => {
  it.each(['crossEntropy', 'margin'] as const)('%s', (loss) => {
    const pair = new Pair();
    const scaled = new CounterRandom(5, 'scores');
    const positives = pair.floats(M, (i) => scale * scaled.normal(0, i));
    const scores = pair.floats(M * STRIDE, (i) => scale * scaled.normal(1, i));
    const positiveGradients = pair.floats(M);
    const gradients = pair.floats(M * STRIDE);
    const positiveIds = pair.ints(Array.from({ length: M }, (_, i) => i * 2));
    const negativeIds = pair.ints([...Array.from({ length: N }, (_, j) => j), -1, -1]);
    pair.compare((kernels, s) => {
      const block = {
        m: M,
        n: N,
        stride: STRIDE,
        positives: positives[s],
        positiveGradients: positiveGradients[s],
        scores: scores[s],
        gradients: gradients[s],
        positiveIds: positiveIds[s],
        negativeIds: negativeIds[s],
      };
      return loss === 'margin' ? kernels.marginLoss(block, 0.5) : kernels.crossEntropyLoss(block);
    });
    // The positive itself among the negatives, and padding, have no gradient.
    expect([gradients[0][STRIDE + 2], gradients[0][14], gradients[0][15]]).toEqual([0, 0, 0]);
  });
});
