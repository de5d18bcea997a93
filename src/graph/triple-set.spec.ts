import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../base/random.js';
import { TripleSet } from './triple-set.js';

describe('TripleSet', () => {
  it('agrees with a set of texts, through several growths', () => {
    const random = new CounterRandom(7, 'triple-set.spec');
    const expected = new Set<string>();
    const triples = new TripleSet();
    for (let i = 0; i < 50_000; i++) {
      const [head, relation, tail] = [300, 3, 300].map((range, part) => random.below(range, i, part));
      const name = `${head} ${relation} ${tail}`;
      expect(triples.add(head, relation, tail)).toBe(!expected.has(name));
      expected.add(name);
    }
    expect(triples.size).toBe(expected.size);
  });

  it('tells apart what differs in one part only, up to the largest numbers', () => {
    const triples = new TripleSet();
    const parts = [0, 1, 65_535];
    const ends = [0, 1, 2 ** 31, 2 ** 32 - 1];
    for (const head of ends)
      for (const relation of parts)
        for (const tail of ends) {
          expect(triples.add(head, relation, tail)).toBe(true);
          expect(triples.add(head, relation, tail)).toBe(false);
        }
    expect(triples.size).toBe(48);
  });
});
