/**
 * Lines of a text file, whatever ends them: LF, CRLF or CR (a CRLF file split at LF alone silently doubles the names of a
 * graph). Other characters that Unicode calls line separators are text.
 */
import { MedgraftError } from '../base/errors.js';
import { readText } from './text-chunks.js';
import type { TextEncoding } from './text-encoding.js';

export interface TextLine {
  /** From 1. */
  readonly line: number;
  /** Without its end. */
  readonly text: string;
}

const LINE_END = /\r\n|\n|\r/;
/** In UTF-16 units: longer lines are taken for a file that is not text. */
const LONGEST_LINE = 1 << 26;

/** Cuts pieces of text into lines, also when a piece ends in the middle of a line or of CRLF. */
export class LineSplitter {
  private rest = '';
  private afterCarriageReturn = false;

  /** The lines that the piece completes. */
  push(piece: string): string[] {
    const text = this.afterCarriageReturn && piece.startsWith('\n') ? piece.slice(1) : piece;
    if (piece !== '') this.afterCarriageReturn = piece.endsWith('\r');
    const lines = text.includes('\r') ? text.split(LINE_END) : text.split('\n');
    lines[0] = this.rest + lines[0];
    this.rest = lines.pop() ?? '';
    return lines;
  }

  /** The last line, when no line end follows it. */
  finish(): string[] {
    return this.rest === '' ? [] : [this.rest];
  }

  get restLength(): number {
    return this.rest.length;
  }
}

/**
 * @param path a text file, or one packed as `.gz`
 * @param encoding undefined: found out
 * @throws MedgraftError as `readText`, and `formats.line-too-long`
 */
export async function* readLines(path: string, encoding?: TextEncoding): AsyncGenerator<TextLine, void> {
  const splitter = new LineSplitter();
  let line = 0;
  for await (const piece of readText(path, encoding)) {
    for (const text of splitter.push(piece)) yield { line: ++line, text };
    if (splitter.restLength > LONGEST_LINE) throw lineTooLong(`${path}:${line + 1}`);
  }
  for (const text of splitter.finish()) yield { line: ++line, text };
}

function lineTooLong(place: string): MedgraftError {
  const expected = `at most ${LONGEST_LINE} characters`;
  return new MedgraftError('input', 'formats.line-too-long', 'the line does not end', { place, expected });
}
