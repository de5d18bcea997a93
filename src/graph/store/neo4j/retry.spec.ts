import { describe, expect, it } from 'vitest';
import { withRetries } from './retry.js';

/** Fails so often, then succeeds. */
function failing(times: number, reason: string): { attempts: () => number; attempt: () => Promise<string> } {
  let attempts = 0;
  return {
    attempts: () => attempts,
    attempt: async () => {
      if (attempts++ < times) throw new Error(reason);
      return 'done';
    },
  };
}

const isPassing = (error: unknown) => error instanceof Error && error.message === 'passing';

describe('withRetries', () => {
  it('tries again what fails for a passing reason', async () => {
    const { attempt, attempts } = failing(2, 'passing');
    expect(await withRetries(attempt, { limit: 30_000, isPassing })).toBe('done');
    expect(attempts()).toBe(3);
  });

  it('gives a permanent failure back at once', async () => {
    const { attempt, attempts } = failing(9, 'permanent');
    await expect(withRetries(attempt, { limit: 30_000, isPassing })).rejects.toThrow('permanent');
    expect(attempts()).toBe(1);
  });

  it('does not begin a wait that would end after the limit', async () => {
    const { attempt, attempts } = failing(9, 'passing');
    await expect(withRetries(attempt, { limit: 10, isPassing })).rejects.toThrow('passing');
    expect(attempts()).toBe(1);
  });
});
