import { describe, expect, it } from 'vitest';
import { visitOrder } from './visit-order.js';

describe('visitOrder', () => {
  it.each([2, 3, 4, 5, 8, 9])('visits every pair of %i partitions once, and changes one of them at a time', (count) => {
    const visits = visitOrder(count, 3, 1).map(({ slots }) => slots);
    const pairs = visits.map((slots) => [...slots].sort((a, b) => a - b).join(' '));
    expect(new Set(pairs).size).toBe((count * (count - 1)) / 2);
    expect(visits).toHaveLength(pairs.length);
    for (const [i, [first, second]] of visits.slice(1).entries()) {
      const [before, beforeSecond] = visits[i];
      expect(Number(first === before) + Number(second === beforeSecond), `visit ${i + 1}`).toBe(1);
    }
  });

  it('is another one in each epoch, and the same one again', () => {
    expect(visitOrder(6, 0, 1)).toEqual(visitOrder(6, 0, 1));
    expect(visitOrder(6, 0, 1)).not.toEqual(visitOrder(6, 0, 2));
  });
});
