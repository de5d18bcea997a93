import { describe, expect, it } from 'vitest';
import { buildSnapshot } from './build-snapshot.js';
import { uniqueNames } from './unique-names.js';

const named = (pairs: [string, string][]) =>
  uniqueNames(
    buildSnapshot(
      pairs.map(([key, name]) => ({ key, name, types: [], aliases: [] })),
      [],
    ),
  );

describe('uniqueNames', () => {
  it('adds the key to every entity but the first of a name', () => {
    expect(
      named([
        ['1', '感冒'],
        ['2', '感冒'],
        ['3', '发热'],
        ['4', '感冒'],
      ]),
    ).toEqual(['感冒', '感冒 (2)', '发热', '感冒 (4)']);
  });

  it('does not take a name that another entity bears', () => {
    const names = named([
      ['1', 'a'],
      ['2', 'a'],
      ['3', 'a (2)'],
      ['4', 'a (2)'],
    ]);
    expect(names).toEqual(['a', 'a (2) (2)', 'a (2)', 'a (2) (4)']);
    expect(new Set(names).size).toBe(4);
  });
});
