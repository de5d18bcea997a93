import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../base/random.js';
import { rankOrder } from './rank-order.js';

describe('rankOrder', () => {
  it.each([0, 1, 4096, 4097, 20_001])('sorts %i entities by falling rank, ties by id', (count) => {
    const random = new CounterRandom(1, 'test.rank-order');
    const ranks = Float64Array.from({ length: count }, (_, i) => random.below(50, 0, i));
    const expected = Array.from({ length: count }, (_, i) => i).sort((a, b) => ranks[b] - ranks[a] || a - b);
    expect([...rankOrder(count, ranks)]).toEqual(expected);
  });

  it('keeps the order of ids when there are no ranks', () => {
    expect([...rankOrder(4)]).toEqual([0, 1, 2, 3]);
  });
});
