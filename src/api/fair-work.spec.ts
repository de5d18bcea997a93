import { describe, expect, it } from 'vitest';
import type { SlicedWork } from '../base/sliced-work.js';
import { FairWork } from './fair-work.js';

/** Counts pauses until its time is over, or for ever. */
function* countUntilLate(): SlicedWork<number> {
  let pauses = 0;
  while (!(yield)) pauses++;
  return pauses;
}

function* take(pauses: number, log: string[], name: string): SlicedWork<string> {
  for (let i = 0; i < pauses; i++) {
    const until = performance.now() + 5;
    while (performance.now() < until);
    log.push(name);
    yield;
  }
  return name;
}

describe('FairWork', () => {
  it('gives turns to long and short work, and to what else the event loop has', async () => {
    const work = new FairWork();
    const log: string[] = [];
    const long = work.run(take(6, log, 'long'));
    const turn = new Promise<void>((resolve) => setImmediate(() => resolve(void log.push('event loop'))));
    const short = work.run(take(1, log, 'short'));
    expect(await Promise.all([long, short, turn])).toEqual(['long', 'short', undefined]);
    expect(log.indexOf('short')).toBeLessThan(log.lastIndexOf('long'));
    expect(log.indexOf('event loop')).toBeLessThan(log.lastIndexOf('long'));
  });

  it('tells work when its time is over', async () => {
    // A little is granted even to what is late from the start.
    const late = await new FairWork().run(countUntilLate(), 0);
    expect(await new FairWork().run(countUntilLate(), 50)).toBeGreaterThan(late);
  });

  it('passes errors on, and goes on with the rest', async () => {
    const work = new FairWork();
    const log: string[] = [];
    const other = work.run(take(2, log, 'other'));
    const failing = work.run(
      (function* (): SlicedWork<void> {
        yield;
        throw new Error('no');
      })(),
    );
    await expect(failing).rejects.toThrow('no');
    expect(await other).toBe('other');
  });
});
