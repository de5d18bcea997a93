/**
 * The queue in one libsql file of the workspace (`jobs.db`), for one machine: several services and command lines may use
 * it at once. Every call is one short transaction; while another process holds the file it waits without blocking.
 */
import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import Database from 'libsql';
import { JOB_STATES, type Job, type JobError, type JobEvent, type JobState, progressOf } from './job.js';
import { patiently } from './job-patience.js';
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
import { claimOf, createJobTables, isoTime, type JobRow, jobOf } from './job-table.js';
import type { StageEvent } from './stage.js';

type Value = string | number | null;

const HELD = "WHERE id = ? AND token = ? AND state = 'running'";

export class EmbeddedJobQueue implements JobQueue {
  private readonly database: Database.Database;

  /**
   * @param path of the file, created when missing
   * @param now milliseconds since 1970
   */
  constructor(
    path: string,
    private readonly retry: RetryPolicy,
    private readonly now: () => number = Date.now,
  ) {
    mkdirSync(dirname(path), { recursive: true });
    this.database = new Database(path);
    createJobTables(this.database);
  }

  async add({ stage, settings, roots }: NewJob): Promise<Job> {
    const sql = "INSERT INTO job (stage, settings, state, created_at, roots) VALUES (?, ?, 'queued', ?, ?) RETURNING *";
    return jobOf(
      await this.one(sql, stage, JSON.stringify(settings), this.now(), roots ? JSON.stringify(roots) : null),
    );
  }

  async find(id: number): Promise<Job> {
    return jobOf(this.row(id));
  }

  async list({ limit, before, state, stage }: JobPage): Promise<Job[]> {
    const filters: [string, Value | undefined][] = [
      ['id < ?', before],
      ['state = ?', state],
      ['stage = ?', stage],
    ];
    const given = filters.filter((filter): filter is [string, Value] => filter[1] !== undefined);
    const where = ['1', ...given.map(([condition]) => condition)].join(' AND ');
    const values = given.map(([, value]) => value);
    return this.all(`SELECT * FROM job WHERE ${where} ORDER BY id DESC LIMIT ?`, ...values, limit).map(jobOf);
  }

  async counts(): Promise<Record<JobState, number>> {
    const rows = this.database.prepare('SELECT state, count(*) AS n FROM job GROUP BY state').all();
    const counted = new Map((rows as { state: JobState; n: number }[]).map(({ state, n }) => [state, n]));
    return Object.fromEntries(JOB_STATES.map((state) => [state, counted.get(state) ?? 0])) as Record<JobState, number>;
  }

  async claim(leaseMilliseconds: number): Promise<ClaimedJob | undefined> {
    const now = this.now();
    const abandoned = this.all("SELECT * FROM job WHERE state = 'running' AND leased_until < ?", now);
    for (const row of abandoned) await this.interrupt(row);
    const row = await this.get(
      `UPDATE job SET state = 'running', token = token + 1, tries = tries + 1, leased_until = ?,
         started_at = coalesce(started_at, ?)
       WHERE id = (SELECT id FROM job WHERE state = 'queued' AND not_before <= ? ORDER BY id LIMIT 1) RETURNING *`,
      now + leaseMilliseconds,
      now,
      now,
    );
    return row && claimOf(row);
  }

  async renew({ job, token }: ClaimedJob, leaseMilliseconds: number): Promise<{ cancelRequested: boolean }> {
    const sql = `UPDATE job SET leased_until = ? ${HELD} RETURNING *`;
    const row = await this.held(sql, this.now() + leaseMilliseconds, job.id, token);
    return { cancelRequested: row.cancel_requested === 1 };
  }

  async setHolder({ job, token }: ClaimedJob, holder: JobHolder): Promise<void> {
    await this.held(`UPDATE job SET holder = ? ${HELD} RETURNING *`, JSON.stringify(holder), job.id, token);
  }

  async append({ job, token }: ClaimedJob, event: StageEvent): Promise<JobEvent> {
    const row = await this.note(event, `FROM job ${HELD}`, job.id, token);
    if (!row) throw lostJob(job.id);
    const progress = progressOf(event);
    if (progress)
      await this.held(`UPDATE job SET progress = ? ${HELD} RETURNING *`, JSON.stringify(progress), job.id, token);
    return { seq: row.seq, at: isoTime(row.at), event };
  }

  async end(claimed: ClaimedJob, end: JobEnd): Promise<Job> {
    const { job, token } = claimed;
    if (end.state === 'interrupted') {
      const row = await this.held(`UPDATE job SET leased_until = leased_until ${HELD} RETURNING *`, job.id, token);
      await this.endOrRetry(row, end.error);
      return this.find(job.id);
    }
    const sql = `UPDATE job SET state = ?, ended_at = ?, result = ?, error = ? ${HELD} RETURNING *`;
    const result = end.state === 'succeeded' ? JSON.stringify(end.result) : null;
    const error = end.state === 'succeeded' ? null : JSON.stringify(end.error);
    return jobOf(await this.held(sql, end.state, this.now(), result, error, job.id, token));
  }

  async release({ job, token }: ClaimedJob): Promise<void> {
    await this.held(`UPDATE job SET state = 'queued', tries = tries - 1 ${HELD} RETURNING *`, job.id, token);
  }

