/** A file that grows at its end through a buffer, and that a later process can cut back to a length and go on with. */
import { closeSync, fdatasyncSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { bytesOf } from '../../formats/byte-sink.js';

const BUFFER_BYTES = 1 << 20;

export class AppendFile {
  /** Bytes of the file, those in the buffer included. */
  length: number;
  private readonly file: number;
  private readonly buffer = new Uint8Array(BUFFER_BYTES);
  private used = 0;
  private isOpen = true;

  /** @param keep of a file that is there already so many bytes stay; 0 makes a new one */
  constructor(path: string, keep = 0) {
    this.file = openSync(path, keep === 0 ? 'w' : 'r+');
    if (keep > 0) ftruncateSync(this.file, keep);
    this.length = keep;
  }

  append(array: ArrayBufferView): void {
    const bytes = bytesOf(array);
    if (this.used + bytes.length > this.buffer.length) this.flush();
    if (bytes.length > this.buffer.length) this.writeThrough(bytes, this.length);
    else {
      this.buffer.set(bytes, this.used);
      this.used += bytes.length;
    }
    this.length += bytes.length;
  }

  /** Everything appended so far outlives the process, and the machine. */
  sync(): void {
    this.flush();
    fdatasyncSync(this.file);
  }

  /** @param flush false: what is in the buffer is not wanted any more */
  close(flush = true): void {
    if (!this.isOpen) return;
    if (flush) this.flush();
    this.isOpen = false;
    closeSync(this.file);
  }

  private flush(): void {
    this.writeThrough(this.buffer.subarray(0, this.used), this.length - this.used);
    this.used = 0;
  }

  private writeThrough(bytes: Uint8Array, position: number): void {
    for (let done = 0; done < bytes.length; ) {
      done += writeSync(this.file, bytes, done, bytes.length - done, position + done);
    }
  }
}
