/**
 * The bytes of a file in pieces, unpacked when its name ends in `.gz`. What comes out is counted while it is unpacked, so
 * that a gzip bomb (RFC 1952 data that grows a thousandfold) ends after a few megabytes and never fills memory or disk.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip, type Gunzip } from 'node:zlib';
import { MedgraftError } from '../base/errors.js';
import { readFailure } from './byte-source.js';

export interface GzipLimits {
  /** Bytes that may come out, in all. */
  largest: number;
  /** Bytes that may come out for each byte that went in, once more than `free` have come out. */
  ratio: number;
  free: number;
}

/** Tables and triples shrink 3- to 50-fold; a bomb about 1000-fold. */
export const GZIP_LIMITS: GzipLimits = { largest: 2 ** 37, ratio: 200, free: 2 ** 24 };

const READ_BYTES = 1 << 18;

/** @throws MedgraftError `formats.gzip`, `formats.gzip-bomb`, `formats.missing`, `formats.not-a-file`, `formats.unreadable` */
export async function* readFileBytes(path: string, limits: GzipLimits = GZIP_LIMITS): AsyncGenerator<Buffer, void> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  const gunzip = /\.gz$/i.test(path) ? createGunzip({ chunkSize: READ_BYTES }) : undefined;
  // The callback is needed by `pipeline` only: a failure also ends the iteration below.
  const stream = gunzip === undefined ? file : pipeline(file, gunzip, () => undefined);
  let unpacked = 0;
  try {
    for await (const chunk of stream as AsyncIterable<Buffer>) {
      unpacked += chunk.length;
      if (gunzip !== undefined) checkGrowth(path, gunzip, unpacked, limits);
      yield chunk;
    }
  } catch (error) {
    throw isZlibError(error) ? gzipError(path, error) : readFailure(error, path);
  } finally {
    file.destroy();
    gunzip?.destroy();
  }
}

function checkGrowth(path: string, gunzip: Gunzip, unpacked: number, { largest, ratio, free }: GzipLimits): void {
  const packed = Math.max(gunzip.bytesWritten, 1);
  if (unpacked <= largest && (unpacked <= free || unpacked <= packed * ratio)) return;
  throw new MedgraftError('input', 'formats.gzip-bomb', 'the gzip data grows beyond measure', {
    place: path,
    expected: `at most ${ratio} bytes for each packed one, and ${largest} bytes in all`,
    got: `${unpacked} bytes from ${packed}, and more to come`,
    hint: 'if the file is what you expect, unpack it yourself and read the plain file',
  });
}

function gzipError(path: string, cause: Error): MedgraftError {
  return new MedgraftError('input', 'formats.gzip', 'the gzip data is damaged or cut', {
    place: path,
    got: cause.message,
    hint: 'copy or download the file again',
    cause,
  });
}

function isZlibError(error: unknown): error is Error {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
}
