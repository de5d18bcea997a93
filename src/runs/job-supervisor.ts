/**
 * Takes jobs from the queue and runs each in a process of its own, at most so many at a time. It renews their leases,
 * records their events, hands on cancellations, and gives unfinished jobs back when the service stops.
 */
import { EventEmitter } from 'node:events';
import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { MedgraftError } from '../base/errors.js';
import { type JobState, progressOf } from './job.js';
import { endOfOutcome } from './job-outcome.js';
import { type JobOutcome, type JobProcess, killProcess, startJobProcess } from './job-process.js';
import { type ClaimedJob, isUnreachable, type JobQueue } from './job-queue.js';
import { startOf } from './run-lock.js';
import type { StageEvent, StageProgress } from './stage.js';

export interface SupervisorOptions {
  home: string;
  threads?: number;
  /** Jobs at the same time. */
  concurrent: number;
  /** A lease lasts several beats, so that one late beat loses nothing. */
  leaseMilliseconds: number;
  /** Told of what belongs into the log. */
  onProblem(message: string, error?: unknown): void;
}

const LONGEST_BEAT_MILLISECONDS = 1000;
const BEATS_A_LEASE = 5;
/** Name of the event that a job here has ended; those of a job bear its number. */
const ENDED = 'ended';
const QUEUE_PATIENCE_MILLISECONDS = 2000;
const RECORD_AGAIN_MILLISECONDS = 500;

interface Running {
  claimed: ClaimedJob;
  process: JobProcess;
  /** Somebody asked for this job to stop; otherwise a stop is the service's. */
  cancelled: boolean;
  progress?: StageProgress;
  /** Its records, one after the other. */
  writes: Promise<void>;
  done: Promise<void>;
}

export class JobSupervisor {
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly running = new Map<number, Running>();
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private stopped = false;
  private beating: Promise<void> | undefined;
  private wanted = false;
  private lastBeat = 0;

  constructor(
    private readonly queue: JobQueue,
    private readonly options: SupervisorOptions,
  ) {}

  start(): void {
    const pause = Math.min(LONGEST_BEAT_MILLISECONDS, this.options.leaseMilliseconds / BEATS_A_LEASE);
    this.timer = setInterval(() => this.wake(), pause);
    this.wake();
  }

  /** Milliseconds since the last beat that went well. */
  get silence(): number {
    return performance.now() - this.lastBeat;
  }

  /** Looks at the queue now instead of at the next beat. */
  wake(): void {
    this.wanted = true;
    this.beating ??= this.beats().finally(() => {
      this.beating = undefined;
    });
  }

  /** Calls `listener` after a job's events or state changed. @returns a function that ends this */
  onChange(id: number, listener: () => void): () => void {
    this.changes.on(String(id), listener);
    return () => this.changes.off(String(id), listener);
  }

  /** Calls `listener` whenever the process of a job here has ended. */
  onEnd(listener: (stage: string, state: JobState) => void): void {
    this.changes.on(ENDED, listener);
  }

  /** The jobs that run here. */
  get jobs(): { id: number; stage: string; progress?: StageProgress }[] {
    return [...this.running.values()].map(({ claimed: { job }, progress }) => ({
      id: job.id,
      stage: job.stage,
      progress,
    }));
  }

  /** Lets the jobs write their checkpoints and gives them back to the queue; kills what is not ready in time. */
  async stop(timeoutMilliseconds: number): Promise<void> {
    this.stopping = true;
    // A queue that is gone must not hold the end of the service.
    await within(QUEUE_PATIENCE_MILLISECONDS, this.beating);
    const jobs = [...this.running.values()];
    for (const { process } of jobs) process.cancel();
    const deadline = setTimeout(() => {
      for (const { process } of this.running.values()) process.kill();
    }, timeoutMilliseconds);
    await within(timeoutMilliseconds + QUEUE_PATIENCE_MILLISECONDS, Promise.all(jobs.map(({ done }) => done)));
    clearTimeout(deadline);
    clearInterval(this.timer);
    this.stopped = true;
    await within(QUEUE_PATIENCE_MILLISECONDS, this.beating);
  }

