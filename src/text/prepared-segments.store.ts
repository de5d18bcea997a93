/**
 * The segments of a prepared corpus as token ids, for models that read plain text. Segments are cut into pieces when they are read;
 * opening the corpus cuts each once, to know its length. Memory is 12 bytes a segment.
 */
import { closeSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../base/errors.js';
import { readFailure } from '../formats/byte-source.js';
import { SEGMENTS_FILE } from './prepared-corpus.store.js';
import type { Tokenizer } from './tokenizer.js';

export interface TokenSegments {
  readonly segmentCount: number;
  /** Token ids without special tokens. */
  tokens(segment: number): Int32Array;
  /** Their number, without reading them. */
  segmentLength(segment: number): number;
}

const CHUNK_BYTES = 1 << 20;
const LINE_FEED = 0x0a;

/** @throws MedgraftError `formats.missing`, `formats.unreadable`, `run.cancelled` */
export async function openPreparedSegments(
  folder: string,
  tokenizer: Tokenizer,
  signal: AbortSignal,
): Promise<PreparedSegments> {
  const path = join(folder, SEGMENTS_FILE);
  const file = openFile(path);
  try {
    const segments = new PreparedSegments(file, tokenizer);
    for (let more = true; more; ) {
      throwIfCancelled(signal);
      more = segments.index();
      await setImmediate();
    }
    return segments;
  } catch (error) {
    closeSync(file);
    throw readFailure(error, path);
  }
}

export class PreparedSegments implements TokenSegments {
  /** First byte of each segment and the byte after the last one's line end. */
  private starts = new Float64Array(1024);
  private lengths = new Int32Array(1024);
  private count = 0;
  private readonly decoder = new TextDecoder();

  constructor(
    private readonly file: number,
    private readonly tokenizer: Tokenizer,
  ) {}

  get segmentCount(): number {
    return this.count;
  }

  segmentLength(segment: number): number {
    return this.lengths[segment];
  }

  tokens(segment: number): Int32Array {
    if (!(segment >= 0 && segment < this.count)) throw new RangeError(`no segment ${segment}`);
    const start = this.starts[segment];
    return this.cut(this.read(start, this.starts[segment + 1] - start - 1));
  }

  close(): void {
    closeSync(this.file);
  }

  /** Looks through the next whole lines of the file. @returns whether there may be more */
  index(): boolean {
    const start = this.starts[this.count];
    for (let bytes = CHUNK_BYTES; ; bytes *= 2) {
      const chunk = this.read(start, bytes);
      const end = chunk.lastIndexOf(LINE_FEED) + 1;
      // A line may be longer than what was read of it.
      if (end === 0 && chunk.length === bytes) continue;
      for (let at = 0; at < end; ) {
        const next = chunk.indexOf(LINE_FEED, at) + 1;
        this.add(start + next, this.cut(chunk.subarray(at, next - 1)).length);
        at = next;
      }
      return chunk.length === bytes;
    }
  }

  private add(end: number, length: number): void {
    if (this.count + 2 > this.lengths.length) {
      this.starts = grown(this.starts, new Float64Array(2 * this.starts.length));
      this.lengths = grown(this.lengths, new Int32Array(2 * this.lengths.length));
    }
    this.lengths[this.count++] = length;
    this.starts[this.count] = end;
  }

  private cut(bytes: Uint8Array): Int32Array {
    return this.tokenizer.encode(this.decoder.decode(bytes)).ids;
  }

  private read(position: number, length: number): Uint8Array {
    const bytes = new Uint8Array(length);
    let read = 0;
    while (read < length) {
      const more = readSync(this.file, bytes, read, length - read, position + read);
      if (more === 0) break;
      read += more;
    }
    return bytes.subarray(0, read);
  }
}

function openFile(path: string): number {
  try {
    return openSync(path, 'r');
  } catch (error) {
    throw readFailure(error, path);
  }
}

function grown<A extends Float64Array | Int32Array>(from: A, to: A): A {
  to.set(from);
  return to;
}
