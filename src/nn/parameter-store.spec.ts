import { describe, expect, it } from 'vitest';
import { type ParameterSpec, ParameterStore } from './parameter-store.js';

const spec = (name: string, shape: number[], changes: Partial<ParameterSpec> = {}): ParameterSpec => ({
  name,
  shape,
  initial: { kind: 'zeros' },
  decay: true,
  trainable: true,
  ...changes,
});

const SPECS = [
  spec('frozen', [5], { trainable: false, initial: { kind: 'values', values: Float32Array.of(1, 2, 3, 4, 5) } }),
  spec('bias', [3], { decay: false, initial: { kind: 'ones' } }),
  spec('weight', [3, 7]),
  spec('other', [2, 2]),
  spec('scale', [17], { decay: false }),
];

describe('ParameterStore', () => {
  it('puts decayed before undecayed before frozen, each in the order given', () => {
    const store = new ParameterStore(SPECS, 1);
    expect(store.names()).toEqual(['weight', 'other', 'bias', 'scale', 'frozen']);
    // 21, 4, 3, 17 and 5 numbers, each padded to a multiple of 16.
    expect([store.decayed, store.trainable, store.values.length]).toEqual([48, 96, 112]);
    for (const block of [store.gradients, store.firstMoments, store.secondMoments]) expect(block.length).toBe(96);
    expect(store.scalarCount()).toBe(50);
  });

  it('aligns every parameter, gradient and moment to 64 bytes', () => {
    const store = new ParameterStore(SPECS, 1);
    for (const name of store.names()) {
      expect(store.value(name).byteOffset % 64).toBe(0);
      if (!store.spec(name).trainable) continue;
      for (const view of [store.gradient(name), ...store.moments(name)]) expect(view.byteOffset % 64).toBe(0);
    }
  });

  it('hands out live views of the right size that do not overlap', () => {
    const store = new ParameterStore(SPECS, 1);
    store.names().forEach((name, i) => void store.value(name).fill(i + 1));
    store.names().forEach((name, i) => {
      expect([...new Set(store.value(name))]).toEqual([i + 1]);
    });
    store.gradient('bias').fill(3);
    store.moments('bias')[1].fill(4);
    expect(store.gradients.reduce((sum, x) => sum + x, 0)).toBe(9);
    expect(store.secondMoments.reduce((sum, x) => sum + x, 0)).toBe(12);
    expect(store.firstMoments.some((x) => x !== 0)).toBe(false);
  });

  it('starts with ones, zeros and given values', () => {
    const store = new ParameterStore(SPECS, 1);
    expect([...store.value('bias')]).toEqual([1, 1, 1]);
    expect([...store.value('other')]).toEqual([0, 0, 0, 0]);
    expect([...store.value('frozen')]).toEqual([1, 2, 3, 4, 5]);
  });

  it('starts with a normal that is cut at two deviations, by name and seed', () => {
    const normal = (name: string) => spec(name, [100, 100], { initial: { kind: 'normal', deviation: 0.02 } });
    const draw = (seed: number, name: string) => new ParameterStore([normal(name)], seed).value(name);
    const values = draw(1, 'a');
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.04 + 1e-9);
    expect(Math.max(...values.map(Math.abs))).toBeGreaterThan(0.035);
    expect(Math.abs(mean)).toBeLessThan(0.001);
    // The deviation of a standard normal cut at two is 0.8796.
    expect(Math.abs(Math.sqrt(variance) / 0.02 - 0.8796)).toBeLessThan(0.02);
    expect([...draw(1, 'a')]).toEqual([...values]);
    expect([...draw(2, 'a')]).not.toEqual([...values]);
    expect([...draw(1, 'b')]).not.toEqual([...values]);
  });

  it('does not depend on the other parameters of the model', () => {
    const initial = { kind: 'normal', deviation: 1 } as const;
    const alone = new ParameterStore([spec('a', [4], { initial })], 3).value('a');
    const among = new ParameterStore([spec('b', [9], { initial }), spec('a', [4], { initial })], 3).value('a');
    expect([...among]).toEqual([...alone]);
  });

  it('gives a signature, and names what it does not know', () => {
    const store = new ParameterStore(SPECS, 1);
    expect(store.signature(['weight'])).toEqual({ weight: { shape: [3, 7], dtype: 'float32' } });
    expect(Object.keys(store.signature())).toEqual(store.names());
    expect(() => store.value('wrong')).toThrow('no parameter wrong');
  });
});
