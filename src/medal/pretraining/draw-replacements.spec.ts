import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import { drawReplacements } from './draw-replacements.js';

const random = new CounterRandom(7, 'test');

describe('drawReplacements', () => {
  it('draws from the given distribution, and never what has no probability', () => {
    const share = [0.5, 0, 0.3, 0.2, 0];
    const places = 20_000;
    const probabilities = Float32Array.from({ length: 5 * places }, (_, i) => share[i % 5]);
    const positions = Int32Array.from({ length: places }, (_, i) => i);
    const truths = new Int32Array(places).fill(0);
    const { tokens, replaced, count } = drawReplacements(
      { truths, positions, count: places },
      probabilities,
      random,
      0,
    );
    const found = share.map((_, piece) => tokens.filter((token) => token === piece).length / places);
    // Four deviations of the largest share.
    const margin = 4 * Math.sqrt(0.25 / places);
    for (const [piece, expected] of share.entries()) expect(Math.abs(found[piece] - expected)).toBeLessThan(margin);
    expect([found[1], found[4]]).toEqual([0, 0]);
    expect(count).toBe(replaced.filter((value) => value === 1).length);
    expect(count / places).toBeCloseTo(0.5, 1);
  });

  it('takes the certain one, of rows that rounding left short of 1 too, and calls a right guess no replacement', () => {
    const rows = Float32Array.of(0, 0.9999, 0, 0, 0, 0.98);
    const truths = Int32Array.of(9, 1, 9, 1);
    for (let draw = 0; draw < 200; draw++) {
      const { tokens, replaced } = drawReplacements(
        { truths, positions: Int32Array.of(1, 3), count: 2 },
        rows,
        random,
        draw,
      );
      expect([...tokens]).toEqual([9, 1, 9, 2]);
      expect([...replaced]).toEqual([0, 0, 0, 1]);
    }
  });

  it('leaves the rest of the text and padded places alone, and draws the same for the same number', () => {
    const arbitrary = fc.record({
      pieces: fc.integer({ min: 2, max: 9 }),
      count: fc.integer({ min: 0, max: 6 }),
      draw: fc.nat(1000),
    });
    fc.assert(
      fc.property(arbitrary, ({ pieces, count, draw }) => {
        const truths = Int32Array.from({ length: 20 }, (_, i) => i % pieces);
        const positions = Int32Array.from({ length: 8 }, (_, place) => (place < count ? 2 * place + 1 : 20));
        const probabilities = new Float32Array(8 * pieces).fill(1 / pieces);
        const one = drawReplacements({ truths, positions, count }, probabilities, random, draw);
        expect(drawReplacements({ truths, positions, count }, probabilities, random, draw)).toEqual(one);
        one.tokens.forEach((token, position) => {
          expect(one.replaced[position]).toBe(token === truths[position] ? 0 : 1);
          if (!positions.subarray(0, count).includes(position)) expect(token).toBe(truths[position]);
        });
      }),
    );
  });
});
