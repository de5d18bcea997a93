import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { Arena } from '../arena.js';
import { loadEmbeddingKernels, PRODUCT_SCRATCH, type Strided } from '../kernels/embedding.js';
import { withOnnxProducts } from './onnx-product.js';

const arena = new Arena(1 << 23, { shared: true });
const kernels = loadEmbeddingKernels(arena.memory, arena.float32(PRODUCT_SCRATCH));
const onnx = withOnnxProducts(kernels);
const random = new CounterRandom(1, 'product');

function matrix(rows: number, columns: number, order: 'plain' | 'transposed', stream: number): Strided {
  const data = arena.float32(rows * columns);
  for (let i = 0; i < data.length; i++) data[i] = random.normal(stream, i);
  return order === 'plain' ? { data, row: columns, column: 1 } : { data, row: 1, column: rows };
}

/** Sizes beyond the smallest that onnxruntime is asked for, in any order, twice with others. */
describe('products by onnxruntime', () => {
  it.each([
    ['plain', 'transposed', 120, 90, 100],
    ['plain', 'plain', 100, 80, 96],
    ['transposed', 'plain', 77, 101, 99],
    ['plain', 'transposed', 130, 70, 64],
  ] as const)('equal the kernel: %s times %s', (left, right, m, n, k) => {
    const [a, b] = [matrix(m, k, left, 0), matrix(k, n, right, 1)];
    const [c, expected] = [arena.float32(m * n), arena.float32(m * n)];
    onnx.product(m, n, k, a, b, { data: c, row: n, column: 1 }, false);
    kernels.product(m, n, k, a, b, { data: expected, row: n, column: 1 }, false);
    for (let i = 0; i < c.length; i++) expect(Math.abs(c[i] - expected[i])).toBeLessThan(1e-3);
  });

  it('leave gaps between rows as they are', () => {
    const [a, b] = [matrix(90, 100, 'plain', 0), matrix(100, 90, 'plain', 1)];
    const padded = arena.float32(90 * 92).fill(7);
    onnx.product(90, 90, 100, a, b, { data: padded, row: 92, column: 1 }, false);
    for (let i = 0; i < 90; i++) expect([padded[92 * i + 90], padded[92 * i + 91]]).toEqual([7, 7]);
    const expected = arena.float32(90 * 92).fill(7);
    kernels.product(90, 90, 100, a, b, { data: expected, row: 92, column: 1 }, false);
    for (let i = 0; i < padded.length; i++) expect(Math.abs(padded[i] - expected[i])).toBeLessThan(1e-3);
  });

  it('leave sums to the kernel', () => {
    const [a, b] = [matrix(90, 100, 'plain', 0), matrix(100, 90, 'plain', 1)];
    const once = arena.float32(90 * 90);
    onnx.product(90, 90, 100, a, b, { data: once, row: 90, column: 1 }, false);
    const twice = once.slice();
    onnx.product(90, 90, 100, a, b, { data: once, row: 90, column: 1 }, true);
    for (let i = 0; i < 50; i++) expect(once[i]).toBeCloseTo(2 * twice[i], 3);
  });

  it.each([88, 92])('give both gradients of a block of rows %i apart, also after other factors', (row) => {
    const [m, n, width] = [110, 88, 96];
    const w = { ...matrix(m, row, 'plain', 2), row };
    const [a, b] = [matrix(m, width, 'plain', 3), matrix(n, width, 'plain', 4)];
    const transposed = { data: b.data, row: 1, column: width };
    const scores = { data: arena.float32(m * n), row: n, column: 1 };
    const [expected, ...others] = [0, 1, 2].map(() => [arena.float32(m * width), arena.float32(n * width)]);
    kernels.blockGradients(m, n, width, w, a.data, b.data, expected[0], expected[1]);
    onnx.blockGradients(m, n, width, w, a.data, b.data, others[0][0], others[0][1]);
    onnx.product(m, n, width, a, transposed, scores, false);
    onnx.blockGradients(m, n, width, w, a.data, b.data, others[1][0], others[1][1]);
    for (const gradients of others) {
      for (const [k, values] of gradients.entries()) {
        for (let i = 0; i < values.length; i++) expect(Math.abs(values[i] - expected[k][i])).toBeLessThan(1e-3);
      }
    }
  });
});
