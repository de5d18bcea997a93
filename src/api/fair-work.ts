/**
 * Long questions on the one thread that answers requests: each turn of the event loop runs one slice of one of them, so
 * that short requests and health checks wait for a few milliseconds at most. The work that has had the least time comes
 * first (foreground-background scheduling: Nuyens and Wierman 2008), so that short questions are not held up by long ones.
 */
import type { SlicedWork } from '../base/sliced-work.js';

const SLICE_MILLISECONDS = 4;

interface Task {
  /** Runs one slice. @returns whether the work has ended */
  slice(): boolean;
  /** Milliseconds of its slices. */
  attained: number;
}

export class FairWork {
  private readonly tasks = new Set<Task>();
  private awaitsTurn = false;

  /** @param milliseconds from now on; after it the work is told that its time is over */
  run<T>(work: SlicedWork<T>, milliseconds = Number.POSITIVE_INFINITY): Promise<T> {
    const deadline = performance.now() + milliseconds;
    return new Promise((resolve, reject) => {
      const slice = () => {
        const end = performance.now() + SLICE_MILLISECONDS;
        try {
          for (let now = performance.now(); now < end; now = performance.now()) {
            const step = work.next(now >= deadline);
            if (!step.done) continue;
            resolve(step.value);
            return true;
          }
          return false;
        } catch (error) {
          reject(error);
          return true;
        }
      };
      this.tasks.add({ slice, attained: 0 });
      this.waitForTurn();
    });
  }

  private waitForTurn(): void {
    if (this.awaitsTurn || this.tasks.size === 0) return;
    this.awaitsTurn = true;
    setImmediate(() => {
      this.awaitsTurn = false;
      this.turn();
      this.waitForTurn();
    });
  }

  private turn(): void {
    let next: Task | undefined;
    // Sets keep the order of arrival.
    for (const task of this.tasks) if (next === undefined || task.attained < next.attained) next = task;
    if (next === undefined) return;
    const start = performance.now();
    if (next.slice()) this.tasks.delete(next);
    next.attained += performance.now() - start;
  }
}
