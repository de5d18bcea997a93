import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { Arena } from '../arena.js';
import { loadLstmKernels, lstmScratch } from './lstm.js';
import { fillDropoutMask } from './plain-dropout-mask.js';
import { plainLstm } from './plain-lstm.js';

const arena = new Arena(1 << 22);
const kernels = loadLstmKernels(arena.memory, arena.float32(lstmScratch(4 * 64)).byteOffset);
const random = new CounterRandom(2, 'lstm');
let stream = 0;

function block(length: number, scale = 1): Float32Array {
  stream++;
  const values = arena.float32(length);
  for (let i = 0; i < length; i++) values[i] = scale * random.normal(stream, i);
  return values;
}

/** What a step reads and writes, once in the kernels' memory and once apart. */
function twice<T extends object>(step: T): [T, T] {
  const copied = Object.entries(step).map(([name, value]) => [name, typeof value === 'number' ? value : value.slice()]);
  return [step, Object.fromEntries(copied)];
}

function expectClose(got: object, expected: object, tolerance: number): void {
  for (const [name, values] of Object.entries(expected)) {
    if (typeof values === 'number') continue;
    const own = (got as Record<string, Float32Array>)[name];
    for (const [i, value] of values.entries()) {
      const near = Math.abs(own[i] - value) <= tolerance * Math.max(1, Math.abs(value));
      if (!near) expect(own[i], `${name} ${i}`).toBe(value);
    }
  }
}

describe.each([4, 5, 6, 7, 1, 32])('the kernels of an LSTM with %i hidden numbers', (hidden) => {
  const [count, continuing, passed] = [5, 3, 4];
  const rows = (n: number) => n * hidden;

  it('compute the gates as the plain loop does', () => {
    const [own, plain] = twice({
      ...{ hidden, count, continuing, passed },
      // Up to where the functions are flat.
      pre: block(rows(4 * count), 8),
      recurrent: block(rows(4 * continuing)),
      bias: block(rows(4)),
      before: block(rows(continuing), 3),
      cells: block(rows(count)),
      hiddens: block(rows(count)),
      next: block(rows(count)),
    });
    kernels.gates(own);
    plainLstm.gates(plain);
    expectClose(own, plain, 1e-6);
  });

  it('compute the gradients of the gates as the plain loop does, and let what has faded be 0', () => {
    const [own, plain] = twice({
      ...{ hidden, count, continuing },
      gates: block(rows(4 * count), 0.4),
      before: block(rows(continuing)),
      cells: block(rows(count)),
      gradients: block(rows(count)),
      carriedHiddens: block(rows(count)),
      carriedCells: block(rows(count)),
    });
    for (const step of [own, plain]) {
      step.gradients[0] = 1e-30;
      step.carriedHiddens[0] = 0;
      step.carriedCells[0] = 1e-30;
    }
    kernels.gateGradients(own);
    plainLstm.gateGradients(plain);
    expectClose(own, plain, 1e-6);
    expect([own.gates[0], own.carriedCells[0]]).toEqual([0, 0]);
  });

  it.each([1, 3, 4, 7])('multiply %i rows with packed weights', (m) => {
    const [n, k] = [4 * hidden, hidden];
    const [a, weights, c] = [block(m * k), block(n * k), block(m * n + 8)];
    const panels = block(Math.ceil(n / 8) * 8 * k);
    const expected = { c: c.slice(), panels: panels.slice() };
    kernels.packPanels(weights, 1, k, n, k, panels);
    kernels.packedProduct(m, n, k, a, panels, c);
    plainLstm.packPanels(weights, 1, k, n, k, expected.panels);
    plainLstm.packedProduct(m, n, k, a, expected.panels, expected.c);
    expectClose({ c, panels }, expected, 1e-5);
  });

  it('add up columns', () => {
    const [values, sums] = [block(rows(4 * 9)), block(rows(4))];
    const expected = sums.slice();
    kernels.columnSums(9, rows(4), values, sums);
    plainLstm.columnSums(9, rows(4), values, expected);
    expect(sums).toEqual(expected);
  });
});

it.each([
  [1, 1],
  [8, 4],
  [13, 7],
  [24, 30],
])('the transposition turns %i rows of %i', (rows, columns) => {
  const [values, turned] = [block(rows * columns), block(rows * columns)];
  const expected = turned.slice();
  kernels.transpose(rows, columns, values, turned);
  plainLstm.transpose(rows, columns, values, expected);
  expect([...turned]).toEqual([...expected]);
});

describe('the mask kernels', () => {
  it('fill and apply masks as the plain loops do', () => {
    const [mask, values] = [arena.uint8(192).subarray(0, 150), block(150)];
    const [plainMask, plainValues] = [new Uint8Array(150), values.slice()];
    kernels.fillMask(mask, 0.3, { seed: 2 ** 40 + 1, purpose: 'lstm.dropout.0.1', draw: 9 });
    fillDropoutMask(plainMask, 0.3, 2 ** 40 + 1, 'lstm.dropout.0.1', 9);
    expect([...mask]).toEqual([...plainMask]);
    kernels.applyMask(values, mask, 2);
    plainLstm.applyMask(plainValues, plainMask, 2);
    expect([...values]).toEqual([...plainValues]);
    kernels.fillMask(mask, 0.999, { seed: 1, purpose: 'all', draw: 0 });
    expect(mask.every((bit) => bit === 0)).toBe(true);
  });
});
