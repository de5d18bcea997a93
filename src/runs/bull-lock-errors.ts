/** What BullMQ says of a ticket whose lock is gone: it tells so by its messages alone. */
import { isUnreachable } from './job-queue.js';

/** @throws every other error */
export function ifLockIsGone(error: unknown): undefined {
  if (error instanceof Error && /lock|not in the active state|missing key/i.test(error.message)) return undefined;
  throw error;
}

/** For a ticket that comes back by itself when its lock runs out. @throws every other error */
export function ifItComesBack(error: unknown): undefined {
  return isUnreachable(error) ? undefined : ifLockIsGone(error);
}
