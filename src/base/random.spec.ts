import { describe, expect, it } from 'vitest';
import { CounterPermutation, CounterRandom, philoxBlock } from './random.js';

describe('philoxBlock', () => {
  // Known answers published with Random123 (kat_vectors, philox4x32 with 10 rounds).
  it.each([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [~0, ~0, ~0, ~0],
      [~0, ~0],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published words for counter %j', (counter, key, expected) => {
    const out = new Uint32Array(4);
    const [c0, c1, c2, c3] = counter.map((word) => word >>> 0);
    philoxBlock(c0, c1, c2, c3, key[0] >>> 0, key[1] >>> 0, out);
    expect([...out]).toEqual(expected);
  });

  it('multiplies exactly, also where the product of a word nearly carries', () => {
    // The inverse of the first multiplier: k times it multiplies to low bits of k.
    const inverse = 0x991a7cdbn;
    expect((inverse * 0xd2511f53n) & WORD).toBe(1n);
    const near = Array.from({ length: 41 }, (_, i) => Number((BigInt(i - 20) * 150n * inverse) & WORD));
    for (const c0 of [...near, ...near.map((word) => (word * 7919) >>> 0)]) {
      const out = new Uint32Array(4);
      philoxBlock(c0, 1, 2, 3, 4, 5, out);
      expect([...out]).toEqual(exactBlock([c0, 1, 2, 3], [4, 5]));
    }
  });
});

const WORD = 0xffffffffn;

function exactBlock(counter: number[], key: number[]): number[] {
  let [c0, c1, c2, c3] = counter.map(BigInt);
  let [k0, k1] = key.map(BigInt);
  for (let round = 0; round < 10; round++) {
    const [a, b] = [0xd2511f53n * c0, 0xcd9e8d57n * c2];
    [c0, c1, c2, c3] = [(b >> 32n) ^ c1 ^ k0, b & WORD, (a >> 32n) ^ c3 ^ k1, a & WORD];
    [k0, k1] = [(k0 + 0x9e3779b9n) & WORD, (k1 + 0xbb67ae85n) & WORD];
  }
  return [c0, c1, c2, c3].map(Number);
}

describe('CounterRandom', () => {
  it('depends on seed, purpose, step and index, and on nothing else', () => {
    const draw = (seed: number, purpose: string, step: number, index: number) =>
      new CounterRandom(seed, purpose).uint32(step, index);
    const reference = draw(1, 'a', 2, 3);
    expect(draw(1, 'a', 2, 3)).toBe(reference);
    expect(
      new Set([reference, draw(2, 'a', 2, 3), draw(1, 'b', 2, 3), draw(1, 'a', 3, 3), draw(1, 'a', 2, 4)]).size,
    ).toBe(5);
    expect(draw(2 ** 32 + 1, 'a', 2, 3)).not.toBe(reference);
  });

  it('is uniform below a limit and normal with unit variance', () => {
    const random = new CounterRandom(7, 'moments');
    const counts = new Array(10).fill(0);
    let sum = 0;
    let squares = 0;
    for (let i = 0; i < 20_000; i++) {
      counts[random.below(10, 0, i)]++;
      const value = random.normal(1, i);
      sum += value;
      squares += value * value;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(200);
    expect(Math.abs(sum / 20_000)).toBeLessThan(0.03);
    expect(Math.abs(squares / 20_000 - 1)).toBeLessThan(0.05);
  });
});

describe('CounterPermutation', () => {
  it.each([1, 2, 3, 10, 257, 1000])('visits each of %i elements once', (size) => {
    const permutation = new CounterPermutation(size, 5, 'shuffle', 3);
    const seen = new Set(Array.from({ length: size }, (_, i) => permutation.at(i)));
    expect(seen.size).toBe(size);
    expect(Math.max(...seen)).toBe(size - 1);
  });

  it('differs between epochs', () => {
    const order = (epoch: number) =>
      Array.from({ length: 100 }, (_, i) => new CounterPermutation(100, 5, 's', epoch).at(i));
    expect(order(0)).not.toEqual(order(1));
  });
});
