import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { textWindows } from './text-windows.js';

describe('windows of a text', () => {
  it('is the whole text where it is short enough', () => {
    expect(textWindows(8, [0, 7], 8)).toEqual([{ first: 0, end: 8, fromPlace: 0, toPlace: 2 }]);
    expect(textWindows(8, [], 8)).toEqual([]);
  });

  it('puts each place where most is seen around it', () => {
    expect(textWindows(20, [0, 9, 10, 19], 8)).toEqual([
      { first: 0, end: 8, fromPlace: 0, toPlace: 1 },
      { first: 4, end: 12, fromPlace: 1, toPlace: 2 },
      { first: 8, end: 16, fromPlace: 2, toPlace: 3 },
      { first: 12, end: 20, fromPlace: 3, toPlace: 4 },
    ]);
  });

  it('holds every place once, a quarter of the window from its ends or as far as the text goes', () => {
    const texts = fc
      .tuple(fc.integer({ min: 1, max: 300 }), fc.integer({ min: 2, max: 40 }))
      .chain(([words, maximum]) =>
        fc.tuple(fc.constant(words), fc.constant(maximum), fc.uniqueArray(fc.integer({ min: 0, max: words - 1 }))),
      );
    fc.assert(
      fc.property(texts, ([words, maximum, drawn]) => {
        const locations = drawn.sort((a, b) => a - b);
        const windows = textWindows(words, locations, maximum);
        let place = 0;
        for (const { first, end, fromPlace, toPlace } of windows) {
          expect(fromPlace).toBe(place);
          expect(end - first).toBe(Math.min(words, maximum));
          for (; place < toPlace; place++) {
            const location = locations[place];
            const room = Math.floor(maximum / 4) - 1;
            expect(location).toBeGreaterThanOrEqual(first);
            expect(location).toBeLessThan(end);
            expect(location - first >= room || first === 0).toBe(true);
            expect(end - location > room || end === words).toBe(true);
          }
        }
        expect(place).toBe(locations.length);
      }),
    );
  });
});