  async requestCancel(id: number): Promise<Job> {
    const error: JobError = { code: 'run.cancelled', message: 'cancelled before it began' };
    const waiting = `UPDATE job SET state = 'cancelled', ended_at = ?, error = ? WHERE id = ? AND state = 'queued' RETURNING *`;
    const running = "UPDATE job SET cancel_requested = 1 WHERE id = ? AND state = 'running' RETURNING *";
    const row = (await this.get(waiting, this.now(), JSON.stringify(error), id)) ?? (await this.get(running, id));
    if (row) return jobOf(row);
    throw endedJob(this.row(id).state);
  }

  async resume(id: number): Promise<Job> {
    const row = await this.get(
      `UPDATE job SET state = 'queued', tries = 0, not_before = 0, cancel_requested = 0, ended_at = NULL, error = NULL
       WHERE id = ? AND state IN ('interrupted', 'failed', 'cancelled') RETURNING *`,
      id,
    );
    if (!row) throw notResumable(this.row(id).state);
    await this.note(RESUMED_NOTE, 'FROM job WHERE id = ?', id);
    return jobOf(row);
  }

  async eventsAfter(id: number, seq: number, limit: number, kind?: StageEvent['kind']): Promise<JobEvent[]> {
    const ofKind = kind === undefined ? '' : "AND event ->> 'kind' = ?";
    const sql = `SELECT seq, at, event FROM job_event WHERE job = ? AND seq > ? ${ofKind} ORDER BY seq LIMIT ?`;
    const rows = this.database.prepare(sql).all(id, seq, ...(kind === undefined ? [] : [kind]), limit) as {
      seq: number;
      at: number;
      event: string;
    }[];
    return rows.map((row) => ({ seq: row.seq, at: isoTime(row.at), event: JSON.parse(row.event) as StageEvent }));
  }

  async close(): Promise<void> {
    this.database.close();
  }

  /** A job whose lease ran out: noted once, by whoever's statement finds it with the token it was read with. */
  private async interrupt(row: JobRow): Promise<void> {
    if (!(await this.endOrRetry(row, ABANDONED, this.now()))) return;
    await this.note(ABANDONED_NOTE, 'FROM job WHERE id = ?', row.id);
  }

  /** @param leaseBefore only when the lease ended before it, since its holder may have come back meanwhile */
  private async endOrRetry(row: JobRow, error: JobError, leaseBefore = Number.MAX_SAFE_INTEGER): Promise<boolean> {
    const pause = row.cancel_requested === 1 ? undefined : pauseBeforeRetry(row.tries, this.retry);
    const state: JobState = pause === undefined ? 'interrupted' : 'queued';
    const sql = `UPDATE job SET state = ?, ended_at = ?, not_before = ?, error = ? ${HELD} AND leased_until < ? RETURNING *`;
    const now = this.now();
    const endedAt = pause === undefined ? now : null;
    const notBefore = pause === undefined ? 0 : now + pause;
    return !!(await this.get(sql, state, endedAt, notBefore, JSON.stringify(error), row.id, row.token, leaseBefore));
  }

  /** Numbers and writes an event of the job that `from` selects, if it does. */
  private async note(
    event: StageEvent,
    from: string,
    ...values: Value[]
  ): Promise<{ seq: number; at: number } | undefined> {
    const sql = `INSERT INTO job_event (job, seq, at, event)
       SELECT id, (SELECT coalesce(max(seq), 0) + 1 FROM job_event WHERE job = id), ?, ? ${from} RETURNING seq, at`;
    const row: unknown = await this.get(sql, this.now(), JSON.stringify(event), ...values);
    return row as { seq: number; at: number } | undefined;
  }

  private row(id: number): JobRow {
    const row = this.all('SELECT * FROM job WHERE id = ?', id)[0];
    if (row) return row;
    throw unknownJob(id);
  }

  /** @param values end with the job's id and the token */
  private async held(sql: string, ...values: Value[]): Promise<JobRow> {
    const row = await this.get(sql, ...values);
    if (!row) throw lostJob(Number(values[values.length - 2]));
    return row;
  }

  private async one(sql: string, ...values: Value[]): Promise<JobRow> {
    const row = await this.get(sql, ...values);
    if (!row) throw new Error('the statement returned no row');
    return row;
  }

  /** The row that a statement wrote. */
  private async get(sql: string, ...values: Value[]): Promise<JobRow | undefined> {
    return (await patiently(() => this.write(sql, values)))[0];
  }

  /**
   * Takes the right to write first and by itself: a statement that is refused in its midst would keep its connection
   * refused until the garbage collector finds it.
   */
  private write(sql: string, values: readonly Value[]): JobRow[] {
    this.database.exec('BEGIN IMMEDIATE');
    try {
      // `all` runs the statement to its end, which `get` does not promise for one that writes.
      const rows = this.all(sql, ...values);
      this.database.exec('COMMIT');
      return rows;
    } catch (error) {
      this.database.exec('ROLLBACK');
      throw error;
    }
  }

  private all(sql: string, ...values: Value[]): JobRow[] {
    return this.database.prepare(sql).all(...values) as JobRow[];
  }
}
