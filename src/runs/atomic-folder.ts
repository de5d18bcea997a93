/**
 * A folder that appears complete or not at all: filled under a temporary name beside the target, every file and folder
 * fsynced, renamed, the parent fsynced. What a killed process leaves is found by its name and swept.
 */
import { dirname, join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { removeQuietly } from './atomic-file.js';
import {
  asDiskError,
  type DurableFileSystem,
  NODE_FILE_SYSTEM,
  syncFolder,
  syncTree,
  systemCode,
} from './durable-file-system.js';
import { createTemporary, parseTemporary } from './temporary-name.js';

export interface AtomicFolderOptions {
  /** What to do when the target is there already: refuse (default), or put the new one in its place. */
  existing?: 'refuse' | 'replace';
  fileSystem?: DurableFileSystem;
}

/**
 * @param fill writes everything into the temporary folder it is given
 * @throws MedgraftError `disk.exists` when the target is there and may not be replaced; `disk.full`, `disk.write`; what
 * `fill` throws. After an error the target is what it was and the temporary folder is gone.
 */
export async function createFolderAtomically(
  target: string,
  fill: (temporary: string) => Promise<void>,
  { existing = 'refuse', fileSystem = NODE_FILE_SYSTEM }: AtomicFolderOptions = {},
): Promise<void> {
  let temporary: string | undefined;
  try {
    temporary = (await createTemporary(target, 'tmp', (candidate) => fileSystem.makeFolder(candidate))).path;
    await fill(temporary);
    await syncTree(fileSystem, temporary);
    if (existing === 'replace') await replace(fileSystem, temporary, target);
    else await appear(fileSystem, temporary, target);
  } catch (error) {
    if (temporary !== undefined) await removeQuietly(fileSystem, temporary);
    throw asDiskError(error, target);
  }
}

/**
 * Removes a folder so that a crash leaves no half of it under its own name: renamed first, then deleted.
 */
export async function removeFolderAtomically(
  folder: string,
  fileSystem: DurableFileSystem = NODE_FILE_SYSTEM,
): Promise<void> {
  try {
    const { path } = await createTemporary(folder, 'tmp', (candidate) => fileSystem.rename(folder, candidate));
    await fileSystem.remove(path);
  } catch (error) {
    throw asDiskError(error, folder);
  }
}

/**
 * Sweeps what killed processes left in `folder`: half-written files and folders are removed, and a folder that had been
 * moved aside for a successor that never came gets its name back. Names of living processes are left alone.
 * @returns the names removed or restored
 */
export async function removeAbandoned(
  folder: string,
  fileSystem: DurableFileSystem = NODE_FILE_SYSTEM,
): Promise<string[]> {
  const names = (await fileSystem.list(folder)).map((entry) => entry.name);
  const swept: string[] = [];
  for (const name of names) {
    const temporary = parseTemporary(name);
    if (!temporary?.abandoned) continue;
    const path = join(folder, name);
    if (temporary.kind === 'old' && !names.includes(temporary.target)) {
      await fileSystem.rename(path, join(folder, temporary.target));
    } else await fileSystem.remove(path);
    swept.push(name);
  }
  return swept;
}

/** Renaming over a folder that has files fails, and that is the check: there is no gap between look and rename. */
async function appear(fileSystem: DurableFileSystem, temporary: string, target: string): Promise<void> {
  try {
    await fileSystem.rename(temporary, target);
  } catch (error) {
    if (!OCCUPIED.has(systemCode(error) ?? '')) throw error;
    throw new MedgraftError('conflict', 'disk.exists', 'the folder is there already', {
      place: target,
      hint: 'another process finished it first, or it has to be removed by hand',
      cause: error,
    });
  }
  await syncFolder(fileSystem, dirname(target));
}

const OCCUPIED = new Set(['EEXIST', 'ENOTEMPTY', 'ENOTDIR', 'EISDIR']);

async function replace(fileSystem: DurableFileSystem, temporary: string, target: string): Promise<void> {
  const aside = await moveAside(fileSystem, target);
  try {
    await fileSystem.rename(temporary, target);
  } catch (error) {
    if (aside !== undefined) await fileSystem.rename(aside, target);
    throw error;
  }
  await syncFolder(fileSystem, dirname(target));
  if (aside !== undefined) await fileSystem.remove(aside);
}

async function moveAside(fileSystem: DurableFileSystem, target: string): Promise<string | undefined> {
  try {
    return (await createTemporary(target, 'old', (candidate) => fileSystem.rename(target, candidate))).path;
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw error;
  }
}
