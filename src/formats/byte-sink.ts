/**
 * Where format writers put their bytes, front to back. A writer never knows whether the bytes go to a plain file, to
 * one that appears atomically (runs/atomic-file.ts) or into memory.
 */
import { open } from 'node:fs/promises';

export interface ByteSink {
  /** Returns when the bytes are taken: the caller may then reuse the array. */
  write(bytes: Uint8Array): Promise<void>;
}

/** The part of a file handle that sinks use: `write` may be short, as the operating system allows. */
export interface WritableHandle {
  write(buffer: Uint8Array, offset: number, length: number): Promise<{ bytesWritten: number }>;
}

const BLOCK_BYTES = 1 << 18;
/** Linux moves at most 2^31 - 4096 bytes a call. */
const LARGEST_WRITE = 1 << 30;

/** A sink over a file handle that gathers small writes in one block. Call `flush` at the end. */
export class HandleSink implements ByteSink {
  private readonly block = new Uint8Array(BLOCK_BYTES);
  private used = 0;

  constructor(private readonly handle: WritableHandle) {}

  async write(bytes: Uint8Array): Promise<void> {
    if (this.used + bytes.length > this.block.length) await this.flush();
    if (bytes.length > this.block.length) return writeFully(this.handle, bytes);
    this.block.set(bytes, this.used);
    this.used += bytes.length;
  }

  async flush(): Promise<void> {
    const used = this.used;
    this.used = 0;
    await writeFully(this.handle, this.block.subarray(0, used));
  }
}

/** Collects the bytes in memory. */
export class MemorySink implements ByteSink {
  private readonly parts: Uint8Array[] = [];

  async write(bytes: Uint8Array): Promise<void> {
    this.parts.push(bytes.slice());
  }

  bytes(): Uint8Array {
    return Buffer.concat(this.parts);
  }
}

/** Writes a new file front to back, replacing what was there. Neither atomic nor synced: for files inside a folder that is. */
export async function writeFile(path: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  const handle = await open(path, 'w');
  try {
    const sink = new HandleSink(handle);
    await write(sink);
    await sink.flush();
  } finally {
    await handle.close();
  }
}

export interface FileSink extends ByteSink {
  /** Writes what is gathered, and closes the file; call it also after a failure. */
  close(): Promise<void>;
}

/** The same for writers that do other things between their writes. */
export async function openFileSink(path: string): Promise<FileSink> {
  const handle = await open(path, 'w');
  const sink = new HandleSink(handle);
  return {
    write: (bytes) => sink.write(bytes),
    close: async () => {
      try {
        await sink.flush();
      } finally {
        await handle.close();
      }
    },
  };
}

/** The bytes of a typed array, not copied. */
export function bytesOf(array: ArrayBufferView): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

async function writeFully(handle: WritableHandle, bytes: Uint8Array): Promise<void> {
  let offset = 0;
  while (offset < bytes.length) {
    const { bytesWritten } = await handle.write(bytes, offset, Math.min(bytes.length - offset, LARGEST_WRITE));
    if (bytesWritten === 0) throw Object.assign(new Error('the disk takes no more bytes'), { code: 'ENOSPC' });
    offset += bytesWritten;
  }
}
