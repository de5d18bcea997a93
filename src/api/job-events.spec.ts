import { EventEmitter } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EmbeddedJobQueue } from '../runs/embedded-job-queue.js';
import type { ClaimedJob } from '../runs/job-queue.js';
import type { JobSupervisor } from '../runs/job-supervisor.js';
import { JobEventStreams } from './job-events.js';

/** A client: what reached it, and how much it takes before it has to be waited for. */
class Client extends EventEmitter {
  headers: Record<string, string> = {};
  text = '';
  ended = false;
  takes = Number.POSITIVE_INFINITY;

  get response(): ServerResponse {
    return this as unknown as ServerResponse;
  }

  get ids(): number[] {
    return [...this.text.matchAll(/^id: (\d+)$/gm)].map(([, id]) => Number(id));
  }

  writeHead(_status: number, headers: Record<string, string>): void {
    this.headers = headers;
  }

  flushHeaders(): void {}

  write(text: string): boolean {
    this.text += text;
    return --this.takes > 0;
  }

  end(text: string): void {
    this.text += text;
    this.ended = true;
    this.emit('close');
  }
}

const SECOND = 1000;
let folder: string;
let queue: EmbeddedJobQueue;
let claimed: ClaimedJob;
let changes: EventEmitter;
let streams: JobEventStreams;

beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  folder = mkdtempSync(join(tmpdir(), 'medgraft-events-'));
  queue = new EmbeddedJobQueue(join(folder, 'jobs.db'), { attempts: 1, backoffMilliseconds: 0 });
  await queue.add({ stage: 'kg.rank', settings: {} });
  claimed = (await queue.claim(3_600_000)) as ClaimedJob;
  changes = new EventEmitter();
  const onChange = (id: number, listener: () => void) => {
    changes.on(String(id), listener);
    return () => changes.off(String(id), listener);
  };
  streams = new JobEventStreams(queue, { onChange } as unknown as JobSupervisor);
});
afterEach(async () => {
  vi.useRealTimers();
  await queue.close();
  rmSync(folder, { recursive: true, force: true });
});

async function note(count: number): Promise<void> {
  for (let i = 0; i < count; i++) await queue.append(claimed, { kind: 'note', message: `第${i}步\nnext line` });
}

/** Lets what has been asked for happen: the queue answers within a few turns. */
async function settle(): Promise<void> {
  for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
}

async function follow(after = 0, takes = Number.POSITIVE_INFINITY): Promise<Client> {
  const client = Object.assign(new Client(), { takes });
  streams.stream(1, after, client.response);
  await settle();
  return client;
}

describe('a stream of events', () => {
  it('asks proxies not to keep it, and begins with what is recorded after the event that one has', async () => {
    await note(5);
    const client = await follow(2);
    expect(client.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
    });
    expect(client.ids).toEqual([3, 4, 5]);
    // One line of data a message, whatever it says.
    for (const message of client.text.trim().split('\n\n')) expect(message.split('\n')).toHaveLength(3);
  });

  it('goes on at once with jobs of this service, and within a second with those of others', async () => {
    const client = await follow();
    await note(1);
    changes.emit('1');
    await settle();
    expect(client.ids).toEqual([1]);
    await note(1);
    await settle();
    expect(client.ids).toEqual([1]);
    vi.advanceTimersByTime(SECOND);
    await settle();
    expect(client.ids).toEqual([1, 2]);
  });

  it('keeps an idle connection open by a comment every 15 seconds', async () => {
    const client = await follow();
    vi.advanceTimersByTime(46 * SECOND);
    expect(client.text).toBe(': still here\n\n'.repeat(3));
  });

  it('waits for a client that takes no more, and loses nothing', async () => {
    await note(9);
    const client = await follow(0, 4);
    await settle();
    expect(client.ids.length).toBeLessThan(10);
    for (let i = 0; i < 5; i++) {
      client.takes = 4;
      client.emit('drain');
      await settle();
    }
    expect(client.ids).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('ends with the job, after its last event, and leaves no timer', async () => {
    const client = await follow();
    await note(1);
    await queue.end(claimed, { state: 'failed', error: { code: 'a.b', message: 'c' } });
    changes.emit('1');
    await settle();
    expect(client.ended).toBe(true);
    expect(client.text).toMatch(/^id: 1\n.*\n\nevent: end\ndata: \{.*"state":"failed".*\}\n\n$/s);
    expect([streams.count, vi.getTimerCount(), changes.listenerCount('1')]).toEqual([0, 0, 0]);
  });

  it('says goodbye when the service stops, and is forgotten when the client leaves', async () => {
    const [stays, leaves] = [await follow(), await follow()];
    leaves.emit('close');
    expect(streams.count).toBe(1);
    await streams.closeAll();
    expect(stays.text).toBe('event: closing\ndata: {"reason":"the service stops"}\n\n');
    expect([streams.count, vi.getTimerCount()]).toEqual([0, 0]);
  });
});
