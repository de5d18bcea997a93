/**
 * Whether a result still is what was written: every file against the SHA-256 in its manifest, every checkpoint against its
 * own record, and the records against their own digests, so that one flipped bit anywhere is told with its file. Of an
 * unfinished run what is promised already is looked at: its record and its checkpoints.
 */
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { Manifest } from './artefact.js';
import { type Checkpoint, compareCheckpoint, listCheckpoints } from './checkpoint-folder.js';
import { compareFolder, type FileProblem, type FolderComparison } from './content-hash.js';
import { systemCode } from './durable-file-system.js';
import { LOCK_FILE, RUN_FILE } from './run-record.js';
import { sealProblem } from './sealed-json.js';
import { MANIFEST_FILE } from './workspace.js';

export interface Verification {
  intact: boolean;
  /** How many files were read, records included. */
  files: number;
  bytes: number;
  problems: FileProblem[];
}

/** Reads every byte of an artefact. */
export async function verifyArtefact(folder: string): Promise<Verification> {
  return verdict(await compareWithManifest(folder, [MANIFEST_FILE]));
}

/** Reads every byte of a run; of one without a manifest, of its record and its checkpoints. */
export async function verifyRun(folder: string): Promise<Verification> {
  const record = await compareRecord(folder, RUN_FILE);
  const finished = existsSync(join(folder, MANIFEST_FILE));
  const files = finished
    ? await compareWithManifest(folder, [MANIFEST_FILE, RUN_FILE, LOCK_FILE])
    : await Promise.all((await checkpointsBelow(folder)).map((checkpoint) => compareUnlessGone(folder, checkpoint)));
  return verdict([record, ...files]);
}

/** Those of the run itself, and of its parts: a fine-tuning has a folder for each seed. */
async function checkpointsBelow(folder: string): Promise<Checkpoint[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const parts = entries.filter((entry) => entry.isDirectory() && /^seed-\d+$/.test(entry.name));
  const lists = [folder, ...parts.map(({ name }) => join(folder, name))].map(listCheckpoints);
  return (await Promise.all(lists)).flat();
}

/** With a manifest that is not whole itself no file is compared: each would be blamed for it. */
async function compareWithManifest(folder: string, leaveOut: readonly string[]): Promise<FolderComparison[]> {
  const record = await compareRecord(folder, MANIFEST_FILE);
  if (record.problems.length > 0) return [record];
  const { files } = JSON.parse(record.text) as Manifest;
  return [record, await compareFolder(folder, files, leaveOut)];
}

async function compareRecord(folder: string, file: string): Promise<FolderComparison & { text: string }> {
  try {
    const content = await readFile(join(folder, file));
    const problem = sealProblem(content);
    const problems = problem === undefined ? [] : [{ file, problem }];
    return { problems, files: 1, bytes: content.length, text: content.toString() };
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') throw error;
    return { problems: [{ file, problem: 'is missing' }], files: 0, bytes: 0, text: '' };
  }
}

/** A run that goes on may prune a checkpoint while it is read. */
async function compareUnlessGone(run: string, checkpoint: Checkpoint): Promise<FolderComparison> {
  try {
    const { problems, ...read } = await compareCheckpoint(checkpoint);
    const place = relative(run, checkpoint.folder).replaceAll('\\', '/');
    const within = problems.map(({ file, problem }) => ({ file: `${place}/${file}`, problem }));
    if (problems.length === 0 || existsSync(checkpoint.folder)) return { ...read, problems: within };
  } catch (error) {
    if (existsSync(checkpoint.folder)) throw error;
  }
  return { problems: [], files: 0, bytes: 0 };
}

function verdict(parts: readonly FolderComparison[]): Verification {
  const problems = parts.flatMap((part) => part.problems);
  const sum = (of: 'files' | 'bytes') => parts.reduce((total, part) => total + part[of], 0);
  return { intact: problems.length === 0, files: sum('files'), bytes: sum('bytes'), problems };
}
