/**
 * SHA-256 of files, streamed, and of all files of a folder: what manifests and checkpoints keep to notice a torn, altered
 * or exchanged file.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { systemCode } from './durable-file-system.js';

/** A file of a folder: relative path with forward slashes, length in bytes, SHA-256 in hex. */
export interface FileRecord {
  path: string;
  bytes: number;
  sha256: string;
}

const READ_BYTES = 1 << 20;

/** @throws MedgraftError `disk.missing` when there is no such file */
export async function hashFile(path: string): Promise<{ bytes: number; sha256: string }> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES })) {
      hash.update(chunk);
      bytes += chunk.length;
    }
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    throw new MedgraftError('missing', 'disk.missing', 'there is no such file', { place: path, cause: error });
  }
  return { bytes, sha256: hash.digest('hex') };
}

/**
 * All files below a folder, sorted by path.
 * @param leaveOut relative paths that are not hashed, such as the manifest that will hold the records
 */
export async function hashFolder(folder: string, leaveOut: readonly string[] = []): Promise<FileRecord[]> {
  const records: FileRecord[] = [];
  for (const path of await listFiles(folder, '')) {
    if (!leaveOut.includes(path)) records.push({ path, ...(await hashFile(join(folder, path))) });
  }
  return records;
}

/** What is wrong with one file, as the rest of a sentence that begins with its name. */
export interface FileProblem {
  file: string;
  problem: string;
}

/** What a look at every byte of a folder found. */
export interface FolderComparison {
  problems: FileProblem[];
  /** How many files were read. */
  files: number;
  bytes: number;
}

/** Compares a folder with what was recorded of it: lost, altered, and added files. */
export async function compareFolder(
  folder: string,
  recorded: readonly FileRecord[],
  leaveOut: readonly string[] = [],
): Promise<FolderComparison> {
  const read = await hashFolder(folder, leaveOut);
  const found = new Map(read.map((record) => [record.path, record]));
  const problems: FileProblem[] = [];
  for (const { path, bytes, sha256 } of recorded) {
    const file = found.get(path);
    found.delete(path);
    if (!file) problems.push({ file: path, problem: 'is missing' });
    else if (file.bytes !== bytes) {
      problems.push({ file: path, problem: `has ${file.bytes} bytes, recorded were ${bytes}` });
    } else if (file.sha256 !== sha256) problems.push({ file: path, problem: 'has other content than recorded' });
  }
  for (const path of found.keys()) problems.push({ file: path, problem: 'was not recorded' });
  return { problems, files: read.length, bytes: read.reduce((sum, { bytes }) => sum + bytes, 0) };
}

async function listFiles(folder: string, prefix: string): Promise<string[]> {
  const paths: string[] = [];
  for (const entry of await readdir(join(folder, prefix), { withFileTypes: true })) {
    const path = prefix === '' ? entry.name : `${prefix}/${entry.name}`;
    if (entry.isDirectory()) paths.push(...(await listFiles(folder, path)));
    else paths.push(path);
  }
  return paths.sort();
}
