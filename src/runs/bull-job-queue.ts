/**
 * The queue in Redis, for several machines over one workspace on a shared disk. BullMQ carries a ticket for each attempt:
 * order, delays, locks, and tickets whose holder is gone; the record of a job is a hash beside it, written by fenced
 * scripts (bull-job-scripts.ts), since BullMQ's own states know neither cancelled nor interrupted jobs.
 */
import { randomUUID } from 'node:crypto';
import { Queue, type Job as Ticket, Worker } from 'bullmq';
import { type BullConnection, bullConnection, withPatience } from './bull-connection.js';
import { type BullRecord, claimOfRecord, eventOf, eventText, jobOfRecord } from './bull-job-record.js';
import type { BullScript } from './bull-job-scripts.js';
import { ifItComesBack, ifLockIsGone } from './bull-lock-errors.js';
import { JOB_STATES, type Job, type JobError, type JobEvent, type JobState, progressOf } from './job.js';
import {
  ABANDONED,
  ABANDONED_NOTE,
  type ClaimedJob,
  endedJob,
  type JobEnd,
  type JobHolder,
  type JobPage,
  type JobQueue,
  lostJob,
  type NewJob,
  notResumable,
  pauseBeforeRetry,
  RESUMED_NOTE,
  type RetryPolicy,
  unknownJob,
} from './job-queue.js';
import type { StageEvent } from './stage.js';

interface TicketData {
  id: number;
}

interface Held {
  ticket: Ticket<TicketData>;
  lock: string;
}

export interface BullOptions {
  retry: RetryPolicy;
  /** How long a lease lasts: BullMQ looks for lost locks as often. */
  leaseMilliseconds: number;
  /** Tells apart queues within one Redis. */
  name?: string;
}

const BLOCK = 100;
const TICKETS_KEPT = 1000;
/** Attempts are counted by us: BullMQ never gives a ticket up. */
const NEVER = 1_000_000;

export class BullJobQueue implements JobQueue {
  private readonly held = new Map<string, Held>();
  private readonly base: string;

  private constructor(
    private readonly redis: BullConnection,
    private readonly tickets: Queue<TicketData>,
    private readonly worker: Worker<TicketData>,
    private readonly retry: RetryPolicy,
    name: string,
  ) {
    this.base = `{${name}}:`;
  }

  /** @throws MedgraftError `queue.unreachable` */
  static async open(url: string, { retry, leaseMilliseconds, name = 'medgraft' }: BullOptions): Promise<BullJobQueue> {
    const redis = bullConnection(url);
    const common = { connection: redis.options, prefix: `{${name}}` };
    const tickets = new Queue<TicketData>('tickets', common);
    const worker = new Worker<TicketData>('tickets', null, {
      ...common,
      autorun: false,
      lockDuration: leaseMilliseconds,
      stalledInterval: leaseMilliseconds,
      maxStalledCount: NEVER,
    });
    // What fails is told by the call that needs it; the client connects again by itself.
    tickets.on('error', () => undefined);
    worker.on('error', () => undefined);
    const ready = async () => {
      await redis.use(await tickets.backend.client);
      await worker.waitUntilReady();
      await worker.startStalledCheckTimer();
    };
    try {
      await withPatience(ready());
    } catch (error) {
      await redis.close([worker, tickets]);
      throw error;
    }
    return new BullJobQueue(redis, tickets, worker, retry, name);
  }

  async add({ stage, settings, roots }: NewJob): Promise<Job> {
    const id = Number(await this.redis.run('id', [`${this.base}id`, '', '']));
    const values = [stage, JSON.stringify(settings), String(Date.now()), roots ? JSON.stringify(roots) : ''];
    await this.script('add', id, ...values);
    await this.addTicket(id, 0);
    return this.find(id);
  }

  async find(id: number): Promise<Job> {
    return jobOfRecord(id, await this.record(id));
  }

