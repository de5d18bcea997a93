/**
 * Where threads of one computation wait for each other (a barrier with a generation counter), and how one that fails or is
 * sent home frees the others. Lives in shared memory; the main thread may wait too.
 */
const ARRIVED = 0;
const GENERATION = 1;
const STOPPED = 2;
const TEXT_LENGTH = 3;
const WORDS = 4;
const TEXT_BYTES = 2048;
export const BARRIER_BYTES = WORDS * 4 + TEXT_BYTES;

/** Looks before a thread goes to sleep: waking one up costs more than most waits last. */
const LOOKS = 4000;
/** Sleepers look up now and then: others may have stopped for good. */
const SLEEP_MILLISECONDS = 100;

/** Thrown out of waits once the computation has been stopped. */
export class ThreadsStopped extends Error {}

export class ThreadBarrier {
  private readonly words: Int32Array;
  private readonly text: Uint8Array;

  constructor(
    memory: SharedArrayBuffer,
    private readonly threads: number,
  ) {
    this.words = new Int32Array(memory, 0, WORDS);
    this.text = new Uint8Array(memory, WORDS * 4, TEXT_BYTES);
  }

  /** Returns when all threads have called it. @throws ThreadsStopped when the computation was stopped */
  wait(): void {
    const { words } = this;
    this.assertRuns();
    const generation = Atomics.load(words, GENERATION);
    if (Atomics.add(words, ARRIVED, 1) + 1 === this.threads) {
      Atomics.store(words, ARRIVED, 0);
      Atomics.add(words, GENERATION, 1);
      Atomics.notify(words, GENERATION);
    } else this.waitWhile(generation);
    // Who was let through goes on, even if the others have stopped since.
    if (Atomics.load(words, GENERATION) === generation) throw this.stopped();
  }

  /** For who works for long without a wait. @throws ThreadsStopped when the computation was stopped */
  assertRuns(): void {
    if (Atomics.load(this.words, STOPPED) === 1) throw this.stopped();
  }

  /** Frees all that wait, now and later. @param reason of a failure; absent: all was done */
  stop(reason?: unknown): void {
    if (reason !== undefined) {
      const message = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
      // Encoded apart: text encoders refuse shared memory.
      const bytes = new TextEncoder().encode(message).subarray(0, TEXT_BYTES);
      this.text.set(bytes);
      Atomics.store(this.words, TEXT_LENGTH, bytes.length);
    }
    Atomics.store(this.words, STOPPED, 1);
    Atomics.notify(this.words, GENERATION);
  }

  private waitWhile(generation: number): void {
    const { words } = this;
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(words, GENERATION) !== generation) return;
    while (Atomics.load(words, GENERATION) === generation && Atomics.load(words, STOPPED) === 0) {
      Atomics.wait(words, GENERATION, generation, SLEEP_MILLISECONDS);
    }
  }

  private stopped(): ThreadsStopped {
    const length = Atomics.load(this.words, TEXT_LENGTH);
    return new ThreadsStopped(new TextDecoder().decode(this.text.slice(0, length)) || 'the computation has ended');
  }
}
