/**
 * Tries again what failed for a passing reason: exponential waiting, doubled from 50 ms to 2 s. What is tried again has to
 * be idempotent: an answer that got lost may be that of a transaction which was committed.
 */
import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_WAIT = 50;
const LONGEST_WAIT = 2000;

export interface RetryOptions {
  /** Milliseconds since the first failure after which no more is tried. */
  limit: number;
  isPassing(error: unknown): boolean;
}

/** @throws the last failure; a permanent one at once */
export async function withRetries<T>(attempt: () => Promise<T>, { limit, isPassing }: RetryOptions): Promise<T> {
  let failedAt: number | undefined;
  for (let wait = FIRST_WAIT; ; wait = Math.min(2 * wait, LONGEST_WAIT)) {
    try {
      return await attempt();
    } catch (error) {
      failedAt ??= performance.now();
      if (!isPassing(error) || performance.now() - failedAt + wait > limit) throw error;
    }
    await sleep(wait);
  }
}
