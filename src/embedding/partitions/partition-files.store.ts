/**
 * The rows of partitions that are not in memory, with their optimizer state: plain float32 in one file a partition. Nothing is
 * overwritten: a partition that changed gets a new file, and one that neither the training, its best evaluation nor the newest
 * checkpoint names goes. So a checkpoint is a list of names, and a process may be killed at any time.
 */
import { closeSync, mkdirSync, openSync, readdirSync, readSync, rmSync, writeSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { bytesOf } from '../../formats/byte-sink.js';
import { hashFile } from '../../runs/content-hash.js';
import { asDiskError, NODE_FILE_SYSTEM, syncTree } from '../../runs/durable-file-system.js';

const RECORD = 'partitions.json';
/** Linux moves at most 2^31 - 4096 bytes a call. */
const LARGEST_MOVE = 1 << 30;

interface PartitionRecord {
  /** Below the scratch folder of the training. */
  readonly folder: string;
  readonly live: readonly number[];
  readonly best?: readonly number[];
  readonly next: number;
  readonly files: Readonly<Record<string, { readonly bytes: number; readonly sha256: string }>>;
}

export class PartitionFiles {
  private readonly path: string;
  /** By partition: the number in its file's name. */
  private live: number[];
  private best: number[] | undefined;
  /** Files that the newest checkpoint names, and what is known of their content. */
  private pinned: PartitionRecord['files'] = {};
  private written: PartitionRecord['files'] = {};
  private next = 0;

  /** Starts with no files: what an earlier attempt left goes, unless `load` takes it up. */
  constructor(
    scratch: string,
    private readonly folder: string,
    partitions: number,
  ) {
    this.path = join(scratch, folder);
    this.live = new Array<number>(partitions).fill(-1);
    mkdirSync(this.path, { recursive: true });
  }

  /** @throws MedgraftError `disk.full`, `disk.write` */
  write(partition: number, arrays: readonly Float32Array[]): void {
    const before = this.live[partition];
    this.live[partition] = this.next++;
    const path = join(this.path, this.nameOf(partition));
    try {
      const file = openSync(path, 'w');
      try {
        for (const array of arrays) writeFully(file, bytesOf(array));
      } finally {
        closeSync(file);
      }
    } catch (error) {
      throw asDiskError(error, path);
    }
    this.drop(partition, before);
  }

  read(partition: number, arrays: readonly Float32Array[]): void {
    const file = this.open(partition);
    try {
      let position = 0;
      for (const array of arrays) {
        readFully(file, bytesOf(array), position);
        position += array.byteLength;
      }
    } finally {
      closeSync(file);
    }
  }

  /** For reading at positions; the caller closes it. */
  open(partition: number): number {
    return openSync(join(this.path, this.nameOf(partition)), 'r');
  }

  keepBest(): void {
    const before = this.best ?? [];
    this.best = [...this.live];
    for (const [partition, version] of before.entries()) this.drop(partition, version);
  }

  restoreBest(): void {
    if (this.best) this.live = [...this.best];
  }

  /** Makes all files outlive a power loss, and writes their list. */
  async save(folder: string): Promise<void> {
    await syncTree(NODE_FILE_SYSTEM, this.path);
    const files: Record<string, { bytes: number; sha256: string }> = {};
    for (const versions of [this.live, this.best ?? []]) {
      for (const [partition, version] of versions.entries()) {
        const name = this.nameOf(partition, version);
        files[name] = this.pinned[name] ?? files[name] ?? (await hashFile(join(this.path, name)));
      }
    }
    this.written = files;
    const record: PartitionRecord = { folder: this.folder, live: this.live, best: this.best, next: this.next, files };
    await writeFile(join(folder, RECORD), `${JSON.stringify(record)}\n`);
  }

  /** Call when the checkpoint has appeared. */
  saved(): void {
    this.pinned = this.written;
    this.sweep();
  }

  async load(folder: string): Promise<void> {
    const record = await readRecord(folder);
    if (record === undefined) throw new RangeError('a checkpoint without partitions');
    this.live = [...record.live];
    this.best = record.best && [...record.best];
    this.next = record.next;
    this.pinned = record.files;
    this.sweep();
  }

  /** Removes what nothing names. */
  sweep(): void {
    const named = new Set(Object.keys(this.pinned));
    for (const versions of [this.live, this.best ?? []]) {
      for (const [partition, version] of versions.entries()) named.add(this.nameOf(partition, version));
    }
    for (const name of readdirSync(this.path)) if (!named.has(name)) rmSync(join(this.path, name));
  }

  private drop(partition: number, version: number): void {
    const name = this.nameOf(partition, version);
    if (version < 0 || this.live[partition] === version || this.best?.[partition] === version) return;
    if (!Object.hasOwn(this.pinned, name)) rmSync(join(this.path, name), { force: true });
  }

  private nameOf(partition: number, version = this.live[partition]): string {
    return `partition-${partition}-${version}.f32`;
  }
}

/**
 * What is wrong with the files that a checkpoint names; undefined: nothing, or it names none. Reads every byte of them.
 * @param scratch where the partitions' folder is
 */
export async function partitionProblem(scratch: string, checkpoint: string): Promise<string | undefined> {
  const record = await readRecord(checkpoint);
  if (record === undefined) return undefined;
  for (const [name, { bytes, sha256 }] of Object.entries(record.files)) {
    const found = await hashFile(join(scratch, record.folder, name)).catch((error: unknown) => {
      if (error instanceof MedgraftError) return undefined;
      throw error;
    });
    if (found === undefined) return `${name} is missing`;
    if (found.bytes !== bytes || found.sha256 !== sha256) return `${name} has other content than recorded`;
  }
  return undefined;
}

async function readRecord(folder: string): Promise<PartitionRecord | undefined> {
  const text = await readFile(join(folder, RECORD), 'utf8').catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

function writeFully(file: number, bytes: Uint8Array): void {
  for (let offset = 0; offset < bytes.length; ) {
    const written = writeSync(file, bytes, offset, Math.min(bytes.length - offset, LARGEST_MOVE));
    if (written === 0) throw Object.assign(new Error('the disk takes no more bytes'), { code: 'ENOSPC' });
    offset += written;
  }
}

/** @throws MedgraftError `disk.torn` when the file ends before */
export function readFully(file: number, bytes: Uint8Array, position: number): void {
  for (let offset = 0; offset < bytes.length; ) {
    const read = readSync(file, bytes, offset, Math.min(bytes.length - offset, LARGEST_MOVE), position + offset);
    if (read === 0) {
      throw new MedgraftError('environment', 'disk.torn', 'a file of the training is shorter than it was written', {
        expected: `${bytes.length} bytes from ${position}`,
        hint: 'something else changes files in the workspace; start the same command again',
      });
    }
    offset += read;
  }
}
