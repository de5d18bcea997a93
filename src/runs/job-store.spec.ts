import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { JobEventFilter } from './job-event-filter.js';
import { JobStore } from './job-store.js';
import type { StageEvent } from './stage.js';

const NOTE: StageEvent = { kind: 'note', message: 'hello' };
const ERROR = { code: 'x.y', message: 'z' };

let folder: string;
let time: number;
let store: JobStore;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'medgraft-jobs-'));
  time = 1_000_000;
  store = open();
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): JobStore {
  return new JobStore(join(folder, 'jobs.db'), () => time);
}

describe('JobStore', () => {
  it('hands jobs out in order, each once, and keeps them over a restart', () => {
    store.add('kg.rank', { kg: 'a' });
    store.add('kg.rank', { kg: 'b' });
    const other = open();
    const first = store.claim(1000);
    const second = other.claim(1000);
    expect([first?.job.settings, second?.job.settings]).toEqual([{ kg: 'a' }, { kg: 'b' }]);
    expect(store.claim(1000)).toBeUndefined();
    other.close();
    expect(
      open()
        .list(10)
        .map(({ id, state }) => [id, state]),
    ).toEqual([
      [2, 'running'],
      [1, 'running'],
    ]);
  });

  it('gives a job to another when its lease has run out, and then lets the first holder write nothing', () => {
    store.add('kg.rank', {});
    const slow = store.claim(1000)!;
    time += 900;
    store.renew(slow, 1000);
    time += 900;
    expect(store.claim(1000)).toBeUndefined();
    time += 101;
    const fresh = store.claim(1000)!;
    expect(fresh.token).toBe(slow.token + 1);
    const lost = expect.objectContaining({ code: 'job.lost' });
    expect(() => store.append(slow, NOTE)).toThrow(lost);
    expect(() => store.renew(slow, 1000)).toThrow(lost);
    expect(() => store.end(slow, { state: 'failed', error: ERROR })).toThrow(lost);
    expect(() => store.release(slow)).toThrow(lost);
    expect(store.append(fresh, NOTE).seq).toBe(1);
    const result = { stage: 'kg.rank', hash: 'h', figures: { n: 1 }, seconds: 2 };
    expect(store.end(fresh, { state: 'succeeded', result })).toMatchObject({ state: 'succeeded', result });
    expect(() => store.append(fresh, NOTE)).toThrow(lost);
  });

  it('numbers events without gaps and reads on from any of them', () => {
    store.add('a.b', {});
    store.add('a.b', {});
    const [one, two] = [store.claim(1000)!, store.claim(1000)!];
    for (let i = 0; i < 5; i++) store.append(i % 2 === 0 ? one : two, { kind: 'note', message: String(i) });
    expect(store.eventsAfter(1, 1, 10).map(({ seq, event }) => [seq, event.kind === 'note' && event.message])).toEqual([
      [2, '2'],
      [3, '4'],
    ]);
    expect(store.eventsAfter(1, 0, 2)).toHaveLength(2);
  });

  it('cancels a waiting job at once and tells the holder of a running one', () => {
    store.add('a.b', {});
    store.add('a.b', {});
    const claimed = store.claim(1000)!;
    expect(store.requestCancel(2).state).toBe('cancelled');
    expect(store.requestCancel(1)).toMatchObject({ state: 'running', cancelRequested: true });
    expect(store.renew(claimed, 1000).cancelRequested).toBe(true);
    store.end(claimed, { state: 'cancelled', error: ERROR });
    expect(() => store.requestCancel(1)).toThrow(expect.objectContaining({ code: 'job.ended' }));
    expect(() => store.requestCancel(3)).toThrow(expect.objectContaining({ code: 'job.unknown' }));
    expect(store.claim(1000)).toBeUndefined();
  });

  it('puts a released job back into the queue', () => {
    store.add('a.b', {});
    const claimed = store.claim(1000)!;
    store.release(claimed);
    expect(store.claim(1000)?.token).toBe(claimed.token + 1);
  });
});

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
