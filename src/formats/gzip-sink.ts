/** Packs what is written: `.gz` files as other programs read them. The same bytes give the same file (no time, no name). */
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import { type ByteSink, type FileSink, openFileSink } from './byte-sink.js';

/** Closing writes what is left and closes the sink below; call it also after a failure. */
export function gzipSink(below: FileSink): FileSink {
  const gzip = createGzip();
  const packed = (async () => {
    for await (const chunk of gzip as AsyncIterable<Buffer>) await below.write(chunk);
  })();
  // A sink that fails ends the packing too; the failure comes out when more is written, or of `close`.
  packed.catch((error: Error) => gzip.destroy(error));
  return {
    write: async (bytes) => {
      if (!gzip.write(Buffer.from(bytes))) await Promise.race([once(gzip, 'drain'), packed]);
    },
    close: async () => {
      try {
        gzip.end();
        await packed;
      } finally {
        gzip.destroy();
        await below.close();
      }
    },
  };
}

/** A file front to back, packed where its name ends in `.gz`. */
export async function openTextSink(path: string): Promise<FileSink> {
  const file = await openFileSink(path);
  return path.endsWith('.gz') ? gzipSink(file) : file;
}

export async function writeTextFile(path: string, write: (sink: ByteSink) => Promise<void>): Promise<void> {
  const sink = await openTextSink(path);
  try {
    await write(sink);
  } finally {
    await sink.close();
  }
}
