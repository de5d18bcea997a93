/** What every job queue promises: order, leases and fencing, events, retries, cancelling and resuming. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ClaimedJob, JobQueue, RetryPolicy } from '../../src/runs/job-queue.js';
import type { StageEvent } from '../../src/runs/stage.js';

export interface JobQueueRoom {
  /** Opens the same queue once more, as another service would. */
  open(retry: RetryPolicy): Promise<JobQueue>;
  /** Lets so much time pass, in which no lease is renewed. */
  pass(milliseconds: number): Promise<void>;
  leave(): Promise<void>;
}

const NOTE: StageEvent = { kind: 'note', message: 'hello' };
const ERROR = { code: 'x.y', message: 'z' };
const RESULT = { stage: 'kg.rank', hash: 'h', figures: { n: 1 }, seconds: 2 };
const ONCE: RetryPolicy = { attempts: 1, backoffMilliseconds: 0 };
const LOST = expect.objectContaining({ code: 'job.lost' });

/** @param lease milliseconds that fit the clock of the implementation */
export function jobQueueSuite(name: string, lease: number, enter: () => Promise<JobQueueRoom>): void {
  describe(`JobQueue: ${name}`, () => {
    let room: JobQueueRoom;
    let queue: JobQueue;
    const opened: JobQueue[] = [];

    beforeEach(async () => {
      room = await enter();
      queue = await open();
    });
    afterEach(async () => {
      for (const each of opened.splice(0)) await each.close();
      await room.leave();
    });

    async function open(retry = ONCE): Promise<JobQueue> {
      const other = await room.open(retry);
      opened.push(other);
      return other;
    }

    async function claim(from = queue, milliseconds = lease): Promise<ClaimedJob> {
      const claimed = await from.claim(milliseconds);
      if (!claimed) throw new Error('there is no job to claim');
      return claimed;
    }

    /** Asks until somebody's lease has been found to be over. */
    async function claimLater(from = queue): Promise<ClaimedJob | undefined> {
      for (let i = 0; i < 20; i++) {
        const claimed = await from.claim(lease * 10);
        if (claimed || (await from.counts()).running === 0) return claimed;
        await room.pass(lease);
      }
      return undefined;
    }

    it('hands jobs out in order, each once, and keeps them for whoever opens it again', async () => {
      await queue.add({ stage: 'kg.rank', settings: { kg: 'a' }, roots: ['/data'] });
      await queue.add({ stage: 'kg.rank', settings: { kg: 'b' } });
      const other = await open();
      const [first, second] = [await claim(queue, 60_000), await claim(other, 60_000)];
      expect([first.job.settings, second.job.settings]).toEqual([{ kg: 'a' }, { kg: 'b' }]);
      expect([first.roots, second.roots]).toEqual([['/data'], undefined]);
      expect(await queue.claim(lease)).toBeUndefined();
      const listed = await (await open()).list({ limit: 10 });
      expect(listed.map(({ id, state, attempt }) => [id, state, attempt])).toEqual([
        [2, 'running', 1],
        [1, 'running', 1],
      ]);
      expect(await other.counts()).toMatchObject({ running: 2, queued: 0 });
    });

    it('lists pages by state and stage', async () => {
      for (const stage of ['a.a', 'b.b', 'a.a', 'b.b']) await queue.add({ stage, settings: {} });
      await queue.requestCancel(3);
      const ids = async (page: Parameters<JobQueue['list']>[0]) => (await queue.list(page)).map(({ id }) => id);
      expect(await ids({ limit: 10, stage: 'a.a' })).toEqual([3, 1]);
      expect(await ids({ limit: 10, state: 'queued' })).toEqual([4, 2, 1]);
      expect(await ids({ limit: 1, before: 4, state: 'queued' })).toEqual([2]);
      await expect(queue.find(9)).rejects.toMatchObject({ code: 'job.unknown' });
    });

    it('keeps a job while its lease is renewed', async () => {
      await queue.add({ stage: 'a.b', settings: {} });
      const claimed = await claim(queue, lease);
      const other = await open();
      for (let i = 0; i < 4; i++) {
        await room.pass(lease / 2);
        expect(await queue.renew(claimed, lease)).toEqual({ cancelRequested: false });
        expect(await other.claim(lease)).toBeUndefined();
      }
      expect(await queue.find(1)).toMatchObject({ state: 'running', attempt: 1 });
    });

    it('interrupts a job whose holder is silent, and then lets that holder write nothing', async () => {
      await queue.add({ stage: 'a.b', settings: {} });
      const slow = await claim();
      await queue.append(slow, NOTE);
      const other = await open();
      await room.pass(lease * 1.5);
      expect(await claimLater(other)).toBeUndefined();
      expect(await other.find(1)).toMatchObject({ state: 'interrupted', error: { code: 'job.abandoned' } });
      await expect(queue.append(slow, NOTE)).rejects.toEqual(LOST);
      await expect(queue.renew(slow, lease)).rejects.toEqual(LOST);
      await expect(queue.end(slow, { state: 'failed', error: ERROR })).rejects.toEqual(LOST);
      await expect(queue.end(slow, { state: 'interrupted', error: ERROR })).rejects.toEqual(LOST);
      await expect(queue.release(slow)).rejects.toEqual(LOST);
      await expect(queue.setHolder(slow, { host: 'h', pid: 1, start: '1' })).rejects.toEqual(LOST);
      expect((await queue.eventsAfter(1, 0, 10)).map(({ seq, event }) => [seq, event.kind])).toEqual([
        [1, 'note'],
        [2, 'warning'],
      ]);
    });

    it('resumes what ended without success, and numbers its events on', async () => {
      await queue.add({ stage: 'a.b', settings: {} });
      const first = await claim(queue, 60_000);
      await queue.setHolder(first, { host: 'h', pid: 7, start: '9' });
      await queue.append(first, NOTE);
      await expect(queue.resume(1)).rejects.toMatchObject({ code: 'job.not-resumable' });
      await queue.end(first, { state: 'failed', error: ERROR });
      expect(await queue.resume(1)).toMatchObject({ state: 'queued', error: undefined, endedAt: undefined });
      const second = await claim(queue, 60_000);
      expect(second).toMatchObject({ token: 2, job: { attempt: 2 }, previous: { host: 'h', pid: 7, start: '9' } });
      expect((await queue.append(second, NOTE)).seq).toBe(3);
      expect(await queue.end(second, { state: 'succeeded', result: RESULT })).toMatchObject({ result: RESULT });
      await expect(queue.resume(1)).rejects.toMatchObject({ code: 'job.not-resumable' });
      await expect(queue.append(second, NOTE)).rejects.toEqual(LOST);
    });

    it('tries an interrupted job again as often as the policy says, after its pause', async () => {
      const pause = lease;
      const patient = await open({ attempts: 2, backoffMilliseconds: pause });
      await patient.add({ stage: 'a.b', settings: {} });
      await patient.end(await claim(patient, 60_000), { state: 'interrupted', error: ERROR });
      const waiting = await patient.find(1);
      expect(waiting).toMatchObject({ state: 'queued', error: ERROR });
      expect(Date.parse(waiting.notBefore ?? '')).toBeGreaterThan(Date.parse(waiting.createdAt));
      expect(await patient.claim(lease)).toBeUndefined();
      await room.pass(pause * 1.5);
      const second = await claim(patient, 60_000);
      expect(second.token).toBe(2);
      expect(await patient.end(second, { state: 'interrupted', error: ERROR })).toMatchObject({ state: 'interrupted' });
    });

    it('tries a job of a silent holder again when the policy says so', async () => {
      const patient = await open({ attempts: 2, backoffMilliseconds: 0 });
      await patient.add({ stage: 'a.b', settings: {} });
      await claim(patient);
      await room.pass(lease * 1.5);
      const other = await open({ attempts: 2, backoffMilliseconds: 0 });
      expect(await claimLater(other)).toMatchObject({ token: 2 });
    });

    it('numbers events without gaps and reads on from any of them', async () => {
      await queue.add({ stage: 'a.b', settings: {} });
      await queue.add({ stage: 'a.b', settings: {} });
      const [one, two] = [await claim(queue, 60_000), await claim(queue, 60_000)];
      for (let i = 0; i < 5; i++) await queue.append(i % 2 === 0 ? one : two, { kind: 'note', message: `${i}号` });
      expect((await queue.eventsAfter(1, 1, 10)).map(({ seq, event }) => [seq, event])).toEqual([
        [2, { kind: 'note', message: '2号' }],
        [3, { kind: 'note', message: '4号' }],
      ]);
      expect(await queue.eventsAfter(1, 0, 2)).toHaveLength(2);
      expect(await queue.eventsAfter(1, 3, 2)).toEqual([]);
    });

    it('keeps the newest progress with the job, and reads events of one kind', async () => {
      await queue.add({ stage: 'a.b', settings: {} });
      const claimed = await claim(queue, 60_000);
      const progress = (done: number): StageEvent => ({
        kind: 'progress',
        phase: 'count',
        done,
        total: 9,
        unit: 'rows',
      });
      const metric = (step: number): StageEvent => ({
        kind: 'metric',
        phase: 'train',
        step,
        values: { loss: 1 / step },
      });
      expect((await queue.find(1)).progress).toBeUndefined();
      for (let i = 1; i <= 7; i++) {
        await queue.append(claimed, progress(i));
        await queue.append(claimed, metric(i));
      }
      await queue.append(claimed, NOTE);
      expect((await queue.list({ limit: 1 }))[0].progress).toEqual({ phase: 'count', done: 7, total: 9, unit: 'rows' });
      const seqs = async (after: number, limit: number) =>
        (await queue.eventsAfter(1, after, limit, 'metric')).map(({ seq }) => seq);
      expect(await seqs(0, 100)).toEqual([2, 4, 6, 8, 10, 12, 14]);
      expect(await seqs(4, 3)).toEqual([6, 8, 10]);
      expect(await seqs(13, 3)).toEqual([14]);
      expect(await queue.eventsAfter(1, 0, 5, 'warning')).toEqual([]);
    });

    it('cancels a waiting job at once and tells the holder of a running one', async () => {
      await queue.add({ stage: 'a.b', settings: {} });
      await queue.add({ stage: 'a.b', settings: {} });
      const claimed = await claim(queue, 60_000);
      expect((await queue.requestCancel(2)).state).toBe('cancelled');
      expect(await queue.requestCancel(1)).toMatchObject({ state: 'running', cancelRequested: true });
      expect(await queue.renew(claimed, 60_000)).toEqual({ cancelRequested: true });
      await queue.end(claimed, { state: 'cancelled', error: ERROR });
      await expect(queue.requestCancel(1)).rejects.toMatchObject({ code: 'job.ended' });
      await expect(queue.requestCancel(3)).rejects.toMatchObject({ code: 'job.unknown' });
      expect(await queue.claim(lease)).toBeUndefined();
      expect(await queue.resume(2)).toMatchObject({ state: 'queued', cancelRequested: false });
      expect((await claim(queue, 60_000)).job.id).toBe(2);
    });

    it('gives a released job to the next who asks, and does not count it as a failed attempt', async () => {
      const patient = await open({ attempts: 2, backoffMilliseconds: 0 });
      await patient.add({ stage: 'a.b', settings: {} });
      const first = await claim(patient, 60_000);
      await patient.release(first);
      const second = await claim(patient, 60_000);
      expect(second.token).toBe(first.token + 1);
      expect(await patient.end(second, { state: 'interrupted', error: ERROR })).toMatchObject({ state: 'queued' });
    });
  });
}
