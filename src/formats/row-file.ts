/**
 * A file of which small parts are read where they are needed and at once: what a batch is made of can not wait for a promise
 * for each of its words. The operating system keeps what is often read.
 */
import { readSync } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { MedgraftError } from '../base/errors.js';
import { openForReading, readFailure } from './byte-source.js';

export class RowFile {
  private constructor(
    /** The path, for messages. */
    readonly place: string,
    readonly size: number,
    private readonly handle: FileHandle,
  ) {}

  /** @throws MedgraftError `formats.missing`, `formats.unreadable`, `formats.not-a-file` */
  static async open(path: string): Promise<RowFile> {
    const handle = await openForReading(path);
    const status = await handle.stat();
    if (status.isFile()) return new RowFile(path, status.size, handle);
    await handle.close();
    throw new MedgraftError('input', 'formats.not-a-file', 'this is not a file', { place: path });
  }

  /** Fills `target` from `position`. @throws MedgraftError `formats.truncated`, `formats.unreadable` */
  read(position: number, target: Uint8Array): void {
    const end = position + target.length;
    for (let done = 0; done < target.length; ) {
      const count = this.readSome(position + done, target, done);
      if (count === 0) throw cut(this.place, end, position + done);
      done += count;
    }
  }

  close(): Promise<void> {
    return this.handle.close();
  }

  private readSome(position: number, target: Uint8Array, done: number): number {
    try {
      return readSync(this.handle.fd, target, done, target.length - done, position);
    } catch (error) {
      throw readFailure(error, this.place);
    }
  }
}

function cut(place: string, expected: number, got: number): MedgraftError {
  return new MedgraftError('input', 'formats.truncated', 'the file ends too early', {
    place,
    expected: `at least ${expected} bytes`,
    got: `${got} bytes`,
    hint: 'the file was cut: copy or download it again',
  });
}
