/**
 * One writer a run: a file created with O_EXCL that names its process by id and start time. The lock of a process that
 * is gone is taken over; heartbeats are not used, since a stopped process (SIGSTOP) would look dead and write again later.
 */
import { readFileSync } from 'node:fs';
import { open, readFile, rename, rm } from 'node:fs/promises';
import { hostname } from 'node:os';
import { MedgraftError } from '../base/errors.js';
import { asDiskError, systemCode } from './durable-file-system.js';

interface LockOwner {
  pid: number;
  /** Start of the process in clock ticks since boot; empty where the system does not tell. */
  start: string;
  host: string;
  since: string;
}

/**
 * @returns a function that releases the lock
 * @throws MedgraftError `run.locked` while another living process holds it
 */
export async function acquireLock(path: string): Promise<() => Promise<void>> {
  const mine = JSON.stringify(thisProcess());
  while (!(await create(path, mine))) await removeStale(path);
  return async () => {
    if ((await readOrNothing(path)) === mine) await rm(path, { force: true });
  };
}

/** Whether a living process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  const owner = parseOwner(await readOrNothing(path));
  return owner !== undefined && isAlive(owner);
}

async function create(path: string, content: string): Promise<boolean> {
  try {
    const handle = await open(path, 'wx');
    try {
      await handle.writeFile(content);
    } finally {
      await handle.close();
    }
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw asDiskError(error, path);
  }
}

/** Moves a dead owner's lock aside by rename, so that of two takers only one goes on with the file it has looked at. */
async function removeStale(path: string): Promise<void> {
  const content = await readOrNothing(path);
  if (content === undefined) return;
  const owner = parseOwner(content);
  if (owner === undefined || isAlive(owner)) throw locked(path, owner);
  const aside = `${path}.${process.pid}.stale`;
  try {
    await rename(path, aside);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return;
    throw error;
  }
  if ((await readOrNothing(aside)) === content) await rm(aside, { force: true });
  else await rename(aside, path);
}

function locked(path: string, owner: LockOwner | undefined): MedgraftError {
  return new MedgraftError('conflict', 'run.locked', 'another process is writing this run', {
    place: path,
    got: owner ? `process ${owner.pid} on ${owner.host}, since ${owner.since}` : 'a lock file that cannot be read',
    hint: 'wait for it or stop it; if that process is certainly gone, delete the lock file',
  });
}

function thisProcess(): LockOwner {
  return { pid: process.pid, start: startOf(process.pid), host: hostname(), since: new Date().toISOString() };
}

function isAlive(owner: LockOwner): boolean {
  if (owner.host !== hostname()) return true;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    if (systemCode(error) !== 'EPERM') return false;
  }
  return owner.start === startOf(owner.pid);
}

/** Field 22 of /proc/<pid>/stat: tells a process from a later one with the same id. None of one that only waits to be buried. */
export function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? '' : fields[19];
  } catch {
    return '';
  }
}

async function readOrNothing(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}

function parseOwner(text: string | undefined): LockOwner | undefined {
  try {
    const owner = JSON.parse(text ?? '') as LockOwner;
    return Number.isInteger(owner.pid) ? owner : undefined;
  } catch {
    return undefined;
  }
}
