import type { StageEvent } from './stage.js';

const PAUSE_MILLISECONDS = 250;

/**
 * Keeps a job's record small: of the progress of a phase the first, the last, and at most four a second; everything else
 * passes.
 */
export class JobEventFilter {
  private held: StageEvent | undefined;
  private phase: string | undefined;
  private passedAt = 0;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(private readonly now: () => number = () => performance.now()) {}

  /** The events to record now, in order. */
  take(event: StageEvent): StageEvent[] {
    if (event.kind !== 'progress') return [...this.flush(), event];
    const changed = event.phase !== this.phase;
    const finished = event.total !== undefined && event.done >= event.total;
    const before = changed ? this.flush() : [];
    if (!changed && !finished && this.now() - this.passedAt < PAUSE_MILLISECONDS) {
      this.held = event;
      return before;
    }
    this.phase = event.phase;
    this.passedAt = this.now();
    this.held = undefined;
    return [...before, event];
  }

  /** What is held back, at the end. */
  flush(): StageEvent[] {
    const held = this.held === undefined ? [] : [this.held];
    this.held = undefined;
    return held;
  }
}
