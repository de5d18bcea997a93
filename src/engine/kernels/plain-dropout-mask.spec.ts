import { describe, expect, it } from 'vitest';
import { fillDropoutMask } from './plain-dropout-mask.js';

function mask(length: number, rate: number, seed = 1, purpose = 'dropout.a', draw = 0): Uint8Array {
  const target = new Uint8Array(length).fill(7);
  fillDropoutMask(target, rate, seed, purpose, draw);
  return target;
}

describe('fillDropoutMask', () => {
  it.each([0.1, 0.25, 0.5, 0.9])('keeps all but about %d', (rate) => {
    const kept = mask(40_000, rate).reduce((sum, bit) => sum + bit, 0) / 40_000;
    expect(Math.abs(1 - kept - rate)).toBeLessThan(0.01);
  });

  it('keeps everything at rate 0, nothing at rate 1, and writes only 0 and 1', () => {
    expect(new Set(mask(1001, 0))).toEqual(new Set([1]));
    expect(new Set(mask(1001, 1))).toEqual(new Set([0]));
    expect(new Set(mask(1001, 0.5))).toEqual(new Set([0, 1]));
  });

  it('depends on seed, purpose and draw, and on nothing else', () => {
    const reference = mask(64, 0.5);
    expect(mask(64, 0.5)).toEqual(reference);
    expect(mask(67, 0.5).subarray(0, 64)).toEqual(reference);
    for (const other of [mask(64, 0.5, 2), mask(64, 0.5, 1, 'dropout.b'), mask(64, 0.5, 1, 'dropout.a', 1)]) {
      expect(other).not.toEqual(reference);
    }
  });
});
