/**
 * Where format readers take ranges of bytes from: a file of any size, or bytes in memory.
 */
import { type FileHandle, open } from 'node:fs/promises';
import { MedgraftError } from '../base/errors.js';

export interface ByteSource {
  /** Names the source in error messages. */
  readonly place: string;
  readonly size: number;
  /** Fills `target` from `offset`. @throws MedgraftError `formats.truncated` when the source ends before */
  read(offset: number, target: Uint8Array): Promise<void>;
  close(): Promise<void>;
}

/** One read call moves less than 2 GiB. */
const LARGEST_READ = 1 << 30;

/** Opens a regular file. @throws MedgraftError `formats.missing` or `formats.not-a-file` */
export async function openSource(path: string): Promise<ByteSource> {
  const handle = await openForReading(path);
  const status = await handle.stat();
  if (status.isFile()) return new FileSource(path, status.size, handle);
  await handle.close();
  throw new MedgraftError('input', 'formats.not-a-file', 'this is not a file', { place: path });
}

/** Opens a file for reading. @throws MedgraftError `formats.missing` or `formats.unreadable` */
export async function openForReading(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'r');
  } catch (error) {
    throw readFailure(error, path);
  }
}

/** A failure to open or read, as an error for people; anything else as it is. */
export function readFailure(error: unknown, place: string): unknown {
  if (error instanceof MedgraftError || !(error instanceof Error) || !('code' in error)) return error;
  const got = String(error.code);
  if (got === 'ENOENT' || got === 'ENOTDIR') {
    return new MedgraftError('missing', 'formats.missing', 'there is no such file', { place, cause: error });
  }
  if (got === 'EISDIR')
    return new MedgraftError('input', 'formats.not-a-file', 'this is not a file', { place, cause: error });
  const hint = 'check permissions and the disk';
  return new MedgraftError('environment', 'formats.unreadable', 'the file cannot be read', {
    place,
    got,
    hint,
    cause: error,
  });
}

class FileSource implements ByteSource {
  constructor(
    readonly place: string,
    readonly size: number,
    private readonly handle: FileHandle,
  ) {}

  async read(offset: number, target: Uint8Array): Promise<void> {
    let done = 0;
    while (done < target.length) {
      const length = Math.min(target.length - done, LARGEST_READ);
      const { bytesRead } = await this.handle.read(target, done, length, offset + done);
      if (bytesRead === 0) throw truncated(this.place, offset + target.length, offset + done);
      done += bytesRead;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }
}

export class MemorySource implements ByteSource {
  readonly size: number;

  constructor(
    private readonly bytes: Uint8Array,
    readonly place = 'bytes in memory',
  ) {
    this.size = bytes.length;
  }

  async read(offset: number, target: Uint8Array): Promise<void> {
    const part = this.bytes.subarray(offset, offset + target.length);
    if (part.length < target.length) throw truncated(this.place, offset + target.length, this.size);
    target.set(part);
  }

  async close(): Promise<void> {}
}

/** Reads a range into new memory. */
export async function readRange(source: ByteSource, offset: number, length: number): Promise<Uint8Array> {
  if (offset + length > source.size) throw truncated(source.place, offset + length, source.size);
  const bytes = new Uint8Array(length);
  await source.read(offset, bytes);
  return bytes;
}

function truncated(place: string, expected: number, got: number): MedgraftError {
  return new MedgraftError('input', 'formats.truncated', 'the file ends too early', {
    place,
    expected: `at least ${expected} bytes`,
    got: `${got} bytes`,
    hint: 'the file was cut: copy or download it again',
  });
}
