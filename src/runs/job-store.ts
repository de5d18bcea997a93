/**
 * The durable queue of the service: jobs and their events in one libsql file. A job is held by a lease that its
 * supervisor renews; each claim raises the fencing token, and a holder whose token is no longer the newest can write
 * nothing. All calls are synchronous and short.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { MedgraftError } from '../base/errors.js';
import type { Job, JobError, JobEvent, JobResult, JobState } from './job.js';
import type { StageEvent } from './stage.js';

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS job (
    id INTEGER PRIMARY KEY AUTOINCREMENT, stage TEXT NOT NULL, settings TEXT NOT NULL, state TEXT NOT NULL,
    token INTEGER NOT NULL DEFAULT 0, leased_until INTEGER NOT NULL DEFAULT 0, cancel_requested INTEGER NOT NULL DEFAULT 0,
    created_at INTEGER NOT NULL, started_at INTEGER, ended_at INTEGER, pid INTEGER, result TEXT, error TEXT);
  CREATE INDEX IF NOT EXISTS job_state ON job (state, id);
  CREATE TABLE IF NOT EXISTS job_event (
    job INTEGER NOT NULL REFERENCES job, seq INTEGER NOT NULL, at INTEGER NOT NULL, event TEXT NOT NULL,
    PRIMARY KEY (job, seq)) WITHOUT ROWID;
`;

interface JobRow {
  id: number;
  stage: string;
  settings: string;
  state: JobState;
  token: number;
  cancel_requested: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  pid: number | null;
  result: string | null;
  error: string | null;
}

/** A job held for running. */
export interface ClaimedJob {
  readonly job: Job;
  readonly token: number;
}

export type JobEnd =
  | { state: 'succeeded'; result: JobResult }
  | { state: 'failed' | 'cancelled' | 'interrupted'; error: JobError };

export class JobStore {
  private readonly database: Database.Database;

  /**
   * @param path of the file, created when missing
   * @param now milliseconds since 1970
   */
  constructor(
    path: string,
    private readonly now: () => number = Date.now,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.database = new Database(path);
    this.database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA busy_timeout = 5000;');
    this.database.exec(SCHEMA);
  }

  add(stage: string, settings: Readonly<Record<string, unknown>>): Job {
    const sql = "INSERT INTO job (stage, settings, state, created_at) VALUES (?, ?, 'queued', ?) RETURNING *";
    return jobOf(this.get(sql, stage, JSON.stringify(settings), this.now()));
  }

  /** @throws MedgraftError `job.unknown` */
  find(id: number): Job {
    const row = this.get('SELECT * FROM job WHERE id = ?', id);
    if (row) return jobOf(row);
    throw new MedgraftError('missing', 'job.unknown', 'there is no such job', { place: 'id', got: String(id) });
  }

  /** Newest first, ids below `before` only. */
  list(limit: number, before = Number.MAX_SAFE_INTEGER): Job[] {
    const rows = this.database.prepare('SELECT * FROM job WHERE id < ? ORDER BY id DESC LIMIT ?').all(before, limit);
    return (rows as JobRow[]).map(jobOf);
  }

  /** Takes the oldest job that waits, or whose holder let its lease run out. */
  claim(leaseMilliseconds: number): ClaimedJob | undefined {
    const now = this.now();
    const row = this.get(
      `UPDATE job SET state = 'running', token = token + 1, leased_until = ?, started_at = coalesce(started_at, ?)
       WHERE id = (SELECT id FROM job WHERE state = 'queued' OR (state = 'running' AND leased_until < ?) ORDER BY id LIMIT 1)
       RETURNING *`,
      now + leaseMilliseconds,
      now,
      now,
    );
    return row && { job: jobOf(row), token: row.token };
  }

  /** Keeps a job. @returns whether it was asked to stop. @throws MedgraftError `job.lost` */
  renew({ job, token }: ClaimedJob, leaseMilliseconds: number): { cancelRequested: boolean } {
    const row = this.get(
      `UPDATE job SET leased_until = ? WHERE id = ? AND token = ? AND state = 'running' RETURNING *`,
      this.now() + leaseMilliseconds,
      job.id,
      token,
    );
    if (!row) throw lost(job.id);
    return { cancelRequested: row.cancel_requested === 1 };
  }

  /** Notes the process that runs a job. @throws MedgraftError `job.lost` */
  setProcess({ job, token }: ClaimedJob, pid: number): void {
    const sql = "UPDATE job SET pid = ? WHERE id = ? AND token = ? AND state = 'running' RETURNING *";
    if (!this.get(sql, pid, job.id, token)) throw lost(job.id);
  }

