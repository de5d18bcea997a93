import { describe, expect, it } from 'vitest';
import { KernelPair } from '../../../test/support/kernel-pair.js';

const M = 9;
const N = 14;
const STRIDE = 16;

describe.each([8, 13, 300])('embedding kernels at width %i', (width) => {
  it.each(['nt', 'nn', 'tn'] as const)('multiplies %s', (form) => {
    const pair = new KernelPair();
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
    const pair = new KernelPair();
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
    const pair = new KernelPair();
    const a = pair.floats(M * width);
    const b = pair.floats(N * width);
    a[0][3] = a[1][3] = b[0][3];
    const scores = pair.floats(M * STRIDE);
    pair.compare((kernels, s) => void kernels.cityBlock(a[s], M, b[s], N, width, scores[s], STRIDE));
    const gradients = pair.floats(M * STRIDE, (i) => ((i % 5) - 1) / 5);
    const [da, db] = [pair.floats(M * width), pair.floats(N * width)];
    pair.compare(
      (kernels, s) => void kernels.cityBlockBackward(a[s], M, b[s], N, width, gradients[s], STRIDE, da[s], db[s]),
    );
  });

  it.each([1, 2] as const)('scores pairs in norm %i', (norm) => {
    const pair = new KernelPair();
    const [a, b, da, db] = [1, 2, 3, 4].map(() => pair.floats(M * width));
    const scores = pair.floats(M);
    const gradients = pair.floats(M, (i) => (3 - i) / 10);
    pair.compare((kernels, s) => void kernels.pairScores(a[s], b[s], M, width, norm, scores[s]));
    pair.compare(
      (kernels, s) => void kernels.pairBackward(a[s], b[s], M, width, norm, scores[s], gradients[s], da[s], db[s]),
    );
  });

  it('ends the gradients of Euclidean anchors', () => {
    const pair = new KernelPair();
    const [a, y, da, dy] = [1, 2, 3, 4].map(() => pair.floats(M * width));
    const [rho, scores, gradients] = [1, 2, 3].map((size) => pair.floats(M, (i) => -size - i / 10));
    pair.compare(
      (kernels, s) =>
        void kernels.euclideanBackward(a[s], y[s], M, width, rho[s], scores[s], gradients[s], da[s], dy[s]),
    );
    const w = pair.floats(M * STRIDE);
    const db = pair.floats(N * width);
    const b = pair.floats(N * width);
    pair.compare((kernels, s) => {
      kernels.blockGradients(M, N, width, { data: w[s], row: STRIDE, column: 1 }, a[s], b[s], da[s], db[s]);
      return undefined;
    }, 1e-4);
  });

  it('gathers sums, and sums what it gathered by the other id', () => {
    const pair = new KernelPair();
    const [table, others] = [pair.floats(20 * width), pair.floats(4 * width)];
    const [ids, otherIds] = [pair.ints([3, 7, 3, 19, 0]), pair.ints([2, 0, 2, 2, 3])];
    const [rows, sums] = [pair.floats(5 * width), pair.floats(5 * width)];
    pair.compare(
      (kernels, s) => void kernels.gatherSums(table[s], ids[s], others[s], otherIds[s], -1, 5, width, rows[s]),
    );
    const slots = pair.ints(new Array(20).fill(-1));
    pair.compare((kernels, s) => kernels.sumRows(otherIds[s], rows[s], -1, 5, width, slots[s], sums[s]));
    expect([...otherIds[0].subarray(0, 3)]).toEqual([2, 0, 3]);
    expect(slots[0].every((slot) => slot === -1)).toBe(true);
  });

  it('draws masks and applies them', () => {
    const pair = new KernelPair();
    const rows = pair.floats(5 * width);
    const room = pair.arena.int32(Math.ceil((5 * width) / 64) * 16);
    const mask = [new Uint8Array(room.buffer, room.byteOffset, 5 * width), new Uint8Array(5 * width)];
    pair.compare((kernels, s) => {
      kernels.fillMask(mask[s], 0.4, { seed: 2 ** 33 + 5, purpose: 'test', draw: 7 });
      kernels.applyMask(rows[s], mask[s], 1 / 0.6);
      return undefined;
    });
    expect(rows[0].some((value) => value === 0)).toBe(true);
  });

  it('gathers, sums equal rows and updates them', () => {
    const pair = new KernelPair();
    const table = pair.floats(20 * width);
    const ids = pair.ints([3, 7, 3, 19, 0, 7, 3]);
    const values = pair.floats(7 * width);
    pair.compare((kernels, s) => void kernels.gather(table[s], ids[s], 7, width, values[s]));
    const slots = pair.ints(new Array(20).fill(-1));
    pair.compare((kernels, s) => kernels.coalesce(ids[s], values[s], 7, width, slots[s]));
    expect([...ids[0].subarray(0, 4)]).toEqual([3, 7, 0, 19]);
    expect(slots[0].every((slot) => slot === -1)).toBe(true);
    const own = { owner: 1, owners: 2 };
    const all = { owner: 0, owners: 1 };
    const rows = (s: 0 | 1) => ({ ids: ids[s], values: values[s], count: 4, width });
    const state = pair.floats(20, () => 0.1);
    pair.compare((kernels, s) => void kernels.adagrad(table[s], state[s], rows(s), 0.1, 1e-10, own));
    const squares = pair.floats(20 * width, () => 0.1);
    pair.compare((kernels, s) => void kernels.adagradDiagonal(table[s], squares[s], rows(s), 0.1, 1e-10, own));
    pair.compare((kernels, s) => void kernels.descend(table[s], rows(s), 0.1, own));
    const moments = [pair.floats(20 * width), pair.floats(20 * width, (i) => i / 1000)];
    const constants = { beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 };
    pair.compare(
      (kernels, s) => void kernels.adam(table[s], moments[0][s], moments[1][s], rows(s), 0.01, constants, own),
    );
    pair.compare((kernels, s) => void kernels.normalise(table[s], ids[s], 4, width, all));
    expect(Math.hypot(...table[0].subarray(3 * width, 4 * width))).toBeCloseTo(1, 5);
  });
});
