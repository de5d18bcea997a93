/**
 * Takes jobs from the queue and runs each in a process of its own, at most so many at a time. It renews their leases,
 * records their events, hands on cancellations, and gives unfinished jobs back when the service stops.
 */
import { EventEmitter } from 'node:events';
import { MedgraftError } from '../base/errors.js';
import type { JobError } from './job.js';
import { type JobOutcome, type JobProcess, startJobProcess } from './job-process.js';
import type { ClaimedJob, JobEnd, JobStore } from './job-store.js';
import type { StageEvent } from './stage.js';

export interface SupervisorOptions {
  home: string;
  threads?: number;
  /** Jobs at the same time. */
  concurrent: number;
  /** Told of what belongs into the log. */
  onProblem(message: string, error?: unknown): void;
}

/** A lease lasts several beats, so that one late beat loses nothing. */
const BEAT_MILLISECONDS = 1000;
const LEASE_MILLISECONDS = 15_000;

interface Running {
  claimed: ClaimedJob;
  process: JobProcess;
  /** Somebody asked for this job to stop; otherwise a stop is the service's. */
  cancelled: boolean;
  done: Promise<void>;
}

export class JobSupervisor {
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly running = new Map<number, Running>();
  private timer: NodeJS.Timeout | undefined;
  private stopping = false;
  private lastBeat = 0;

  constructor(
    private readonly store: JobStore,
    private readonly options: SupervisorOptions,
  ) {}

  start(): void {
    this.timer = setInterval(() => this.beat(), BEAT_MILLISECONDS);
    this.beat();
  }

  /** Milliseconds since the last beat that went well. */
  get silence(): number {
    return performance.now() - this.lastBeat;
  }

  /** Looks at the queue now instead of at the next beat. */
  wake(): void {
    if (!this.stopping) this.beat();
  }

  /** Calls `listener` after a job's events or state changed. @returns a function that ends this */
  onChange(id: number, listener: () => void): () => void {
    this.changes.on(String(id), listener);
    return () => this.changes.off(String(id), listener);
  }

  /** Lets the jobs write their checkpoints and gives them back to the queue; kills what is not ready in time. */
  async stop(timeoutMilliseconds: number): Promise<void> {
    this.stopping = true;
    const jobs = [...this.running.values()];
    for (const { process } of jobs) process.cancel();
    const deadline = setTimeout(() => {
      for (const { process } of this.running.values()) process.kill();
    }, timeoutMilliseconds);
    await Promise.all(jobs.map(({ done }) => done));
    clearTimeout(deadline);
    clearInterval(this.timer);
  }

  private beat(): void {
    try {
      for (const job of this.running.values()) this.renew(job);
      while (!this.stopping && this.running.size < this.options.concurrent) {
        const claimed = this.store.claim(LEASE_MILLISECONDS);
        if (!claimed) break;
        this.run(claimed);
      }
      this.lastBeat = performance.now();
    } catch (error) {
      this.options.onProblem('the job queue cannot be read', error);
    }
  }

  private renew(job: Running): void {
    try {
      if (!this.store.renew(job.claimed, LEASE_MILLISECONDS).cancelRequested || job.cancelled) return;
      job.cancelled = true;
      job.process.cancel();
    } catch (error) {
      // Another supervisor has the job: ours must not go on beside it.
      if (!(error instanceof MedgraftError && error.code === 'job.lost')) throw error;
      job.process.kill();
    }
  }

  private run(claimed: ClaimedJob): void {
    const { id, stage, settings } = claimed.job;
    const { home, threads } = this.options;
    const process = startJobProcess({ home, threads, stage, settings }, (event) => this.record(claimed, event));
    const job: Running = { claimed, process, cancelled: false, done: Promise.resolve() };
    this.running.set(id, job);
    const { pid } = process;
    if (pid !== undefined) this.guarded(() => this.store.setProcess(claimed, pid));
    job.done = process.outcome.then((outcome) => this.finish(job, outcome));
    this.changes.emit(String(id));
  }

  private record(claimed: ClaimedJob, event: StageEvent): void {
    this.guarded(() => this.store.append(claimed, event));
    this.changes.emit(String(claimed.job.id));
  }

  private finish(job: Running, outcome: JobOutcome): void {
    const { claimed } = job;
    this.running.delete(claimed.job.id);
    this.guarded(() => {
      const end = endOf(outcome);
      if (this.stopping && !job.cancelled && end.state !== 'succeeded' && end.state !== 'failed')
        this.giveBack(claimed);
      else this.store.end(claimed, end);
    });
    this.changes.emit(String(claimed.job.id));
    this.wake();
  }

  private giveBack(claimed: ClaimedJob): void {
    this.store.append(claimed, { kind: 'note', message: 'the service stopped; the job goes on when it starts again' });
    this.store.release(claimed);
  }

  private guarded(write: () => void): void {
    try {
      write();
    } catch (error) {
      this.options.onProblem('a job could not be recorded', error);
    }
  }
}

function endOf(outcome: JobOutcome): JobEnd {
  if (outcome.kind === 'result') return { state: 'succeeded', result: outcome.result };
  if (outcome.kind === 'error') return { state: outcome.cancelled ? 'cancelled' : 'failed', error: outcome.error };
  const error: JobError = {
    code: 'job.died',
    message: 'the process of the job ended without a result',
    got: outcome.signal ? `signal ${outcome.signal}` : `exit code ${outcome.exitCode}`,
    hint: 'often too little memory; the same stage and settings as a new job go on from its last checkpoint',
  };
  return { state: 'interrupted', error };
}
