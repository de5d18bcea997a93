/** The tables of the embedded queue (jobs.db) and how a row reads as a job. Older files get the columns they lack. */
import type Database from 'libsql';
import type { Job, JobError, JobResult, JobState } from './job.js';
import type { ClaimedJob, JobHolder } from './job-queue.js';
import type { StageProgress } from './stage.js';

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

/** `tries`: attempts since it was started or resumed. `holder`: the newest process, `progress`: the newest it told, as JSON. */
const LATER_COLUMNS: Readonly<Record<string, string>> = {
  tries: 'INTEGER NOT NULL DEFAULT 0',
  not_before: 'INTEGER NOT NULL DEFAULT 0',
  holder: 'TEXT',
  roots: 'TEXT',
  progress: 'TEXT',
};

export interface JobRow {
  id: number;
  stage: string;
  settings: string;
  state: JobState;
  token: number;
  tries: number;
  not_before: number;
  cancel_requested: number;
  created_at: number;
  started_at: number | null;
  ended_at: number | null;
  holder: string | null;
  roots: string | null;
  progress: string | null;
  result: string | null;
  error: string | null;
}

export function createJobTables(database: Database.Database): void {
  database.exec('PRAGMA busy_timeout = 5000; PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;');
  database.exec(SCHEMA);
  const columns = database.prepare('PRAGMA table_info(job)').all() as { name: string }[];
  const known = new Set(columns.map(({ name }) => name));
  for (const [name, type] of Object.entries(LATER_COLUMNS)) {
    if (!known.has(name)) database.exec(`ALTER TABLE job ADD COLUMN ${name} ${type}`);
  }
  // From here on waiting is the queue's own (job-patience.ts).
  database.exec('PRAGMA busy_timeout = 5');
}

export function jobOf(row: JobRow): Job {
  const holder = parsed<JobHolder>(row.holder);
  return {
    id: row.id,
    stage: row.stage,
    settings: JSON.parse(row.settings) as Record<string, unknown>,
    state: row.state,
    cancelRequested: row.cancel_requested === 1,
    attempt: row.token,
    createdAt: isoTime(row.created_at),
    startedAt: row.started_at === null ? undefined : isoTime(row.started_at),
    endedAt: row.ended_at === null ? undefined : isoTime(row.ended_at),
    notBefore: row.state === 'queued' && row.not_before > 0 ? isoTime(row.not_before) : undefined,
    pid: row.state === 'running' ? holder?.pid : undefined,
    progress: parsed<StageProgress>(row.progress),
    result: parsed<JobResult>(row.result),
    error: parsed<JobError>(row.error),
  };
}

export function claimOf(row: JobRow): ClaimedJob {
  return {
    job: jobOf(row),
    token: row.token,
    roots: parsed<string[]>(row.roots),
    previous: parsed<JobHolder>(row.holder),
  };
}

export function isoTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}

function parsed<T>(text: string | null): T | undefined {
  return text === null ? undefined : (JSON.parse(text) as T);
}
