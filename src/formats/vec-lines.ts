import { MedgraftError } from '../base/errors.js';
import type { RowFile } from './row-file.js';

/** Lines of a file of vectors as bytes, with their fields counted on the way: the greatest of them have gigabytes. */
const WINDOW_BYTES = 1 << 20;
const LONGEST_LINE = 1 << 24;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const SPACE = 0x20;
const TAB = 0x09;

export interface VecLine {
  /** From 1. */
  readonly line: number;
  /** Where the line begins in the file. */
  readonly position: number;
  /** Without its end (LF or CRLF); valid until the next line. */
  readonly bytes: Uint8Array;
  /** Runs of bytes with blanks or tabs in between. */
  readonly fields: number;
  /** Of the first field, which begins the line; 0 where a blank does. */
  readonly wordLength: number;
}

export class VecLines implements Iterable<VecLine> {
  constructor(private readonly file: RowFile) {}

  /** @throws MedgraftError `formats.line-too-long`, and as `RowFile.read` */
  *[Symbol.iterator](): Generator<VecLine, void> {
    let window = Buffer.alloc(0);
    let [position, line] = [0, 0];
    for (let start = 0; ; ) {
      const end = window.indexOf(LINE_FEED, start);
      const isLast = position + window.length >= this.file.size;
      if (end < 0 && !isLast) {
        position += start;
        window = this.moved(position, window.subarray(start));
        start = 0;
        continue;
      }
      const after = end < 0 ? window.length : end;
      if (end < 0 && start === after) return;
      yield lineOf(++line, position + start, window.subarray(start, after));
      if (end < 0) return;
      start = after + 1;
    }
  }

  /** A window that begins with what is left of the last one, and goes on. */
  private moved(position: number, rest: Uint8Array): Buffer<ArrayBuffer> {
    if (rest.length > LONGEST_LINE) throw lineTooLong(`${this.file.place}, byte ${position}`);
    const window = Buffer.alloc(Math.min(rest.length * 2 + WINDOW_BYTES, this.file.size - position));
    window.set(rest);
    this.file.read(position + rest.length, window.subarray(rest.length));
    return window;
  }
}

function lineOf(line: number, position: number, text: Uint8Array): VecLine {
  const bytes = text[text.length - 1] === CARRIAGE_RETURN ? text.subarray(0, -1) : text;
  let [fields, wordLength, isBlank] = [0, 0, true];
  for (let at = 0; at < bytes.length; at++) {
    const blank = bytes[at] === SPACE || bytes[at] === TAB;
    if (!blank && isBlank) fields++;
    if (blank && !isBlank && fields === 1 && bytes[0] !== SPACE && bytes[0] !== TAB) wordLength = at;
    isBlank = blank;
  }
  return { line, position, bytes, fields, wordLength };
}

function lineTooLong(place: string): MedgraftError {
  const expected = `at most ${LONGEST_LINE} bytes`;
  return new MedgraftError('input', 'formats.line-too-long', 'the line does not end', { place, expected });
}
