/**
 * The few file-system calls that durable writing is made of, as a port: tests fail the n-th of them. What is not
 * fsynced can be a file of zeros after a power loss even when its rename survived, so files, then folders are synced.
 */
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { platform } from 'node:os';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import type { WritableHandle } from '../formats/byte-sink.js';

export interface DurableHandle extends WritableHandle {
  sync(): Promise<void>;
  close(): Promise<void>;
}

export interface FolderEntry {
  readonly name: string;
  isFile(): boolean;
  isDirectory(): boolean;
}

export interface DurableFileSystem {
  /** `wx` creates and fails with EEXIST, `r` opens a file or folder to sync it. */
  open(path: string, flags: 'wx' | 'r' | 'r+'): Promise<DurableHandle>;
  /** Creates one folder; fails with EEXIST. */
  makeFolder(path: string): Promise<void>;
  rename(from: string, to: string): Promise<void>;
  /** Removes a file or a whole folder; one that is missing is fine. */
  remove(path: string): Promise<void>;
  list(folder: string): Promise<FolderEntry[]>;
}

export const NODE_FILE_SYSTEM: DurableFileSystem = {
  open: (path, flags) => open(path, flags),
  makeFolder: (path) => mkdir(path),
  rename: (from, to) => rename(from, to),
  remove: (path) => rm(path, { recursive: true, force: true }),
  list: (folder) => readdir(folder, { withFileTypes: true }),
};

/** Makes renames and new names inside a folder survive a power loss. Windows cannot sync folders and does not need it. */
export async function syncFolder(fileSystem: DurableFileSystem, folder: string): Promise<void> {
  if (platform() === 'win32') return;
  await syncPath(fileSystem, folder, 'r');
}

/** Syncs every file below a folder, then the folders from the inside out. */
export async function syncTree(fileSystem: DurableFileSystem, folder: string): Promise<void> {
  for (const entry of await fileSystem.list(folder)) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(fileSystem, path);
    else if (entry.isFile()) await syncPath(fileSystem, path, 'r+');
  }
  await syncFolder(fileSystem, folder);
}

async function syncPath(fileSystem: DurableFileSystem, path: string, flags: 'r' | 'r+'): Promise<void> {
  const handle = await fileSystem.open(path, flags);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** The `code` of a system error, such as `ENOSPC`; undefined for anything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);
const UNWRITABLE = new Set(['EIO', 'EROFS', 'EACCES', 'EPERM']);

/**
 * A failure of the disk as an error that says what to do; other errors are returned as they are.
 * @returns MedgraftError `disk.full` or `disk.write` for such system errors
 */
export function asDiskError(error: unknown, place: string): unknown {
  const code = systemCode(error);
  if (code === undefined || error instanceof MedgraftError) return error;
  if (FULL.has(code)) {
    return new MedgraftError('environment', 'disk.full', 'the disk is full', {
      place,
      got: code,
      hint: 'free space on the disk that holds this path (or raise its quota) and run the same command again; nothing half-written was kept',
      cause: error,
    });
  }
  if (!UNWRITABLE.has(code)) return error;
  return new MedgraftError('environment', 'disk.write', 'the disk cannot be written', {
    place,
    got: code,
    hint:
      code === 'EIO'
        ? 'the disk reports a hardware error: look at the system log and write to another disk'
        : 'check permissions and that the disk is not mounted read-only',
    cause: error,
  });
}
