import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jaroSimilarity, jaroWinkler } from './jaro-winkler.js';

describe('jaroWinkler', () => {
  // Winkler's own table (1990; also in Cohen et al. 2003).
  it.each([
    ['MARTHA', 'MARHTA', 0.944, 0.961],
    ['DIXON', 'DICKSONX', 0.767, 0.813],
    ['DWAYNE', 'DUANE', 0.822, 0.84],
    ['JONES', 'JOHNSON', 0.79, 0.832],
    ['ABROMS', 'ABRAMS', 0.889, 0.922],
    ['SHACKLEFORD', 'SHACKELFORD', 0.97, 0.982],
    ['NICHLESON', 'NICHULSON', 0.926, 0.956],
  ])('of %s and %s', (a, b, jaro, winkler) => {
    expect(jaroSimilarity(a, b)).toBeCloseTo(jaro, 3);
    expect(jaroWinkler(a, b)).toBeCloseTo(winkler, 3);
  });

  it('is 1 for equal texts, 0 for those that share nothing, and within these bounds', () => {
    expect(jaroWinkler('高血压', '高血压')).toBe(1);
    expect(jaroWinkler('高血压', '感冒')).toBe(0);
    expect(jaroWinkler('', 'a')).toBe(0);
    fc.assert(
      fc.property(fc.string(), fc.string(), (a, b) => {
        const similarity = jaroWinkler(a, b);
        expect(similarity).toBeGreaterThanOrEqual(0);
        expect(similarity).toBeLessThanOrEqual(1 + 1e-12);
      }),
    );
  });
});
