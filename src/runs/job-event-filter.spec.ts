import { describe, expect, it } from 'vitest';
import { JobEventFilter } from './job-event-filter.js';
import type { StageEvent } from './stage.js';

const NOTE: StageEvent = { kind: 'note', message: 'hello' };

describe('JobEventFilter', () => {
  it('thins progress and nothing else', () => {
    let now = 0;
    const filter = new JobEventFilter(() => now);
    const seen: string[] = [];
    const show = (events: StageEvent[]) => {
      for (const event of events) seen.push(event.kind === 'progress' ? `${event.phase}${event.done}` : event.kind);
    };
    for (let done = 1; done <= 10; done++) {
      now += 50;
      show(filter.take({ kind: 'progress', phase: 'p', done, total: 20, unit: 'x' }));
    }
    show(filter.take(NOTE));
    show(filter.take({ kind: 'progress', phase: 'p', done: 12, total: 20, unit: 'x' }));
    show(filter.take({ kind: 'progress', phase: 'q', done: 1, unit: 'x' }));
    show(filter.flush());
    expect(seen).toEqual(['p1', 'p6', 'p10', 'note', 'p12', 'q1']);
  });
});
