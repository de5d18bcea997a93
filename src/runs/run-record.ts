/**
 * The record of a run that is under way, `run.json` beside its checkpoints: what it is of, and how long it has worked
 * over all its sessions. A run is finished when it has a manifest, running while its lock is held, else interrupted.
 */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Manifest } from './artefact.js';
import { writeFileAtomically } from './atomic-file.js';
import { systemCode } from './durable-file-system.js';
import { acquireLock, isLocked } from './run-lock.js';
import { sealJson } from './sealed-json.js';
import { listNames, readArtefact, type Workspace } from './workspace.js';

export const RUN_FILE = 'run.json';
export const LOCK_FILE = '.lock';

export interface RunRecord {
  stage: string;
  hash: string;
  labels: Record<string, string>;
  settings: Record<string, unknown>;
  inputs: Record<string, string>;
  startedAt: string;
  /** How often it was taken up, the first time included. */
  sessions: number;
  /** Seconds of work in all ended sessions. */
  seconds: number;
}

export type RunState = 'finished' | 'running' | 'interrupted';

export interface RunSummary {
  id: string;
  state: RunState;
  folder: string;
  record: RunRecord;
  manifest?: Manifest;
}

export interface OpenRun {
  readonly continued: boolean;
  /** Seconds of work so far, all sessions. */
  seconds(): number;
  /** Records the time and releases the lock. */
  close(): Promise<void>;
}

/**
 * Takes the run's lock and notes a new session.
 * @throws MedgraftError `run.locked`
 */
export async function startRun(folder: string, manifest: Manifest): Promise<OpenRun> {
  const release = await acquireLock(join(folder, LOCK_FILE));
  try {
    const start = performance.now();
    const before = await readRecord(folder);
    const record: RunRecord = before ?? newRecord(manifest);
    record.sessions++;
    await writeRecord(folder, record);
    const seconds = () => record.seconds + Math.round(performance.now() - start) / 1000;
    const close = async () => {
      await writeRecord(folder, { ...record, seconds: seconds() }).finally(release);
    };
    return { continued: before !== undefined, seconds, close };
  } catch (error) {
    await release();
    throw error;
  }
}

/** All runs of a workspace, newest first. */
export async function listRuns(workspace: Workspace): Promise<RunSummary[]> {
  const runs = await Promise.all((await listRunNames(workspace)).map((id) => readRun(workspace, id)));
  return runs
    .filter((run) => run !== undefined)
    .sort((a, b) => b.record.startedAt.localeCompare(a.record.startedAt) || a.id.localeCompare(b.id));
}

/** Ids of all runs, those whose record is damaged among them. */
export async function listRunNames(workspace: Workspace): Promise<string[]> {
  return (await listNames(workspace.runsFolder)).filter((name) => !name.startsWith('.')).sort();
}

/** One run; undefined when there is none of this id. */
export async function readRun(workspace: Workspace, id: string): Promise<RunSummary | undefined> {
  const folder = workspace.runFolder(id);
  const record = await readRecord(folder);
  if (!record) return undefined;
  const manifest = (await readArtefact(folder))?.manifest;
  const unfinished = (await isLocked(join(folder, LOCK_FILE))) ? 'running' : 'interrupted';
  return { id, state: manifest ? 'finished' : unfinished, folder, record, manifest };
}

function newRecord({ stage, hash, labels, settings, inputs }: Manifest): RunRecord {
  return { stage, hash, labels, settings, inputs, startedAt: new Date().toISOString(), sessions: 0, seconds: 0 };
}

async function readRecord(folder: string): Promise<RunRecord | undefined> {
  try {
    const { digest: _digest, ...record } = JSON.parse(await readFile(join(folder, RUN_FILE), 'utf8'));
    return record as RunRecord;
  } catch (error) {
    // A damaged record is none: the checkpoints know by themselves whether they are whole.
    const code = systemCode(error);
    if (code === 'ENOENT' || code === 'ENOTDIR' || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function writeRecord(folder: string, record: RunRecord): Promise<void> {
  return writeFileAtomically(join(folder, RUN_FILE), sealJson(record));
}
