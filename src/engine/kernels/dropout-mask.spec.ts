import { describe, expect, it } from 'vitest';
import { createMaskPool } from './dropout-mask.js';
import { fillDropoutMask } from './plain-dropout-mask.js';

describe('createMaskPool', () => {
  it.each([
    [1, 0.1, 1, 'dropout.a', 0],
    [64, 0.5, 2 ** 40 + 3, 'dropout.b', 7],
    [1001, 0.9, 5, 'dropout.0.probabilities', 4_000_000_000],
    [4096, 0, 5, 'dropout.c', 3],
    [100, 1, 5, 'dropout.c', 3],
  ])('draws the bits of the plain generator: %i bytes at rate %d', (length, rate, seed, purpose, draw) => {
    const pool = createMaskPool({ before: 3, mask: length, after: 5 });
    pool.masks['after'].fill(9);
    const expected = new Uint8Array(length);
    fillDropoutMask(expected, rate, seed, purpose, draw);
    pool.fill('mask', rate, seed, purpose, draw);
    expect(pool.masks['mask']).toEqual(expected);
    expect([...pool.masks['after']]).toEqual([9, 9, 9, 9, 9]);
  });
});
