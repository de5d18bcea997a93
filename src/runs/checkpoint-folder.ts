/**
 * Checkpoints of a run as `checkpoint-<step>/`, the layout that Hugging Face users know. Each appears atomically and holds
 * `checkpoint.json`, written last, with the step and the SHA-256 of every other file: one that is torn or altered is
 * never taken up, and the one before it is.
 */
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createFolderAtomically, removeFolderAtomically } from './atomic-folder.js';
import { compareFolder, type FileRecord, type FolderComparison, hashFolder } from './content-hash.js';
import { type DurableFileSystem, NODE_FILE_SYSTEM } from './durable-file-system.js';
import { sealJson, sealProblem } from './sealed-json.js';

export interface Checkpoint {
  readonly step: number;
  readonly folder: string;
}

/** A checkpoint that was passed over, and why. */
export interface SkippedCheckpoint {
  readonly folder: string;
  readonly reason: string;
}

export interface CheckpointSearch {
  /** The newest complete one; undefined when there is none. */
  readonly checkpoint: Checkpoint | undefined;
  /** Newer ones that could not be used. */
  readonly skipped: readonly SkippedCheckpoint[];
}

export interface CheckpointOptions {
  /** The step of the best checkpoint so far: never pruned. */
  best?: number;
  fileSystem?: DurableFileSystem;
}

interface CheckpointRecord {
  step: number;
  files: FileRecord[];
}

const RECORD_FILE = 'checkpoint.json';
const FOLDER_NAME = /^checkpoint-(0|[1-9]\d*)$/;

/**
 * Writes the checkpoint of `step` (replacing one of the same step), then prunes the oldest beyond `keep`.
 * @param write puts the files into the folder it is given
 * @param keep how many of the newest stay, at least 1; the best one stays besides
 * @returns the folder of the new checkpoint
 * @throws MedgraftError `disk.full`, `disk.write`; the earlier checkpoints are then all there
 */
export async function writeCheckpoint(
  runFolder: string,
  step: number,
  write: (folder: string) => Promise<void>,
  keep: number,
  { best, fileSystem = NODE_FILE_SYSTEM }: CheckpointOptions = {},
): Promise<string> {
  const target = join(runFolder, `checkpoint-${step}`);
  const fill = async (folder: string) => {
    await write(folder);
    const record: CheckpointRecord = { step, files: await hashFolder(folder) };
    await writeFile(join(folder, RECORD_FILE), sealJson(record));
  };
  await createFolderAtomically(target, fill, { existing: 'replace', fileSystem });
  await prune(runFolder, step, keep, best, fileSystem);
  return target;
}

/**
 * The newest checkpoint whose files are all there and fit their hashes.
 * Reads every byte of the candidates it looks at.
 */
export async function latestCheckpoint(runFolder: string): Promise<CheckpointSearch> {
  const skipped: SkippedCheckpoint[] = [];
  for (const checkpoint of await listCheckpoints(runFolder)) {
    const reason = await checkpointProblem(checkpoint);
    if (reason === undefined) return { checkpoint, skipped };
    skipped.push({ folder: checkpoint.folder, reason });
  }
  return { checkpoint: undefined, skipped };
}

/** All folders named like checkpoints, newest step first, unchecked. Empty when the run folder does not exist. */
export async function listCheckpoints(runFolder: string): Promise<Checkpoint[]> {
  const names = await readdir(runFolder).catch(() => []);
  return names
    .map((name) => ({ step: Number(FOLDER_NAME.exec(name)?.[1] ?? Number.NaN), folder: join(runFolder, name) }))
    .filter(({ step }) => Number.isSafeInteger(step))
    .sort((a, b) => b.step - a.step);
}

/** What is wrong with a checkpoint; undefined when it is complete and unaltered. */
export async function checkpointProblem(checkpoint: Checkpoint): Promise<string | undefined> {
  const { problems } = await compareCheckpoint(checkpoint);
  return problems.length === 0 ? undefined : problems.map(({ file, problem }) => `${file} ${problem}`).join('; ');
}

/** Every file of a checkpoint against its record; with a record that is not what was written nothing else is read. */
export async function compareCheckpoint({ step, folder }: Checkpoint): Promise<FolderComparison> {
  const unusable = (problem: string) => ({ problems: [{ file: RECORD_FILE, problem }], files: 0, bytes: 0 });
  let content: Buffer;
  try {
    content = await readFile(join(folder, RECORD_FILE));
  } catch {
    return unusable('cannot be read');
  }
  const altered = sealProblem(content);
  if (altered !== undefined) return unusable(altered);
  const record = JSON.parse(content.toString()) as CheckpointRecord;
  if (record.step !== step) return unusable(`is of step ${record.step}`);
  return compareFolder(folder, record.files, [RECORD_FILE]);
}

async function prune(
  runFolder: string,
  newest: number,
  keep: number,
  best: number | undefined,
  fileSystem: DurableFileSystem,
): Promise<void> {
  const kept = (await listCheckpoints(runFolder)).slice(0, Math.max(1, keep)).map(({ step }) => step);
  const protectedSteps = new Set([...kept, newest, best]);
  for (const { step, folder } of await listCheckpoints(runFolder)) {
    if (!protectedSteps.has(step)) await removeFolderAtomically(folder, fileSystem);
  }
}
