/**
 * Which encoding a text file has, and strict decoders for it (WHATWG Encoding Standard): a byte order mark decides; without
 * one a file is UTF-8 when all of it is, else GB18030 when all of it is. A file that begins as UTF-8 beyond chance and breaks
 * later is damaged UTF-8, not GB18030 that would read as nonsense.
 */
import { isAscii } from 'node:buffer';
import { InvalidUtf8, Utf8Decoder } from './utf8.js';

export const TEXT_ENCODINGS = ['utf-8', 'gb18030', 'utf-16le', 'utf-16be'] as const;
export type TextEncoding = (typeof TEXT_ENCODINGS)[number];

/** Bytes that are no text of the encoding. */
export class InvalidText extends Error {}

export interface StrictDecoder {
  /** @throws InvalidText or InvalidUtf8 */
  push(chunk: Uint8Array): string;
  /** Call at the end. @throws InvalidText or InvalidUtf8 when the last character is cut */
  finish(): void;
}

export function strictDecoder(encoding: TextEncoding): StrictDecoder {
  return encoding === 'utf-8' ? new Utf8Decoder() : new WebDecoder(encoding);
}

/** Drops a byte order mark at the start. */
class WebDecoder implements StrictDecoder {
  private readonly decoder: TextDecoder;

  constructor(encoding: TextEncoding) {
    this.decoder = new TextDecoder(encoding, { fatal: true });
  }

  push(chunk: Uint8Array): string {
    return this.decode(chunk);
  }

  finish(): void {
    this.decode();
  }

  private decode(chunk?: Uint8Array): string {
    try {
      return chunk === undefined ? this.decoder.decode() : this.decoder.decode(chunk, { stream: true });
    } catch (cause) {
      throw new InvalidText('no text of this encoding', { cause });
    }
  }
}

/** @param open begins the bytes anew each time; they are read until the encoding is certain */
export async function detectEncoding(open: () => AsyncIterable<Uint8Array>): Promise<TextEncoding> {
  return (await markedOrUtf8(open())) ?? ((await isGb18030(open())) ? 'gb18030' : 'utf-8');
}

/** So many characters of more than one byte do not look like UTF-8 by chance. */
const CERTAIN_CHARACTERS = 32;

async function markedOrUtf8(chunks: AsyncIterable<Uint8Array>): Promise<TextEncoding | undefined> {
  const decoder = new Utf8Decoder();
  let characters = 0;
  let start = 0;
  for await (const chunk of chunks) {
    const marked = start === 0 ? byteOrderMark(chunk) : undefined;
    if (marked !== undefined) return marked;
    try {
      decoder.push(chunk);
      characters += isAscii(chunk) ? 0 : leadBytes(chunk, chunk.length);
    } catch (error) {
      if (!(error instanceof InvalidUtf8)) throw error;
      characters += leadBytes(chunk, error.offset - start);
      return characters >= CERTAIN_CHARACTERS ? 'utf-8' : undefined;
    }
    if (characters >= CERTAIN_CHARACTERS) return 'utf-8';
    start += chunk.length;
  }
  try {
    decoder.finish();
    return 'utf-8';
  } catch {
    return undefined;
  }
}

function byteOrderMark(chunk: Uint8Array): TextEncoding | undefined {
  if (chunk[0] === 0xff && chunk[1] === 0xfe) return 'utf-16le';
  if (chunk[0] === 0xfe && chunk[1] === 0xff) return 'utf-16be';
  return chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf ? 'utf-8' : undefined;
}

/** Bytes before `end` that begin a character of several. */
function leadBytes(chunk: Uint8Array, end: number): number {
  let count = 0;
  for (let i = 0; i < end && count < CERTAIN_CHARACTERS; i++) count += Number(chunk[i] >= 0xc0);
  return count;
}

/** No text has these: what does is some binary format whose bytes happen to decode. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is control characters that are looked for
const BINARY = /[\x00-\x08\x0e-\x1f]/;

async function isGb18030(chunks: AsyncIterable<Uint8Array>): Promise<boolean> {
  const decoder = strictDecoder('gb18030');
  try {
    for await (const chunk of chunks) if (BINARY.test(decoder.push(chunk))) return false;
    decoder.finish();
    return true;
  } catch (error) {
    if (error instanceof InvalidText) return false;
    throw error;
  }
}
