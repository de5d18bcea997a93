/**
 * Counts of requests by caller within fixed windows, at most so many callers: the one seen longest ago is forgotten first,
 * so that an attacker with many addresses cannot fill the memory.
 */
import { Injectable } from '@nestjs/common';
import type { ThrottlerStorage } from '@nestjs/throttler';

const CALLERS = 10_000;

interface Window {
  hits: number;
  endsAt: number;
}

@Injectable()
export class BoundedCounts implements ThrottlerStorage {
  /** In the order in which they were last seen. */
  private readonly windows = new Map<string, Window>();

  get size(): number {
    return this.windows.size;
  }

  async increment(key: string, ttl: number, limit: number) {
    const now = performance.now();
    const before = this.windows.get(key);
    const window = before && before.endsAt > now ? before : { hits: 0, endsAt: now + ttl };
    window.hits++;
    this.windows.delete(key);
    this.windows.set(key, window);
    if (this.windows.size > CALLERS) this.forgetOldest();
    const seconds = Math.ceil((window.endsAt - now) / 1000);
    const isBlocked = window.hits > limit;
    return {
      totalHits: window.hits,
      timeToExpire: seconds,
      isBlocked,
      timeToBlockExpire: isBlocked ? seconds : 0,
    };
  }

  private forgetOldest(): void {
    for (const key of this.windows.keys()) {
      this.windows.delete(key);
      return;
    }
  }
}
