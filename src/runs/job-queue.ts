/**
 * The contract of the durable queue: jobs, their events, and who holds which. A job is held by a lease that its supervisor
 * renews; each claim raises the fencing token, and a holder whose token is no longer the newest can write nothing.
 * A job whose holder let its lease run out is interrupted by whoever claims next: one more attempt after a pause while
 * the retry policy allows it, else it waits for `resume`. Any call may throw `queue.unreachable`. Suite: test/contract/job-queue.suite.ts.
 */
import { MedgraftError } from '../base/errors.js';
import type { Job, JobError, JobEvent, JobResult, JobState } from './job.js';
import type { StageEvent } from './stage.js';

export interface NewJob {
  stage: string;
  settings: Readonly<Record<string, unknown>>;
  /** Folders that the files it names must lie in, checked again by its process; not given: anywhere. */
  roots?: readonly string[];
}

/** One page of jobs, the newest first. */
export interface JobPage {
  limit: number;
  /** Ids below it only. */
  before?: number;
  state?: JobState;
  stage?: string;
}

/** The process that works on a job; `start` tells it from a later one with the same id. */
export interface JobHolder {
  host: string;
  pid: number;
  start: string;
}

/** A job held for running. */
export interface ClaimedJob {
  readonly job: Job;
  readonly token: number;
  readonly roots?: readonly string[];
  /** The process of the attempt before, which may still live when its service was stopped and not ended. */
  readonly previous?: JobHolder;
}

export type JobEnd =
  | { state: 'succeeded'; result: JobResult }
  | { state: 'failed' | 'cancelled' | 'interrupted'; error: JobError };

export interface RetryPolicy {
  /** Attempts of a job that is interrupted, the first included; 1: only `resume` begins it again. */
  attempts: number;
  /** Pause before the second attempt; it doubles with each further one, up to an hour. */
  backoffMilliseconds: number;
}

export interface JobQueue {
  add(job: NewJob): Promise<Job>;
  /** @throws MedgraftError `job.unknown` */
  find(id: number): Promise<Job>;
  list(page: JobPage): Promise<Job[]>;
  counts(): Promise<Record<JobState, number>>;
  /** Takes the oldest job that waits and is due. */
  claim(leaseMilliseconds: number): Promise<ClaimedJob | undefined>;
  /** Keeps a job. @returns whether it was asked to stop. @throws MedgraftError `job.lost` */
  renew(claimed: ClaimedJob, leaseMilliseconds: number): Promise<{ cancelRequested: boolean }>;
  /** Notes the process that runs a job. @throws MedgraftError `job.lost` */
  setHolder(claimed: ClaimedJob, holder: JobHolder): Promise<void>;
  /** @throws MedgraftError `job.lost` when another holder has the job; then nothing is written */
  append(claimed: ClaimedJob, event: StageEvent): Promise<JobEvent>;
  /** An interrupted job with attempts left waits for the next one. @throws MedgraftError `job.lost` */
  end(claimed: ClaimedJob, end: JobEnd): Promise<Job>;
  /** Gives a job back, for the next service to go on with at once. @throws MedgraftError `job.lost` */
  release(claimed: ClaimedJob): Promise<void>;
  /** A waiting job ends at once; a running one is told by its next `renew`. @throws MedgraftError `job.unknown`, `job.ended` */
  requestCancel(id: number): Promise<Job>;
  /** A job that ended without success waits for another attempt. @throws MedgraftError `job.unknown`, `job.not-resumable` */
  resume(id: number): Promise<Job>;
  /** Events after `seq`, in order; of one kind when it is given. */
  eventsAfter(id: number, seq: number, limit: number, kind?: StageEvent['kind']): Promise<JobEvent[]>;
  close(): Promise<void>;
}

const LONGEST_PAUSE_MILLISECONDS = 3_600_000;

/**
 * @param tries attempts since the job was started or resumed, at least 1
 * @returns the pause before the next one; undefined when there is none
 */
export function pauseBeforeRetry(tries: number, { attempts, backoffMilliseconds }: RetryPolicy): number | undefined {
  if (tries >= attempts) return undefined;
  return Math.min(LONGEST_PAUSE_MILLISECONDS, backoffMilliseconds * 2 ** (tries - 1));
}

/** What is said of a job whose holder let its lease run out. */
export const ABANDONED: JobError = {
  code: 'job.abandoned',
  message: 'the service that ran the job is gone',
  hint: 'resume the job: it goes on from its last checkpoint',
};

/** Events that the queue itself writes between attempts. */
export const ABANDONED_NOTE: StageEvent = { kind: 'warning', message: ABANDONED.message };
export const RESUMED_NOTE: StageEvent = { kind: 'note', message: 'resumed: waits for another attempt' };

export function unknownJob(id: number): MedgraftError {
  return new MedgraftError('missing', 'job.unknown', 'there is no such job', { place: 'id', got: String(id) });
}

export function lostJob(id: number): MedgraftError {
  return new MedgraftError('conflict', 'job.lost', `job ${id} is held by another process now`, {
    hint: 'its lease ran out here: the machine slept or the process was stopped for long',
  });
}

/** A queue elsewhere that cannot be reached now; it may come back. */
export function unreachableQueue(): MedgraftError {
  return new MedgraftError('environment', 'queue.unreachable', 'Redis does not answer', {
    place: 'MEDGRAFT_REDIS_URL',
    hint: 'is it running there, and does the password fit?',
  });
}

export function isUnreachable(error: unknown): boolean {
  return error instanceof MedgraftError && error.code === 'queue.unreachable';
}

export function endedJob(state: JobState): MedgraftError {
  return new MedgraftError('conflict', 'job.ended', 'the job has ended already', { place: 'id', got: state });
}

export function notResumable(state: JobState): MedgraftError {
  return new MedgraftError('conflict', 'job.not-resumable', 'only a job that ended without success is resumed', {
    place: 'id',
    expected: 'interrupted, failed or cancelled',
    got: state,
  });
}
