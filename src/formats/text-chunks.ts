/**
 * Text files as pieces of decoded text: UTF-8 with or without a byte order mark, gzipped when the name ends in `.gz`.
 * Memory stays bounded by the piece.
 */
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { MedgraftError } from '../base/errors.js';
import { readFailure } from './byte-source.js';
import { InvalidUtf8, Utf8Decoder } from './utf8.js';

const READ_BYTES = 1 << 18;

/**
 * @throws MedgraftError `formats.encoding` with line and byte offset, `formats.gzip`, `formats.missing`,
 * `formats.unreadable`
 */
export async function* readText(path: string): AsyncGenerator<string, void> {
  const decoder = new Utf8Decoder();
  try {
    for await (const chunk of readBytes(path)) yield decoder.push(chunk);
    decoder.finish();
  } catch (error) {
    throw error instanceof InvalidUtf8 ? await encodingError(path, error) : error;
  }
}

/** The bytes of a file, unpacked when its name ends in `.gz`. */
async function* readBytes(path: string): AsyncGenerator<Uint8Array, void> {
  const file = createReadStream(path, { highWaterMark: READ_BYTES });
  // The callback is needed by `pipeline` only: a failure also ends the iteration below.
  const stream = path.endsWith('.gz') ? pipeline(file, createGunzip({ chunkSize: READ_BYTES }), () => undefined) : file;
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    throw isZlibError(error) ? gzipError(path, error) : readFailure(error, path);
  } finally {
    file.destroy();
  }
}

/** Reads again up to the broken byte to count lines: a price that only broken files pay. */
async function encodingError(path: string, { offset, found }: InvalidUtf8): Promise<MedgraftError> {
  let line = 1;
  let position = 0;
  let afterCarriageReturn = false;
  for await (const chunk of readBytes(path)) {
    for (let i = 0; i < chunk.length && position < offset; i++, position++) {
      const byte = chunk[i];
      if (byte === 13 || (byte === 10 && !afterCarriageReturn)) line++;
      afterCarriageReturn = byte === 13;
    }
    if (position >= offset) break;
  }
  return new MedgraftError('input', 'formats.encoding', 'the text is not UTF-8', {
    place: `${path}:${line}`,
    expected: 'UTF-8',
    got: `${found}, at byte ${offset} of the file`,
    hint: 'convert it, for example with: iconv -f GB18030 -t UTF-8 old.txt > new.txt (or -f UTF-16)',
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
