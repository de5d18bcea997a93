/**
 * The files behind LinkedCorpus, little endian, one array a file: `tokens.bin` (uint16, or uint32 where the vocabulary
 * needs it), `word-starts.bin` (a byte a token), `mentions.bin` (int32: first token, tokens, entity), `segments.bin`
 * (float64: first token and first mention of each segment, and one past the last), `mention-frequency.bin` (int32 an
 * entity) and `corpus.json` with the counts. Written front to back in bounded memory; read by number.
 */
import { closeSync, fstatSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { systemCode } from '../runs/durable-file-system.js';
import type { LinkedCorpus, LinkedSegment } from './linked-corpus.js';

const VERSION = 1;
const FILES = {
  index: 'corpus.json',
  tokens: 'tokens.bin',
  wordStarts: 'word-starts.bin',
  mentions: 'mentions.bin',
  segments: 'segments.bin',
  frequency: 'mention-frequency.bin',
} as const;
/** Numbers of a mention: first token, tokens, entity. */
const MENTION_FIELDS = 3;
const BUFFER_BYTES = 1 << 20;
const LARGEST_UINT16 = 65535;

interface CorpusIndex {
  version: number;
  segments: number;
  tokens: number;
  mentions: number;
  vocabularySize: number;
  entities: number;
  tokenBytes: 2 | 4;
}

/** Writes a linked corpus segment by segment into a folder that exists. */
export class LinkedCorpusWriter {
  private readonly tokens: BufferedFile;
  private readonly wordStarts: BufferedFile;
  private readonly mentions: BufferedFile;
  private readonly segments: BufferedFile;
  private readonly frequency: Int32Array;
  private readonly index: CorpusIndex;

  constructor(
    private readonly folder: string,
    vocabularySize: number,
    entityCount: number,
  ) {
    this.tokens = new BufferedFile(join(folder, FILES.tokens));
    this.wordStarts = new BufferedFile(join(folder, FILES.wordStarts));
    this.mentions = new BufferedFile(join(folder, FILES.mentions));
    this.segments = new BufferedFile(join(folder, FILES.segments));
    this.frequency = new Int32Array(entityCount);
    const tokenBytes = vocabularySize - 1 > LARGEST_UINT16 ? 4 : 2;
    this.index = {
      version: VERSION,
      segments: 0,
      tokens: 0,
      mentions: 0,
      vocabularySize,
      entities: entityCount,
      tokenBytes,
    };
    this.addBoundary();
  }

  add(segment: LinkedSegment): void {
    const { index } = this;
    this.tokens.write(index.tokenBytes === 2 ? Uint16Array.from(segment.tokens) : Uint32Array.from(segment.tokens));
    this.wordStarts.write(segment.wordStarts);
    const mentions = new Int32Array(segment.mentionStarts.length * MENTION_FIELDS);
    for (let m = 0; m < segment.mentionStarts.length; m++) {
      mentions[m * MENTION_FIELDS] = segment.mentionStarts[m];
      mentions[m * MENTION_FIELDS + 1] = segment.mentionLengths[m];
      mentions[m * MENTION_FIELDS + 2] = segment.mentionEntities[m];
      this.frequency[segment.mentionEntities[m]]++;
    }
    this.mentions.write(mentions);
    index.segments++;
    index.tokens += segment.tokens.length;
    index.mentions += segment.mentionStarts.length;
    this.addBoundary();
  }

  /** Flushes and closes; the corpus can be opened afterwards. */
  finish(): void {
    for (const file of [this.tokens, this.wordStarts, this.mentions, this.segments]) file.close();
    writeFileSync(join(this.folder, FILES.frequency), bytesOf(this.frequency));
    writeFileSync(join(this.folder, FILES.index), `${JSON.stringify(this.index, null, 2)}\n`);
  }

  private addBoundary(): void {
    this.segments.write(Float64Array.of(this.index.tokens, this.index.mentions));
  }
}

/**
 * Opens a linked corpus; the index is read, the rest stays on disk.
 * @throws MedgraftError `text.corpus` when a file is missing, cut, or of another version
 */
export function openLinkedCorpus(folder: string): LinkedCorpus {
  const index = readIndex(join(folder, FILES.index));
  const boundaries = readArray(join(folder, FILES.segments), (index.segments + 1) * 2 * 8);
  const frequency = readArray(join(folder, FILES.frequency), index.entities * 4);
  return new LinkedCorpusFile(
    index,
    new Float64Array(boundaries),
    new Int32Array(frequency),
    openChecked(join(folder, FILES.tokens), index.tokens * index.tokenBytes),
    openChecked(join(folder, FILES.wordStarts), index.tokens),
    openChecked(join(folder, FILES.mentions), index.mentions * MENTION_FIELDS * 4),
  );
}

class LinkedCorpusFile implements LinkedCorpus {
  constructor(
    private readonly index: CorpusIndex,
    private readonly boundaries: Float64Array,
    readonly mentionFrequency: Int32Array,
    private readonly tokens: number,
    private readonly wordStarts: number,
    private readonly mentions: number,
  ) {}

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
    return this.boundaries[2 * index + 2] - this.boundaries[2 * index];
  }

  segment(index: number): LinkedSegment {
    if (!(index >= 0 && index < this.index.segments)) throw new RangeError(`no segment ${index}`);
    const first = this.boundaries[2 * index];
    const length = this.segmentLength(index);
    const firstMention = this.boundaries[2 * index + 1];
    const mentions = this.boundaries[2 * index + 3] - firstMention;
    const { tokenBytes } = this.index;
    const raw = readAt(this.tokens, first * tokenBytes, length * tokenBytes);
    const fields = new Int32Array(
      readAt(this.mentions, firstMention * MENTION_FIELDS * 4, mentions * MENTION_FIELDS * 4),
    );
    const column = (field: number) =>
      Int32Array.from({ length: mentions }, (_, m) => fields[m * MENTION_FIELDS + field]);
    return {
      tokens: Int32Array.from(tokenBytes === 2 ? new Uint16Array(raw) : new Uint32Array(raw)),
      wordStarts: new Uint8Array(readAt(this.wordStarts, first, length)),
      mentionStarts: column(0),
      mentionLengths: column(1),
      mentionEntities: column(2),
    };
  }

  close(): void {
    for (const file of [this.tokens, this.wordStarts, this.mentions]) closeSync(file);
  }
}

