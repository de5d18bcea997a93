/**
 * Names of files and folders that are still being written: `.<target>.<pid>-<process start, ms>.<n>.tmp`, beside the
 * target so that the rename stays on one disk. The owner in the name tells what a dead process left behind.
 */
import { basename, dirname, join } from 'node:path';
import { systemCode } from './durable-file-system.js';

const TEMPORARY = /^\.(.+)\.(\d+)-(\d+)\.(\d+)\.(tmp|old)$/;

/** `tmp`: being written. `old`: moved aside while its successor takes its name. */
export type TemporaryKind = 'tmp' | 'old';

export interface TemporaryName {
  readonly target: string;
  readonly kind: TemporaryKind;
  readonly abandoned: boolean;
}

/**
 * Calls `create` with the first free temporary name.
 * @returns the path it created and its result
 */
export async function createTemporary<T>(
  target: string,
  kind: TemporaryKind,
  create: (path: string) => Promise<T>,
): Promise<{ path: string; value: T }> {
  for (let attempt = 0; ; attempt++) {
    const path = join(dirname(target), `.${basename(target)}.${ownerTag()}.${attempt}.${kind}`);
    try {
      return { path, value: await create(path) };
    } catch (error) {
      if (!TAKEN.has(systemCode(error) ?? '')) throw error;
    }
  }
}

const TAKEN = new Set(['EEXIST', 'ENOTEMPTY']);

/** Reads a temporary name; undefined for any other name. */
export function parseTemporary(name: string): TemporaryName | undefined {
  const match = TEMPORARY.exec(name);
  if (!match) return undefined;
  const [, target, pid, start, , kind] = match;
  return { target, kind: kind as TemporaryKind, abandoned: !isAlive(Number(pid), start) };
}

function ownerTag(): string {
  return `${process.pid}-${processStart()}`;
}

function processStart(): string {
  return String(Math.round(performance.timeOrigin));
}

/** A reused process id counts as alive: then the sweep leaves the name alone, which costs only disk. */
function isAlive(pid: number, start: string): boolean {
  if (pid === process.pid) return start === processStart();
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
