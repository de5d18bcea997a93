import { describe, expect, it } from 'vitest';
import { KernelPair } from '../../../test/support/kernel-pair.js';

/** Rows, and candidates, of the blocks here. */
const M = 5;
const N = 6;
const STRIDE = 8;

describe.each([8, 14, 64, 300])('kernels of rows at width %i', (width) => {
  it('multiplies real and complex rows, also in place', () => {
    const pair = new KernelPair();
    const [a, b, out] = [1, 2, 3].map(() => pair.floats(M * width));
    pair.compare((kernels, s) => void kernels.multiply(a[s], b[s], out[s], M * width));
    for (const sign of [1, -1] as const) {
      pair.compare((kernels, s) => void kernels.complexMultiply(a[s], b[s], sign, out[s], M, width));
      pair.compare((kernels, s) => void kernels.complexMultiply(out[s], b[s], sign, out[s], M, width));
      pair.compare((kernels, s) => void kernels.complexMultiply(a[s], out[s], sign, out[s], M, width));
    }
    pair.compare((kernels, s) => void kernels.swapHalves(a[s], M, width, 0.5, out[s]));
    const scales = pair.floats(M);
    pair.compare((kernels, s) => void kernels.pairProducts(a[s], b[s], M, width, scales[s]), 1e-4);
    pair.compare((kernels, s) => void kernels.addScaledRows(out[s], a[s], scales[s], M, width), 1e-4);
  });

  it('turns phases into unit complex numbers, and back their gradients', () => {
    const pair = new KernelPair();
    const half = width / 2;
    const phases = pair.floats(M * half, (i) => (i - 40) * 0.37);
    const [units, gradients] = [pair.floats(M * width), pair.floats(M * width)];
    pair.compare((kernels, s) => void kernels.unitComplex(phases[s], M, half, units[s]));
    for (let c = 0; c < half; c++) expect(Math.hypot(units[0][c], units[0][c + half])).toBeCloseTo(1, 6);
    const out = pair.floats(M * half);
    pair.compare((kernels, s) => void kernels.phaseGradients(units[s], gradients[s], M, half, out[s]));
  });

  it.each([
    [2, false],
    [3, false],
    [2, true],
    [3, true],
  ] as const)('penalises powers of %i, complex: %s', (power, isComplex) => {
    const pair = new KernelPair();
    const [rows, gradients] = [pair.floats(M * width), pair.floats(M * width)];
    pair.compare((kernels, s) => kernels.penalty(rows[s], M, width, power, isComplex, 0.01, gradients[s]), 1e-4);
  });

  it('sums moduli of differences, and their gradients', () => {
    const pair = new KernelPair();
    const [a, b] = [pair.floats(M * width), pair.floats(N * width)];
    // One difference without a direction.
    for (const s of [0, 1]) for (const at of [2, 2 + width / 2]) a[s][at] = b[s][at];
    const scores = pair.floats(M * STRIDE);
    pair.compare((kernels, s) => void kernels.modulusBlock(a[s], M, b[s], N, width, scores[s], STRIDE), 1e-4);
    const gradients = pair.floats(M * STRIDE);
    const [da, db] = [pair.floats(M * width), pair.floats(N * width)];
    pair.compare(
      (kernels, s) => void kernels.modulusBlockBackward(a[s], M, b[s], N, width, gradients[s], STRIDE, da[s], db[s]),
      1e-4,
    );
    const some = pair.floats(M);
    pair.compare((kernels, s) => void kernels.modulusPairs(a[s], b[s], M, width, some[s]), 1e-4);
    pair.compare((kernels, s) => void kernels.modulusPairsBackward(a[s], b[s], M, width, some[s], da[s], db[s]), 1e-4);
  });
});