  async list({ limit, before, state, stage }: JobPage): Promise<Job[]> {
    const last = Number((await this.redis.get(`${this.base}id`)) ?? 0);
    const found: Job[] = [];
    for (let top = Math.min(last, (before ?? last + 1) - 1); top > 0 && found.length < limit; top -= BLOCK) {
      const ids = Array.from({ length: Math.min(BLOCK, top) }, (_, i) => top - i);
      const records = await Promise.all(ids.map((id) => this.redis.hash(this.recordKey(id))));
      const jobs = ids.flatMap((id, i) => (records[i]['state'] ? [jobOfRecord(id, records[i])] : []));
      found.push(...jobs.filter((job) => (!state || job.state === state) && (!stage || job.stage === stage)));
    }
    return found.slice(0, limit);
  }

  async counts(): Promise<Record<JobState, number>> {
    const counted = await this.redis.hash(`${this.base}counts`);
    return Object.fromEntries(JOB_STATES.map((state) => [state, Number(counted[state] ?? 0)])) as Record<
      JobState,
      number
    >;
  }

  async claim(leaseMilliseconds: number): Promise<ClaimedJob | undefined> {
    const work = this.take(leaseMilliseconds);
    try {
      return await withPatience(work);
    } catch (error) {
      // An answer that comes after all must not leave the job with nobody.
      work.then((late) => late && this.release(late)).catch(() => undefined);
      throw error;
    }
  }

  async renew(claimed: ClaimedJob, leaseMilliseconds: number): Promise<{ cancelRequested: boolean }> {
    const held = this.held.get(keyOf(claimed));
    if (!held) throw lostJob(claimed.job.id);
    const extend = () => held.ticket.extendLock(held.lock, leaseMilliseconds);
    if (!(await this.redis.ask(extend).catch(ifLockIsGone))) throw lostJob(claimed.job.id);
    return { cancelRequested: (await this.fenced('held', claimed)) === 2 };
  }

  async setHolder(claimed: ClaimedJob, holder: JobHolder): Promise<void> {
    await this.fenced('holder', claimed, JSON.stringify(holder));
  }

  async append(claimed: ClaimedJob, event: StageEvent): Promise<JobEvent> {
    const text = eventText(Date.now(), event);
    const progress = progressOf(event);
    const kept = progress ? JSON.stringify(progress) : '';
    return eventOf(await this.fenced('append', claimed, text, kept), text);
  }

  async end(claimed: ClaimedJob, end: JobEnd): Promise<Job> {
    const { id } = claimed.job;
    if (end.state === 'interrupted') {
      const record = await this.record(id);
      if (Number(record['token']) !== claimed.token) throw lostJob(id);
      if (!(await this.endOrRetry(id, record, end.error))) throw lostJob(id);
    } else {
      const result = end.state === 'succeeded' ? JSON.stringify(end.result) : '';
      const error = end.state === 'succeeded' ? '' : JSON.stringify(end.error);
      await this.fenced('end', claimed, end.state, String(Date.now()), result, error, '', '');
    }
    await this.dropTicket(claimed);
    return this.find(id);
  }

  async release(claimed: ClaimedJob): Promise<void> {
    await this.fenced('release', claimed);
    await this.dropTicket(claimed);
    await this.addTicket(claimed.job.id, 0);
  }

  async requestCancel(id: number): Promise<Job> {
    await this.record(id);
    const error: JobError = { code: 'run.cancelled', message: 'cancelled before it began' };
    const was = (await this.script('cancel', id, String(Date.now()), JSON.stringify(error))) as JobState;
    if (was !== 'queued' && was !== 'running') throw endedJob(was);
    return this.find(id);
  }

  async resume(id: number): Promise<Job> {
    await this.record(id);
    const was = (await this.script('resume', id, eventText(Date.now(), RESUMED_NOTE))) as JobState;
    if (was !== 'interrupted' && was !== 'failed' && was !== 'cancelled') throw notResumable(was);
    await this.addTicket(id, 0);
    return this.find(id);
  }

  async eventsAfter(id: number, seq: number, limit: number, kind?: StageEvent['kind']): Promise<JobEvent[]> {
    const found: JobEvent[] = [];
    for (let after = seq; found.length < limit; after += limit) {
      const texts = await this.redis.range(`${this.recordKey(id)}:events`, after, after + limit - 1);
      const events = texts.map((text, i) => eventOf(after + 1 + i, text));
      found.push(...events.filter(({ event }) => kind === undefined || event.kind === kind));
      if (texts.length < limit) break;
    }
    return found.slice(0, limit);
  }

