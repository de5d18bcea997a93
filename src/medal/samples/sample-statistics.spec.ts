import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SenseInventory } from '../inventory/sense-inventory.js';
import { GatheredSamples } from './gathered-samples.js';
import { countClasses, setStatistics, splitStatistics } from './sample-statistics.js';
import { TextNumbers } from './text-numbers.js';

const inventory = new SenseInventory(
  [
    ['CT', 'computed tomography'],
    ['CT', 'calcitonin'],
    ['RF', 'renal failure'],
    ['RF', 'rheumatic fever'],
    ['MI', 'myocardial infarction'],
  ].map(([abbreviation, expansion]) => ({ abbreviation, expansion, variants: [] })),
);

describe('statistics of samples', () => {
  it('count what occurs, and how often the most frequent training sense is right', () => {
    const training = countClasses(inventory, [0, 0, 1, 2]);
    const test = { texts: 4, classes: Int32Array.of(0, 1, 1, 2, 3, 4) };
    expect(splitStatistics(inventory, test, training)).toEqual({
      texts: 4,
      samples: 6,
      classes: 5,
      abbreviations: 3,
      mostFrequentSense: 2 / 6,
    });
    expect(splitStatistics(inventory, { texts: 0, classes: new Int32Array() }, training)).toMatchObject({
      samples: 0,
      mostFrequentSense: 0,
    });
  });

  it('say how ambiguous the set is', () => {
    expect(setStatistics(inventory, Int32Array.of(3, 1, 2, 0, 0))).toEqual({
      samples: 6,
      classes: 3,
      abbreviations: 2,
      sensesPerAbbreviation: 1.5,
      mostSenses: 2,
      ambiguousAbbreviations: 1,
      ambiguousSamples: 4 / 6,
    });
  });
});

describe('gathered samples', () => {
  it('come by text and location, equal ones as they were added', () => {
    const sample = fc.tuple(fc.nat(5), fc.nat(3), fc.nat(9));
    fc.assert(
      fc.property(fc.array(sample, { maxLength: 60 }), (rows) => {
        const gathered = new GatheredSamples();
        for (const row of rows) gathered.add(...row);
        const sorted = [...rows].sort((a, b) => a[0] - b[0] || a[1] - b[1]);
        const found = [...gathered.inOrder(6)].map(({ text, location, class: sense }) => [text, location, sense]);
        expect(found).toEqual(sorted);
      }),
    );
  });

  it('are as many as one likes', () => {
    const gathered = new GatheredSamples();
    for (let i = 0; i < 5000; i++) gathered.add(4999 - i, 0, i);
    expect(gathered.size).toBe(5000);
    expect([...gathered.inOrder(5000)].every(({ text, class: sense }) => text + sense === 4999)).toBe(true);
  });
});

describe('numbers of texts', () => {
  it('are those of a map', () => {
    const half = fc.integer({ min: -3, max: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(half, half), { maxLength: 100 }), (hashes) => {
        const numbers = new TextNumbers();
        const known = new Map<string, number>();
        for (const [high, low] of hashes) {
          const key = `${high} ${low}`;
          if (!known.has(key)) known.set(key, known.size);
          expect(numbers.numberOf(high, low)).toBe(known.get(key));
        }
        expect(numbers.count).toBe(known.size);
      }),
    );
  });

  it('stay the same when the table grows', () => {
    const numbers = new TextNumbers();
    for (const round of [0, 1]) {
      for (let i = 0; i < 4000; i++) expect(numbers.numberOf(Math.imul(i, 0x9e3779b1), i >> 2), String(round)).toBe(i);
    }
  });
});
