/** How a job's hash in Redis reads; every value is text, an empty one is none. */
import type { Job, JobError, JobEvent, JobResult, JobState } from './job.js';
import type { ClaimedJob, JobHolder } from './job-queue.js';
import { isoTime } from './job-table.js';
import type { StageEvent, StageProgress } from './stage.js';

export type BullRecord = Readonly<Record<string, string>>;

export function jobOfRecord(id: number, record: BullRecord): Job {
  const state = record['state'] as JobState;
  return {
    id,
    stage: record['stage'],
    settings: JSON.parse(record['settings']) as Record<string, unknown>,
    state,
    cancelRequested: record['cancelRequested'] === '1',
    attempt: Number(record['token']),
    createdAt: isoTime(Number(record['createdAt'])),
    startedAt: timeOf(record['startedAt']),
    endedAt: timeOf(record['endedAt']),
    notBefore: state === 'queued' ? timeOf(record['notBefore']) : undefined,
    pid: state === 'running' ? parsed<JobHolder>(record['holder'])?.pid : undefined,
    progress: parsed<StageProgress>(record['progress']),
    result: parsed<JobResult>(record['result']),
    error: parsed<JobError>(record['error']),
  };
}

export function claimOfRecord(id: number, record: BullRecord): ClaimedJob {
  return {
    job: jobOfRecord(id, record),
    token: Number(record['token']),
    roots: parsed<string[]>(record['roots']),
    previous: parsed<JobHolder>(record['holder']),
  };
}

/** An event with its time as one text: milliseconds, a space, JSON. */
export function eventText(at: number, event: StageEvent): string {
  return `${at} ${JSON.stringify(event)}`;
}

export function eventOf(seq: number, text: string): JobEvent {
  const space = text.indexOf(' ');
  const event = JSON.parse(text.slice(space + 1)) as StageEvent;
  return { seq, at: isoTime(Number(text.slice(0, space))), event };
}

function timeOf(text: string | undefined): string | undefined {
  return text ? isoTime(Number(text)) : undefined;
}

function parsed<T>(text: string | undefined): T | undefined {
  return text ? (JSON.parse(text) as T) : undefined;
}
