/**
 * The elements of one huge JSON array, one at a time: the text is cut where the array's own commas are, and each element is
 * parsed by itself (RFC 8259), so that memory is bounded by the largest element and each has its line.
 */
import { MedgraftError } from '../base/errors.js';
import type { JsonLine } from './json-lines.js';
import { readText } from './text-chunks.js';
import type { TextEncoding } from './text-encoding.js';

/** In UTF-16 units. */
const LARGEST_ELEMENT = 1 << 26;

/**
 * Lines are those where elements begin.
 * @throws MedgraftError `formats.json-array` with file and line, and as `readText`
 */
export async function* readJsonArray(path: string, encoding?: TextEncoding): AsyncGenerator<JsonLine, void> {
  const splitter = new ElementSplitter(path);
  for await (const piece of readText(path, encoding)) yield* splitter.push(piece);
  splitter.finish();
}

/** Whether the first sign of a text file opens a JSON array. */
export async function isJsonArray(path: string, encoding?: TextEncoding): Promise<boolean> {
  for await (const piece of readText(path, encoding)) {
    const text = piece.trimStart();
    if (text !== '') return text.startsWith('[');
  }
  return false;
}

type Where = 'before' | 'inside' | 'after';

class ElementSplitter {
  private where: Where = 'before';
  /** Lists and objects open within the element. */
  private depth = 0;
  private inString = false;
  private escaped = false;
  private element = '';
  /** Elements ended by a comma. */
  private ended = 0;
  private line = 1;
  private elementLine = 1;

  constructor(private readonly path: string) {}

  *push(piece: string): Generator<JsonLine, void> {
    let start = 0;
    for (let i = 0; i < piece.length; i++) {
      const code = piece.charCodeAt(i);
      if (code === 0x0a) this.line++;
      if (this.where !== 'inside') {
        this.outside(code);
        start = i + 1;
      } else if (this.inString) this.withinString(code);
      else if (code === 0x22) this.inString = true;
      else if (code === 0x7b || code === 0x5b) this.depth++;
      else if (this.depth > 0) this.depth -= Number(code === 0x7d || code === 0x5d);
      else if (code === 0x2c || code === 0x5d) {
        yield* this.end(piece.slice(start, i), code === 0x5d);
        start = i + 1;
      }
    }
    if (this.where === 'inside') this.element += piece.slice(start);
    if (this.element.length > LARGEST_ELEMENT) throw this.error('an element that does not end', this.elementLine);
  }

  finish(): void {
    if (this.where === 'before') throw this.error('an empty file', this.line);
    if (this.where === 'inside') throw this.error('the end of the file within the array', this.line);
  }

  private outside(code: number): void {
    if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) return;
    if (this.where === 'after' || code !== 0x5b) throw this.error(`the sign ${String.fromCharCode(code)}`, this.line);
    this.where = 'inside';
    this.elementLine = this.line;
  }

  private withinString(code: number): void {
    if (this.escaped) this.escaped = false;
    else if (code === 0x5c) this.escaped = true;
    else if (code === 0x22) this.inString = false;
  }

  private *end(rest: string, isLast: boolean): Generator<JsonLine, void> {
    const text = this.element + rest;
    const line = this.elementLine + newlinesBefore(text);
    this.element = '';
    this.elementLine = this.line;
    if (isLast) this.where = 'after';
    // An array without elements has nothing between its brackets.
    if (isLast && this.ended === 0 && text.trim() === '') return;
    this.ended++;
    yield { line, value: this.parse(text, line) };
  }

  private parse(text: string, line: number): unknown {
    try {
      return JSON.parse(text);
    } catch (cause) {
      throw this.error(cause instanceof Error ? cause.message : 'no JSON', line, cause);
    }
  }

  private error(got: string, line: number, cause?: unknown): MedgraftError {
    return new MedgraftError('input', 'formats.json-array', 'this is not an array in JSON', {
      place: `${this.path}:${line}`,
      expected: 'one [ ... ] of values',
      got,
      cause,
    });
  }
}

/** Line ends in front of the first sign. */
function newlinesBefore(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length && text.charCodeAt(i) <= 0x20; i++) count += Number(text.charCodeAt(i) === 0x0a);
  return count;
}