  /** One beat at a time; one that was wanted meanwhile follows at once. */
  private async beats(): Promise<void> {
    while (this.wanted) {
      this.wanted = false;
      await this.beat();
    }
  }

  private async beat(): Promise<void> {
    try {
      for (const job of this.running.values()) await this.renew(job);
      while (!this.stopping && this.running.size < this.options.concurrent) {
        const claimed = await this.queue.claim(this.options.leaseMilliseconds);
        if (!claimed) break;
        this.run(claimed);
      }
      this.lastBeat = performance.now();
    } catch (error) {
      this.options.onProblem('the job queue cannot be read', error);
    }
  }

  private async renew(job: Running): Promise<void> {
    try {
      const { cancelRequested } = await this.queue.renew(job.claimed, this.options.leaseMilliseconds);
      job.process.beat();
      if (!cancelRequested || job.cancelled) return;
      job.cancelled = true;
      job.process.cancel();
    } catch (error) {
      // Another supervisor has the job: ours must not go on beside it.
      if (!isLost(error)) throw error;
      job.process.kill();
    }
  }

  private run(claimed: ClaimedJob): void {
    const { id, stage, settings } = claimed.job;
    const { home, threads, leaseMilliseconds } = this.options;
    // A service that was stopped and not ended leaves its process alive: two must never write the same run.
    if (claimed.previous) killProcess(claimed.previous);
    const start = { home, threads, stage, settings, roots: claimed.roots, leaseMilliseconds };
    const process = startJobProcess(start, (event) => this.record(job, event));
    const job: Running = { claimed, process, cancelled: false, writes: Promise.resolve(), done: Promise.resolve() };
    this.running.set(id, job);
    const { pid } = process;
    if (pid !== undefined) {
      this.write(job, () => this.queue.setHolder(claimed, { host: hostname(), pid, start: startOf(pid) }));
    }
    job.done = process.outcome.then((outcome) => this.finish(job, outcome));
    this.changes.emit(String(id));
  }

  private record(job: Running, event: StageEvent): void {
    job.progress = progressOf(event) ?? job.progress;
    this.write(job, async () => {
      await this.queue.append(job.claimed, event);
      this.changes.emit(String(job.claimed.job.id));
    });
  }

  private async finish(job: Running, outcome: JobOutcome): Promise<void> {
    const { claimed } = job;
    const { id } = claimed.job;
    const end = endOfOutcome(outcome, job.cancelled);
    const unfinished = end.state !== 'succeeded' && end.state !== 'failed';
    this.write(job, async () => {
      if (this.stopping && !job.cancelled && unfinished) await this.giveBack(claimed);
      else await this.queue.end(claimed, end);
    });
    await job.writes;
    this.running.delete(id);
    this.changes.emit(ENDED, claimed.job.stage, end.state);
    this.changes.emit(String(id));
    if (!this.stopping) this.wake();
  }

  private async giveBack(claimed: ClaimedJob): Promise<void> {
    const message = 'the service stopped; the job goes on when it starts again';
    await this.queue.append(claimed, { kind: 'note', message });
    await this.queue.release(claimed);
  }

  private write(job: Running, action: () => Promise<unknown>): void {
    job.writes = job.writes
      .then(() => this.persist(action))
      .catch((error) => this.options.onProblem('a job could not be recorded', error));
  }

  /** What has happened has to be recorded: a queue that is away is waited for. */
  private async persist(action: () => Promise<unknown>): Promise<void> {
    for (;;) {
      try {
        await action();
        return;
      } catch (error) {
        if (this.stopped || !isUnreachable(error)) throw error;
      }
      await sleep(RECORD_AGAIN_MILLISECONDS);
    }
  }
}

/** Waits for work, but not longer than this. */
async function within(milliseconds: number, work: Promise<unknown> | undefined): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, milliseconds);
  });
  await Promise.race([work, late]);
  clearTimeout(timer);
}

function isLost(error: unknown): boolean {
  return error instanceof MedgraftError && error.code === 'job.lost';
}
