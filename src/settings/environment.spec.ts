import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readEnvironment } from './environment.js';

describe('readEnvironment', () => {
  it('has defaults for an empty environment', () => {
    expect(readEnvironment({})).toMatchObject({
      home: resolve('.medgraft'),
      threads: undefined,
      benchPython: undefined,
      noColor: false,
    });
  });

  it('reads what is set', () => {
    const source = { MEDGRAFT_HOME: 'there', MEDGRAFT_THREADS: '3', MEDGRAFT_BENCH_PYTHON: 'python3', NO_COLOR: '' };
    expect(readEnvironment(source)).toMatchObject({
      home: resolve('there'),
      threads: 3,
      benchPython: 'python3',
      noColor: true,
    });
  });

  it.each(['0', '-1', '1.5', 'many', ''])('takes no thread count from "%s"', (text) => {
    expect(readEnvironment({ MEDGRAFT_THREADS: text }).threads).toBeUndefined();
  });
});