/** Appends arrays through a buffer of fixed size. */
class BufferedFile {
  private readonly file: number;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private used = 0;

  constructor(path: string) {
    this.file = openSync(path, 'w');
  }

  write(array: ArrayBufferView): void {
    const bytes = bytesOf(array);
    if (this.used + bytes.length > this.buffer.length) this.flush();
    if (bytes.length > this.buffer.length) writeWhole(this.file, bytes);
    else {
      this.buffer.set(bytes, this.used);
      this.used += bytes.length;
    }
  }

  close(): void {
    this.flush();
    closeSync(this.file);
  }

  private flush(): void {
    writeWhole(this.file, this.buffer.subarray(0, this.used));
    this.used = 0;
  }
}

function writeWhole(file: number, bytes: Uint8Array): void {
  for (let written = 0; written < bytes.length; ) written += writeSync(file, bytes, written);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}

function readAt(file: number, position: number, length: number): ArrayBuffer {
  const bytes = new Uint8Array(length);
  for (let read = 0; read < length; ) {
    const count = readSync(file, bytes, read, length - read, position + read);
    if (count === 0) throw corpusError('a file of the linked corpus', `${length} bytes at ${position}`, 'its end');
    read += count;
  }
  return bytes.buffer;
}

function readIndex(path: string): CorpusIndex {
  const index = parseIndex(
    path,
    readChecked(path, () => readFileSync(path, 'utf8')),
  );
  if (index.version !== VERSION) throw corpusError(path, `version ${VERSION}`, `version ${index.version}`);
  return index;
}

function parseIndex(path: string, text: string): CorpusIndex {
  try {
    return JSON.parse(text) as CorpusIndex;
  } catch {
    throw corpusError(path, 'a JSON object', 'something else');
  }
}

function readArray(path: string, bytes: number): ArrayBuffer {
  const file = openChecked(path, bytes);
  try {
    return readAt(file, 0, bytes);
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
