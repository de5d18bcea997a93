/**
 * Long computations that pause at safe points, so that whoever runs them can give others their turn. At each pause they are
 * told whether their time is over; one that is limited in time then comes to an end with what it has.
 */
export type SlicedWork<T> = Generator<void, T, boolean>;

/** Work in one go, with all the time it needs. */
export function finishWork<T>(work: SlicedWork<T>): T {
  for (;;) {
    const step = work.next(false);
    if (step.done) return step.value;
  }
}
