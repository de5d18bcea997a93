/**
 * Text files as pieces of decoded text: UTF-8 with or without a byte order mark, UTF-16 with one, GB18030 (text-encoding.ts
 * finds out which), gzipped when the name ends in `.gz`. Decoding is strict and streams; memory stays bounded by the piece.
 */
import { MedgraftError } from '../base/errors.js';
import { readFileBytes } from './file-bytes.js';
import { detectEncoding, InvalidText, strictDecoder, type TextEncoding } from './text-encoding.js';
import { InvalidUtf8 } from './utf8.js';

/**
 * @param encoding undefined: found out
 * @throws MedgraftError `formats.encoding` with line and byte offset, and as `readFileBytes`
 */
export async function* readText(path: string, encoding?: TextEncoding): AsyncGenerator<string, void> {
  const used = encoding ?? (await encodingOf(path));
  const decoder = strictDecoder(used);
  let offset = 0;
  try {
    for await (const chunk of readFileBytes(path)) {
      yield decoder.push(chunk);
      offset += chunk.length;
    }
    decoder.finish();
  } catch (error) {
    if (error instanceof InvalidUtf8)
      throw encodingError(path, used, error.offset, error.found, encoding, await lineAt(path, error.offset));
    if (error instanceof InvalidText) throw await replayedError(path, used, offset, encoding);
    throw error;
  }
}

/** @throws MedgraftError as `readFileBytes` */
export function encodingOf(path: string): Promise<TextEncoding> {
  return detectEncoding(() => readFileBytes(path));
}

/** Reads again up to the broken byte to count lines: a price that only broken files pay. */
async function lineAt(path: string, offset: number): Promise<number> {
  let line = 1;
  let position = 0;
  let afterCarriageReturn = false;
  for await (const chunk of readFileBytes(path)) {
    for (let i = 0; i < chunk.length && position < offset; i++, position++) {
      const byte = chunk[i];
      if (byte === 13 || (byte === 10 && !afterCarriageReturn)) line++;
      afterCarriageReturn = byte === 13;
    }
    if (position >= offset) break;
  }
  return line;
}

/** Decodes again, byte by byte from the piece that broke, for the line and the byte. */
async function replayedError(
  path: string,
  used: TextEncoding,
  pieceStart: number,
  asked: TextEncoding | undefined,
): Promise<MedgraftError> {
  const decoder = strictDecoder(used);
  let line = 1;
  let offset = 0;
  const push = (bytes: Uint8Array) => {
    line += decoder.push(bytes).split('\n').length - 1;
    offset += bytes.length;
  };
  try {
    for await (const chunk of readFileBytes(path)) {
      const whole = Math.min(Math.max(pieceStart - offset, 0), chunk.length);
      if (whole > 0) push(chunk.subarray(0, whole));
      for (let i = whole; i < chunk.length; i++) push(chunk.subarray(i, i + 1));
    }
  } catch (error) {
    if (!(error instanceof InvalidText)) throw error;
    return encodingError(path, used, offset, 'bytes that are no character', asked, line);
  }
  return encodingError(path, used, offset, 'a character that is cut off', asked, line);
}

function encodingError(
  path: string,
  used: TextEncoding,
  offset: number,
  found: string,
  asked: TextEncoding | undefined,
  line: number,
): MedgraftError {
  const name = used.toUpperCase();
  return new MedgraftError('input', 'formats.encoding', `the text is not ${name}`, {
    place: `${path}:${line}`,
    expected: asked === undefined ? 'UTF-8, GB18030, or UTF-16 with a byte order mark' : name,
    got: `${found}, at byte ${offset} of the file`,
    hint: 'mend the bytes, or convert the file, for example with: iconv -f BIG5 -t UTF-8 old.txt > new.txt',
  });
}
