import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { packSteps, walk } from './packed-steps.js';

const lengths = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1, maxLength: 8 });

describe('packed steps', () => {
  it('are these for samples of 2, 3 and 1 tokens', () => {
    const packed = packSteps(Int32Array.of(2, 3, 1));
    expect([...packed.counts]).toEqual([3, 2, 1]);
    expect([...packed.starts]).toEqual([0, 3, 5]);
    // The second sample, tokens 2 to 4, is the longest.
    expect([...packed.places]).toEqual([2, 0, 5, 3, 1, 4]);
    expect(walk(packed, 1).map(({ start, continuing, passed }) => [start, continuing, passed])).toEqual([
      [5, 0, 1],
      [3, 1, 2],
      [0, 2, 0],
    ]);
  });

  it('hold each token once, and lead each sample through its tokens in order, from either end', () => {
    fc.assert(
      fc.property(lengths, fc.constantFrom(0, 1), (given, direction) => {
        const packed = packSteps(Int32Array.from(given));
        expect([...packed.places].sort((a, b) => a - b)).toEqual(Array.from(packed.places.keys()));
        const samples = given.flatMap((length, sample) => new Array<number>(length).fill(sample));
        const steps = walk(packed, direction);
        for (const [i, { start, count, continuing, before, passed, next }] of steps.entries()) {
          for (let row = 0; row < count; row++) {
            const place = packed.places[start + row];
            const towards = direction === 0 ? 1 : -1;
            const isFirst = samples[place - towards] !== samples[place];
            const isLast = samples[place + towards] !== samples[place];
            expect(row >= continuing).toBe(isFirst);
            expect(row >= passed).toBe(isLast);
            if (!isFirst) expect(packed.places[before + row]).toBe(place - towards);
            if (!isLast) expect(packed.places[next + row]).toBe(place + towards);
          }
          if (i > 0) expect(before).toBe(steps[i - 1].start);
        }
      }),
    );
  });
});
