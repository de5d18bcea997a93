import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { ParameterStore } from '../parameter-store.js';
import { ADAMW_DEFAULTS, AdamW, gradientNorm } from './adamw.js';

interface Parity {
  readonly rate: number;
  readonly weightDecay: number;
  readonly clipNorm: number;
  readonly initial: Arrays;
  readonly steps: { readonly gradients: Arrays; readonly norm: number; readonly values: Arrays }[];
}
type Arrays = Readonly<Record<'decayed' | 'exempt' | 'frozen', number[]>>;

const parity = JSON.parse(readFileSync(new URL('../../../test/parity/adamw.json', import.meta.url), 'utf8')) as Parity;

function storeOf(initial: Arrays): ParameterStore {
  const values = (numbers: number[]) => ({ kind: 'values', values: Float32Array.from(numbers) }) as const;
  return new ParameterStore(
    [
      { name: 'frozen', shape: [2], initial: values([1, 2]), decay: true, trainable: false },
      { name: 'exempt', shape: [7], initial: values(initial.exempt), decay: false, trainable: true },
      { name: 'decayed', shape: [5, 3], initial: values(initial.decayed), decay: true, trainable: true },
    ],
    1,
  );
}

describe('AdamW', () => {
  it("reproduces PyTorch's values with clipping and decay groups", () => {
    const store = storeOf(parity.initial);
    const optimizer = new AdamW({ ...ADAMW_DEFAULTS, weightDecay: parity.weightDecay });
    parity.steps.forEach(({ gradients, norm, values }, i) => {
      for (const name of ['decayed', 'exempt'] as const) store.gradient(name).set(gradients[name]);
      expect(Math.abs(gradientNorm(store) / norm - 1)).toBeLessThan(1e-6);
      optimizer.step(store, i + 1, parity.rate, Math.min(1, parity.clipNorm / norm));
      for (const name of ['decayed', 'exempt'] as const) {
        values[name].forEach((value, at) => {
          expect(Math.abs(store.value(name)[at] - value), `${name}[${at}], step ${i + 1}`).toBeLessThan(1e-6);
        });
      }
    });
    expect([...store.value('frozen')]).toEqual([1, 2]);
  });

  it('leaves the gaps between parameters at zero', () => {
    const store = storeOf(parity.initial);
    store.gradient('decayed').fill(1);
    new AdamW(ADAMW_DEFAULTS).step(store, 1, 0.1, 1);
    expect([...store.values.subarray(15, 16)]).toEqual([0]);
    expect([...store.firstMoments.subarray(15, 16)]).toEqual([0]);
  });
});
