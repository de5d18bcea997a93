/**
 * Turns work that calls back into an async generator of its events. A push waits until the event has been taken, so the
 * work never runs ahead of its reader; a reader that leaves early makes the next push fail and is told when the work ended.
 */
import { MedgraftError } from '../base/errors.js';

export type Push<E> = (event: E) => Promise<void>;

interface Waiting<E> {
  event: E;
  taken(): void;
  refused(reason: unknown): void;
}

/** @returns what `work` returns; throws what it throws */
export async function* eventsOf<E, R>(work: (push: Push<E>) => Promise<R>): AsyncGenerator<E, R> {
  const queue: Waiting<E>[] = [];
  let current: Waiting<E> | undefined;
  let closed = false;
  let wake = () => {};
  const push: Push<E> = (event) =>
    new Promise((taken, refused) => {
      if (closed) return refused(readerLeft());
      queue.push({ event, taken, refused });
      wake();
    });
  let settled = false;
  const result = work(push).finally(() => {
    settled = true;
    wake();
  });
  try {
    while (!settled || queue.length > 0) {
      current = queue.shift();
      if (current) {
        yield current.event;
        current.taken();
      } else await nextPush();
    }
    return await result;
  } finally {
    closed = true;
    for (const waiting of [current, ...queue]) waiting?.refused(readerLeft());
    await result.catch(() => undefined);
  }

  function nextPush(): Promise<void> {
    return new Promise((resolve) => {
      wake = resolve;
      if (settled || queue.length > 0) resolve();
    });
  }
}

function readerLeft(): MedgraftError {
  return new MedgraftError('cancelled', 'run.cancelled', 'stopped because nobody reads its events any more');
}
