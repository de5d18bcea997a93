/**
 * A JSON object whose values are numbers, lists of numbers or lists of such lists, scanned piece by piece into float32
 * matrices: a file of gigabytes never becomes one string or a tree of arrays. Grammar: RFC 8259, and of it no more than
 * such objects need.
 */
import { MedgraftError } from '../base/errors.js';
import type { Matrix } from './matrix.js';

type Expectation = 'object' | 'first key' | 'key' | 'colon' | 'value' | 'first item' | 'item' | 'comma' | 'nothing';

const LONGEST_TOKEN = 4096;
const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Push the text in pieces of any size, then call `finish`. */
export class JsonMatrixScanner {
  private readonly matrices = new Map<string, Matrix>();
  private expected: Expectation = 'object';
  private pending = '';
  private key = '';
  /** Open lists: 0 to 2. */
  private depth = 0;
  private values = new Float32Array(1024);
  private used = 0;
  private rowStart = 0;
  private rows = 0;
  private columns = 0;

  /** @param place names the source in error messages */
  constructor(private readonly place: string) {}

  /** @throws MedgraftError `formats.json-matrices` */
  push(piece: string): void {
    const text = this.pending + piece;
    this.pending = '';
    let at = 0;
    while (at < text.length) {
      const code = text.charCodeAt(at);
      if (isNumberCode(code)) at = this.number(text, at);
      else if (code === 0x22) at = this.string(text, at);
      else {
        if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) this.mark(text[at]);
        at++;
      }
    }
    if (this.pending.length > LONGEST_TOKEN) throw this.malformed(`a token of ${this.pending.length} characters`);
  }

  /** Key -> matrix; a single number or list is one row. @throws MedgraftError `formats.json-matrices` when the text is cut */
  finish(): Map<string, Matrix> {
    if (this.expected !== 'nothing') throw this.malformed('the end of the file');
    return this.matrices;
  }

  private number(text: string, start: number): number {
    let end = start + 1;
    while (end < text.length && isNumberCode(text.charCodeAt(end))) end++;
    if (end === text.length) this.pending = text.slice(start);
    else this.append(text.slice(start, end));
    return end;
  }

  private string(text: string, start: number): number {
    let end = start + 1;
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1;
    if (end >= text.length) {
      this.pending = text.slice(start);
      return text.length;
    }
    this.beginValue(text.slice(start, end + 1));
    return end + 1;
  }

  private beginValue(quoted: string): void {
    if (this.expected !== 'key' && this.expected !== 'first key') throw this.malformed(quoted);
    try {
      this.key = String(JSON.parse(quoted));
    } catch {
      throw this.malformed(quoted);
    }
    if (this.matrices.has(this.key)) throw this.malformed(`the key ${quoted} a second time`);
    this.used = 0;
    this.rowStart = 0;
    this.rows = 0;
    this.expected = 'colon';
  }

  private append(token: string): void {
    const value = Math.fround(Number(token));
    if (!this.expectsItem() || !NUMBER.test(token) || !Number.isFinite(value)) throw this.malformed(token);
    if (this.depth === 1 && this.rows > 0) throw this.malformed(`${token} among lists`);
    if (this.used === this.values.length) {
      const grown = new Float32Array(this.used * 2);
      grown.set(this.values);
      this.values = grown;
    }
    this.values[this.used++] = value;
    if (this.depth === 0) this.store(1, 1);
    this.expected = 'comma';
  }

  private mark(character: string): void {
    const { expected, depth } = this;
    if (character === '{' && expected === 'object') this.expected = 'first key';
    else if (character === '}' && depth === 0 && (expected === 'comma' || expected === 'first key'))
      this.expected = 'nothing';
    else if (character === ':' && expected === 'colon') this.expected = 'value';
    else if (character === ',' && expected === 'comma') this.expected = depth === 0 ? 'key' : 'item';
    else if (character === '[' && this.expectsItem()) this.open();
    else if (character === ']' && depth > 0 && (expected === 'comma' || expected === 'first item')) this.close();
    else throw this.malformed(character);
  }

  private open(): void {
    const amongNumbers = this.depth === 1 && this.rows === 0 && this.used > 0;
    if (this.depth === 2 || amongNumbers) throw this.malformed('a list');
    this.rowStart = this.used;
    this.depth++;
    this.expected = 'first item';
  }

  private close(): void {
    if (this.depth === 1)
      this.store(this.rows > 0 ? this.rows : Math.min(this.used, 1), this.rows > 0 ? this.columns : this.used);
    else this.endRow(this.used - this.rowStart);
    this.depth--;
    this.expected = 'comma';
  }

  private endRow(width: number): void {
    if (this.rows === 0) this.columns = width;
    if (width !== this.columns) throw this.malformed(`a row of ${width} numbers after rows of ${this.columns}`);
    this.rows++;
  }

  private store(rows: number, columns: number): void {
    this.matrices.set(this.key, { rows, columns, values: this.values.slice(0, this.used) });
  }

  private expectsItem(): boolean {
    return this.expected === 'value' || this.expected === 'item' || this.expected === 'first item';
  }

  private malformed(got: string): MedgraftError {
    const where = this.key === '' ? '' : `, ${JSON.stringify(this.key)}, row ${this.rows}`;
    return new MedgraftError('input', 'formats.json-matrices', 'this is not an object of matrices in JSON', {
      place: this.place + where,
      expected: this.expected === 'nothing' ? 'nothing more' : `${this.expected}, with finite numbers in equal rows`,
      got: got.slice(0, 80),
    });
  }
}

/** Digits, plus, minus, point, e and E. */
function isNumberCode(code: number): boolean {
  return (
    (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e || code === 0x65 || code === 0x2b || code === 0x45
  );
}