  async close(): Promise<void> {
    await this.redis.close([this.worker, this.tickets]);
  }

  private async take(leaseMilliseconds: number): Promise<ClaimedJob | undefined> {
    for (;;) {
      const lock = randomUUID();
      const ticket: Ticket<TicketData> | undefined = await this.redis.ask(() =>
        this.worker.getNextJob(lock, { block: false }),
      );
      if (!ticket) return this.replaceLostTickets();
      const { id } = ticket.data;
      const outcome = await this.script('claim', id, String(Date.now()), ticket.id ?? '');
      if (outcome === 'claimed') {
        await this.redis.ask(() => ticket.extendLock(lock, leaseMilliseconds));
        const claimed = claimOfRecord(id, await this.record(id));
        this.held.set(keyOf(claimed), { ticket, lock });
        return claimed;
      }
      if (outcome === 'stalled') await this.endOrRetry(id, await this.record(id), ABANDONED, ABANDONED_NOTE);
      await this.redis.ask(() => ticket.moveToCompleted('', lock, false));
    }
  }

  /** Redis may go away between the two halves of an addition: a job then waits without a ticket. One too many does no harm. */
  private async replaceLostTickets(): Promise<undefined> {
    const { queued } = await this.counts();
    if (queued === 0) return;
    const waiting = await this.redis.ask(() => this.tickets.getJobCounts('wait', 'delayed', 'prioritized', 'active'));
    if (Object.values(waiting).some((count) => count > 0)) return;
    const jobs = await this.list({ limit: TICKETS_KEPT, state: 'queued' });
    for (const { id } of jobs.reverse()) await this.addTicket(id, 0);
  }

  /** @returns whether the record still was of this attempt */
  private async endOrRetry(id: number, record: BullRecord, error: JobError, note?: StageEvent): Promise<boolean> {
    const asked = record['cancelRequested'] === '1';
    const pause = asked ? undefined : pauseBeforeRetry(Number(record['tries']), this.retry);
    const now = Date.now();
    const times = pause === undefined ? [String(now), ''] : ['', String(now + pause)];
    const state: JobState = pause === undefined ? 'interrupted' : 'queued';
    const [endedAt, notBefore] = times;
    const text = note ? eventText(now, note) : '';
    const values = [record['token'], state, endedAt, '', JSON.stringify(error), notBefore, text];
    if (!(await this.script('end', id, ...values))) return false;
    if (pause !== undefined) await this.addTicket(id, pause);
    return true;
  }

  private async addTicket(id: number, delay: number): Promise<void> {
    const kept = { count: TICKETS_KEPT };
    const options = { jobId: `${id}-${randomUUID()}`, delay, removeOnComplete: kept };
    await this.redis.ask(() => this.tickets.add('job', { id }, options));
  }

  private async dropTicket(claimed: ClaimedJob): Promise<void> {
    const held = this.held.get(keyOf(claimed));
    if (!held) return;
    this.held.delete(keyOf(claimed));
    // A ticket whose lock is gone, or that Redis could not be told of, comes back by itself and is dropped then.
    await this.redis.ask(() => held.ticket.moveToCompleted('', held.lock, false)).catch(ifItComesBack);
  }

  private async fenced(script: BullScript, { job, token }: ClaimedJob, ...values: string[]): Promise<number> {
    const answer = Number(await this.script(script, job.id, String(token), ...values));
    if (answer === 0) throw lostJob(job.id);
    return answer;
  }

  private script(name: BullScript, id: number, ...values: string[]): Promise<unknown> {
    const record = this.recordKey(id);
    return this.redis.run(name, [record, `${record}:events`, `${this.base}counts`], ...values);
  }

  private async record(id: number): Promise<BullRecord> {
    const record = await this.redis.hash(this.recordKey(id));
    if (record['state']) return record;
    throw unknownJob(id);
  }

  private recordKey(id: number): string {
    return `${this.base}job:${id}`;
  }
}

function keyOf({ job, token }: ClaimedJob): string {
  return `${job.id}.${token}`;
}
