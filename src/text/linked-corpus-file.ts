/** Opens a linked corpus (linked-corpus-layout.ts): its index is in memory, 8 bytes a segment, the rest stays on disk. */
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import type { FileRecord } from '../runs/content-hash.js';
import { systemCode } from '../runs/durable-file-system.js';
import type { LinkedCorpus, LinkedSegment } from './linked-corpus.js';
import {
  CORPUS_FILES,
  CORPUS_VERSION,
  type CorpusIndex,
  MENTION_FIELDS,
  recordBytes,
  SEGMENT_FIELDS,
} from './linked-corpus-layout.js';

/**
 * @param recorded the manifest's files: the index has to speak of the same shards, whose bytes `artefacts verify` compares
 * @throws MedgraftError `text.corpus` when a file is missing, cut, exchanged, or of another version
 */
export function openLinkedCorpus(folder: string, recorded?: readonly FileRecord[]): LinkedCorpus {
  const index = readIndex(join(folder, CORPUS_FILES.index));
  if (recorded) assertRecorded(folder, index, recorded);
  const segments = readArray(join(folder, CORPUS_FILES.segments), index.segments * SEGMENT_FIELDS * 4);
  const frequency = readArray(join(folder, CORPUS_FILES.frequency), index.entities * 4);
  const files: number[] = [];
  try {
    for (const { name, bytes } of index.shards) files.push(openChecked(join(folder, name), bytes));
    return new LinkedCorpusFile(folder, index, new Uint32Array(segments), new Int32Array(frequency), files);
  } catch (error) {
    files.forEach(closeSync);
    throw error;
  }
}

class LinkedCorpusFile implements LinkedCorpus {
  /** First segment of each shard. */
  private readonly firsts: number[] = [];

  constructor(
    private readonly folder: string,
    private readonly index: CorpusIndex,
    /** [segments, 2] end of the record in its shard, and tokens. */
    private readonly segments: Uint32Array,
    readonly mentionFrequency: Int32Array,
    private readonly files: readonly number[],
  ) {
    let first = 0;
    for (const shard of index.shards) {
      this.firsts.push(first);
      first += shard.segments;
    }
  }

  get segmentCount(): number {
    return this.index.segments;
  }

  get tokenCount(): number {
    return this.index.tokens;
  }

  get mentionCount(): number {
    return this.index.mentions;
  }

  get vocabularySize(): number {
    return this.index.vocabularySize;
  }

  segmentLength(index: number): number {
    return this.segments[SEGMENT_FIELDS * index + 1];
  }

  segment(index: number): LinkedSegment {
    if (!(index >= 0 && index < this.index.segments)) throw new RangeError(`no segment ${index}`);
    const shard = this.shardOf(index);
    const { tokenBytes } = this.index;
    const start = index === this.firsts[shard] ? 0 : this.segments[SEGMENT_FIELDS * (index - 1)];
    const bytes = this.segments[SEGMENT_FIELDS * index] - start;
    const length = this.segmentLength(index);
    const mentions = (bytes - recordBytes(length, 0, tokenBytes)) / (MENTION_FIELDS * 4);
    const place = join(this.folder, this.index.shards[shard].name);
    if (!Number.isInteger(mentions) || mentions < 0) throw corpusError(place, 'a record', `${bytes} bytes at ${start}`);
    const record = readAt(this.files[shard], start, bytes, place);
    const fields = new Int32Array(record, 0, mentions * MENTION_FIELDS);
    const column = (field: number) =>
      Int32Array.from({ length: mentions }, (_, m) => fields[m * MENTION_FIELDS + field]);
    const tokens = fields.byteLength;
    return {
      tokens: Int32Array.from(
        tokenBytes === 2 ? new Uint16Array(record, tokens, length) : new Uint32Array(record, tokens, length),
      ),
      wordStarts: new Uint8Array(record, tokens + length * tokenBytes, length),
      mentionStarts: column(0),
      mentionLengths: column(1),
      mentionEntities: column(2),
    };
  }

  close(): void {
    this.files.forEach(closeSync);
  }

  /** By halving: a corpus has tens of shards. */
  private shardOf(index: number): number {
    let low = 0;
    let high = this.firsts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.firsts[middle] <= index) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

function readAt(file: number, position: number, length: number, place: string): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let read = 0; read < length; ) {
    const count = readSync(file, bytes, read, length - read, position + read);
    if (count === 0) throw corpusError(place, `${length} bytes at ${position}`, 'its end');
    read += count;
  }
  return bytes.buffer;
}

function readIndex(path: string): CorpusIndex {
  const index = parseIndex(
    path,
    readChecked(path, () => readFileSync(path, 'utf8')),
  );
  if (index.version !== CORPUS_VERSION)
    throw corpusError(path, `version ${CORPUS_VERSION}`, `version ${index.version}`);
  const segments = index.shards.reduce((sum, shard) => sum + shard.segments, 0);
  if (segments === index.segments) return index;
  throw corpusError(path, `shards of ${index.segments} segments`, `of ${segments}`);
}

function parseIndex(path: string, text: string): CorpusIndex {
  try {
    const index: unknown = JSON.parse(text);
    if (typeof index === 'object' && index !== null) return index as CorpusIndex;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw corpusError(path, 'a JSON object', 'something else');
}

function assertRecorded(folder: string, { shards }: CorpusIndex, recorded: readonly FileRecord[]): void {
  const hashes = new Map(recorded.map(({ path, sha256 }) => [path, sha256]));
  const other = shards.find(({ name, sha256 }) => hashes.get(name) !== sha256);
  if (!other) return;
  const got = hashes.get(other.name);
  throw corpusError(join(folder, other.name), `sha256 ${other.sha256}`, got ? `sha256 ${got}` : 'not in the manifest');
}

function readArray(path: string, bytes: number): ArrayBuffer {
  const file = openChecked(path, bytes);
  try {
    return readAt(file, 0, bytes, path);
  } finally {
    closeSync(file);
  }
}

function openChecked(path: string, bytes: number): number {
  const file = readChecked(path, () => openSync(path, 'r'));
  const { size } = fstatSync(file);
  if (size === bytes) return file;
  closeSync(file);
  throw corpusError(path, `${bytes} bytes`, `${size} bytes`);
}

function readChecked<T>(path: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (systemCode(error) === 'ENOENT') throw corpusError(path, 'a file', 'nothing');
    throw error;
  }
}

function corpusError(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'text.corpus', 'this is not a whole linked corpus', {
    place,
    expected,
    got,
    hint: 'run corpus link again',
  });
}
