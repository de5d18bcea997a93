/** Packs what is written: `.gz` files as other programs read them. The same bytes give the same file (no time, no name). */
import { once } from 'node:events';
import { createGzip } from 'node:zlib';
import type { ByteSink } from './byte-sink.js';

/** @param write fills a sink whose bytes come out packed in `sink` */
export async function writeGzip(sink: ByteSink, write: (packing: ByteSink) => Promise<void>): Promise<void> {
  const gzip = createGzip();
  const packed = (async () => {
    for await (const chunk of gzip as AsyncIterable<Buffer>) await sink.write(chunk);
  })();
  // A sink that fails ends the packing too; the failure comes out below.
  packed.catch((error: Error) => gzip.destroy(error));
  try {
    await write({
      write: async (bytes) => {
        if (!gzip.write(Buffer.from(bytes))) await Promise.race([once(gzip, 'drain'), packed]);
      },
    });
    gzip.end();
    await packed;
  } finally {
    gzip.destroy();
  }
}
