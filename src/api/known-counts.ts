/** Counts that took a walk through much of a graph, kept for the next who asks; the last few hundred questions. */
import { createHash } from 'node:crypto';

const KEPT = 1000;

export class KnownCounts {
  private readonly counts = new Map<string, number>();

  /** @param question what decides the count */
  of(question: readonly unknown[]): { count: number | undefined; keep(count: number): void } {
    const key = createHash('sha256').update(JSON.stringify(question)).digest('base64');
    return { count: this.counts.get(key), keep: (count) => this.keep(key, count) };
  }

  private keep(key: string, count: number): void {
    // The one that was kept longest goes first.
    this.counts.delete(key);
    this.counts.set(key, count);
    const [oldest] = this.counts.keys();
    if (this.counts.size > KEPT) this.counts.delete(oldest);
  }
}
