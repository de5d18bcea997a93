/**
 * How threads share out the blocks of a sweep, without locks: whoever is free takes the next ticket below the limit. The
 * leader raises the limit by one sweep, takes tickets like the others, and waits until all are done. It waits for blocks
 * and not for threads, so a thread that starts late or never only makes it slower.
 */
import { BLOCKS, type SweepKind } from './rank-blocks.js';

const NEXT = 0;
const LIMIT = 1;
const DONE = 2;
const KIND = 3;
const CLOSED = 4;
const VALUE_BYTE = 32;
export const CONTROL_BYTES = 64;

const KINDS: readonly SweepKind[] = ['spread', 'advance'];
/** Looks before a thread goes to sleep: waking one up costs more than a small block. */
const LOOKS = 2000;
/** A follower looks up now and then: the leader may have closed just before it slept. */
const SLEEP_MILLISECONDS = 200;

export type TicketWork = (ticket: number, kind: SweepKind, value: number) => void;

export class RankTickets {
  private readonly counters: Int32Array;
  private readonly value: Float64Array;

  constructor(
    control: SharedArrayBuffer,
    private readonly work: TicketWork,
  ) {
    this.counters = new Int32Array(control, 0, VALUE_BYTE / 4);
    this.value = new Float64Array(control, VALUE_BYTE, 1);
  }

  /** Leader: one sweep; returns when each of its blocks is done. */
  sweep(kind: SweepKind, value: number): void {
    this.counters[KIND] = KINDS.indexOf(kind);
    this.value[0] = value;
    const limit = Atomics.add(this.counters, LIMIT, BLOCKS) + BLOCKS;
    Atomics.notify(this.counters, LIMIT);
    while (this.takeOne());
    for (let done = this.await(DONE, limit); done !== limit; done = this.await(DONE, limit));
  }

  /** Follower: works until the leader closes. */
  follow(): void {
    while (Atomics.load(this.counters, CLOSED) === 0) {
      const limit = Atomics.load(this.counters, LIMIT);
      if (!this.takeOne()) this.sleepWhile(LIMIT, limit);
    }
  }

  /** Leader: sends the followers home. */
  close(): void {
    Atomics.store(this.counters, CLOSED, 1);
    Atomics.notify(this.counters, LIMIT);
  }

  private takeOne(): boolean {
    for (;;) {
      const ticket = Atomics.load(this.counters, NEXT);
      if (ticket >= Atomics.load(this.counters, LIMIT)) return false;
      if (Atomics.compareExchange(this.counters, NEXT, ticket, ticket + 1) !== ticket) continue;
      this.work(ticket, KINDS[this.counters[KIND]], this.value[0]);
      Atomics.add(this.counters, DONE, 1);
      Atomics.notify(this.counters, DONE);
      return true;
    }
  }

  /** The counter, after it was given the time to come to what is awaited. */
  private await(counter: number, awaited: number): number {
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(this.counters, counter) === awaited) return awaited;
    const seen = Atomics.load(this.counters, counter);
    if (seen !== awaited) Atomics.wait(this.counters, counter, seen);
    return Atomics.load(this.counters, counter);
  }

  private sleepWhile(counter: number, value: number): void {
    for (let look = 0; look < LOOKS; look++) if (Atomics.load(this.counters, counter) !== value) return;
    Atomics.wait(this.counters, counter, value, SLEEP_MILLISECONDS);
  }
}
