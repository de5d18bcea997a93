import { describe, expect, it } from 'vitest';
import { visitRounds } from './visit-rounds.js';

describe('visitRounds', () => {
  it.each([
    [4, 2],
    [5, 2],
    [7, 3],
    [8, 2],
    [8, 4],
  ])('of %i partitions by %i processes visit every pair once, none twice at a time', (partitions, processes) => {
    const rounds = visitRounds(partitions, processes, 3, 1);
    const pairs = rounds.flat().map(({ slots }) => [...slots].sort((a, b) => a - b).join(' '));
    expect(new Set(pairs).size).toBe((partitions * (partitions - 1)) / 2);
    expect(pairs).toHaveLength(new Set(pairs).size);
    for (const round of rounds) {
      const busy = round.flatMap(({ slots }) => [...slots]);
      expect(new Set(busy).size).toBe(busy.length);
      expect(round.length).toBeLessThanOrEqual(processes);
    }
  });
});
