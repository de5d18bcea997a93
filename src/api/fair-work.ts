/**
 * Long questions on the one thread that answers requests: each turn of the event loop runs one slice of one of them, so
 * that short requests and health checks wait for a few milliseconds at most. The work that has had the least time comes
 * first (foreground-background scheduling: Nuyens and Wierman 2008), so that short questions are not held up by long ones.
 */
import type { SlicedWork } from '../base/sliced-work.js';

const SLICE_MILLISECONDS = 4;
/** So much is granted even to work whose time passed while it waited: enough for what is small. */
const GRANTED_MILLISECONDS = 1;

interface Task {
  /** Runs one slice. @param attained before it. @returns whether the work has ended */
  slice(attained: number): boolean;
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
      const slice = (attained: number) => {
        const start = performance.now();
        const granted = start + GRANTED_MILLISECONDS - attained;
        try {
          for (let now = start; now < start + SLICE_MILLISECONDS; now = performance.now()) {
            const step = work.next(now >= Math.max(deadline, granted));
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
    if (next.slice(next.attained)) this.tasks.delete(next);
    next.attained += performance.now() - start;
  }
}