  /** @throws MedgraftError `job.lost` when another holder has the job; then nothing is written */
  append({ job, token }: ClaimedJob, event: StageEvent): JobEvent {
    const row = this.get(
      `INSERT INTO job_event (job, seq, at, event)
       SELECT id, (SELECT coalesce(max(seq), 0) + 1 FROM job_event WHERE job = ?), ?, ? FROM job
       WHERE id = ? AND token = ? AND state = 'running' RETURNING seq, at`,
      job.id,
      this.now(),
      JSON.stringify(event),
      job.id,
      token,
    ) as unknown as { seq: number; at: number } | undefined;
    if (!row) throw lost(job.id);
    return { seq: row.seq, at: isoTime(row.at), event };
  }

  /** @throws MedgraftError `job.lost` */
  end({ job, token }: ClaimedJob, end: JobEnd): Job {
    const row = this.get(
      `UPDATE job SET state = ?, ended_at = ?, result = ?, error = ? WHERE id = ? AND token = ? AND state = 'running'
       RETURNING *`,
      end.state,
      this.now(),
      end.state === 'succeeded' ? JSON.stringify(end.result) : null,
      end.state === 'succeeded' ? null : JSON.stringify(end.error),
      job.id,
      token,
    );
    if (!row) throw lost(job.id);
    return jobOf(row);
  }

  /** Gives a job back to the queue, for the next service to go on with. @throws MedgraftError `job.lost` */
  release({ job, token }: ClaimedJob): void {
    const sql = "UPDATE job SET state = 'queued' WHERE id = ? AND token = ? AND state = 'running' RETURNING *";
    if (!this.get(sql, job.id, token)) throw lost(job.id);
  }

  /** A waiting job ends at once; a running one is told by its next `renew`. @throws MedgraftError `job.unknown`, `job.ended` */
  requestCancel(id: number): Job {
    const error: JobError = { code: 'run.cancelled', message: 'cancelled before it began' };
    const row =
      this.get(
        "UPDATE job SET state = 'cancelled', ended_at = ?, error = ? WHERE id = ? AND state = 'queued' RETURNING *",
        this.now(),
        JSON.stringify(error),
        id,
      ) ?? this.get("UPDATE job SET cancel_requested = 1 WHERE id = ? AND state = 'running' RETURNING *", id);
    if (row) return jobOf(row);
    throw new MedgraftError('conflict', 'job.ended', 'the job has ended already', {
      place: 'id',
      got: this.find(id).state,
    });
  }

  /** Events after `seq`, in order. */
  eventsAfter(id: number, seq: number, limit: number): JobEvent[] {
    const sql = 'SELECT seq, at, event FROM job_event WHERE job = ? AND seq > ? ORDER BY seq LIMIT ?';
    const rows = this.database.prepare(sql).all(id, seq, limit) as { seq: number; at: number; event: string }[];
    return rows.map((row) => ({ seq: row.seq, at: isoTime(row.at), event: JSON.parse(row.event) as StageEvent }));
  }

  close(): void {
    this.database.close();
  }

  private get(sql: string, ...values: (string | number | null)[]): JobRow | undefined {
    // `all` runs the statement to its end, which `get` does not promise for one that writes.
    return (this.database.prepare(sql).all(...values) as JobRow[])[0];
  }
}

function jobOf(row: JobRow | undefined): Job {
  if (!row) throw new Error('the statement returned no row');
  return {
    id: row.id,
    stage: row.stage,
    settings: JSON.parse(row.settings) as Record<string, unknown>,
    state: row.state,
    cancelRequested: row.cancel_requested === 1,
    createdAt: isoTime(row.created_at),
    startedAt: row.started_at === null ? undefined : isoTime(row.started_at),
    endedAt: row.ended_at === null ? undefined : isoTime(row.ended_at),
    pid: row.state === 'running' ? (row.pid ?? undefined) : undefined,
    result: row.result === null ? undefined : (JSON.parse(row.result) as JobResult),
    error: row.error === null ? undefined : (JSON.parse(row.error) as JobError),
  };
}

function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function lost(id: number): MedgraftError {
  return new MedgraftError('conflict', 'job.lost', `job ${id} is held by another process now`, {
    hint: 'its lease ran out here: the machine slept or the process was stopped for long',
  });
}
