/**
 * CSV and TSV: a scanner over character codes, fed piece by piece, so files of any size are read in bounded memory.
 * Format: RFC 4180 (quoted fields with doubled quotes and line breaks inside), and LF or CR as line ends too. A bad record
 * is handed on with its problem, not thrown: the reader of a graph lists such rows and goes on. A header is a record like
 * any other, so no column name is special.
 */
import { MedgraftError } from '../base/errors.js';
import { readText } from './text-chunks.js';
import type { TextEncoding } from './text-encoding.js';

export interface DelimitedOptions {
  /** One character, for example `,` or a tab. */
  delimiter: string;
  /** Whether a quote at the start of a field quotes it. Default: yes for all delimiters but the tab. */
  quotes?: boolean;
  /** How many fields a record has; `first`: as many as the first record. Left out: any number. */
  columns?: number | 'first';
  /** The sign that quotes. Default: `"`. */
  quote?: string;
  /** Of the file; undefined: found out. */
  encoding?: TextEncoding;
}

export interface DelimitedRecord {
  /** The line where the record begins, from 1. */
  readonly line: number;
  readonly fields: string[];
  /** What is wrong with it, for people. */
  readonly problem?: string;
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** In UTF-16 units: more is taken for a quote that was never closed. */
const LONGEST_RECORD = 1 << 24;

/** Where the scanner stands within a field. */
enum Within {
  Start,
  Plain,
  Quoted,
  /** After a quote in a quoted field: its end, or the first of a doubled one. */
  QuoteSeen,
}

/**
 * Streams the records of a file. Empty lines are passed over.
 * @throws MedgraftError as `readText`, and `formats.record-too-long`
 */
export async function* readDelimited(path: string, options: DelimitedOptions): AsyncGenerator<DelimitedRecord, void> {
  // Not `yield*`: over an array it costs an async generator twice the time of the scanner.
  for await (const block of readDelimitedBlocks(path, options)) for (const record of block) yield record;
}

/** The same in blocks, as they come: for readers of millions of records, to whom waiting for each is the greatest cost. */
export async function* readDelimitedBlocks(
  path: string,
  options: DelimitedOptions,
): AsyncGenerator<DelimitedRecord[], void> {
  const scanner = new DelimitedScanner(path, options);
  for await (const piece of readText(path, options.encoding)) yield scanner.push(piece);
  yield scanner.finish();
}

function isSign(text: string): boolean {
  return text.length === 1 && text !== '\n' && text !== '\r';
}

/** Turns pieces of text into records. */
export class DelimitedScanner {
  private readonly delimiter: number;
  private readonly quotes: boolean;
  private readonly quote: string;
  private readonly quoteCode: number;
  private columns: number | undefined;
  private readonly columnsFromFirst: boolean;

  private records: DelimitedRecord[] = [];
  private fields: string[] = [];
  /** What is known of the current field. */
  private field = '';
  private within = Within.Start;
  private problem: string | undefined;
  private quotedField = false;
  private line = 1;
  private recordLine = 1;
  /** The last character was CR: a LF now belongs to it. */
  private afterCarriageReturn = false;

  /** @param place names the source in error messages */
  constructor(
    private readonly place: string,
    { delimiter, quotes = delimiter !== '\t', columns, quote = '"' }: DelimitedOptions,
  ) {
    if (!isSign(delimiter) || !isSign(quote) || delimiter === quote) {
      throw new MedgraftError('input', 'formats.delimiter', 'this cannot separate fields', {
        place,
        expected: 'one character that is no quote and no line end, and one quote',
        got: `${JSON.stringify(delimiter)} and ${JSON.stringify(quote)}`,
      });
    }
    this.delimiter = delimiter.charCodeAt(0);
    this.quotes = quotes;
    this.quote = quote;
    this.quoteCode = quote.charCodeAt(0);
    this.columns = columns === 'first' ? undefined : columns;
    this.columnsFromFirst = columns === 'first';
  }

  /** The records that the piece completes. @throws MedgraftError `formats.record-too-long` */
  push(text: string): DelimitedRecord[] {
    let at = 0;
    while (at < text.length) at = this.step(text, at);
    const length = this.fields.reduce((sum, field) => sum + field.length, this.field.length);
    if (length > LONGEST_RECORD) throw this.recordTooLong();
    return this.taken();
  }

  /** The last record, when no line end follows it. */
  finish(): DelimitedRecord[] {
    if (this.within === Within.Quoted) this.problem ??= 'the quote is never closed';
    if (this.within !== Within.Start || this.fields.length > 0) this.endRecord();
    return this.taken();
  }

  /** Goes on from `at`; returns where to go on next. */
  private step(text: string, at: number): number {
    if (this.within === Within.Plain) return this.plain(text, at);
    if (this.within === Within.Quoted) return this.quoted(text, at);
    const code = text.charCodeAt(at);
    if (this.within === Within.QuoteSeen) return this.afterQuote(code, at);
    if (this.afterCarriageReturn) {
      this.afterCarriageReturn = false;
      if (code === LINE_FEED) return at + 1;
    }
    if (this.fields.length === 0) this.recordLine = this.line;
    this.quotedField = this.quotes && code === this.quoteCode;
    this.within = this.quotedField ? Within.Quoted : Within.Plain;
    return this.quotedField ? at + 1 : at;
  }

  private plain(text: string, start: number): number {
    const { delimiter } = this;
    for (let at = start; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code !== delimiter && code !== LINE_FEED && code !== CARRIAGE_RETURN) continue;
      this.field += text.slice(start, at);
      if (code === delimiter) this.endField();
      else {
        this.endRecord();
        this.line++;
        this.afterCarriageReturn = code === CARRIAGE_RETURN;
      }
      return at + 1;
    }
    this.field += text.slice(start);
    return text.length;
  }

  private quoted(text: string, start: number): number {
    const found = text.indexOf(this.quote, start);
    const end = found < 0 ? text.length : found;
    this.field += text.slice(start, end);
    this.countLines(text, start, end);
    if (found < 0) return end;
    this.afterCarriageReturn = false;
    this.within = Within.QuoteSeen;
    return end + 1;
  }

  private afterQuote(code: number, at: number): number {
    if (code === this.quoteCode) {
      this.field += this.quote;
      this.within = Within.Quoted;
      return at + 1;
    }
    if (code !== this.delimiter && code !== LINE_FEED && code !== CARRIAGE_RETURN) {
      this.problem ??= `text after the closing quote of field ${this.fields.length + 1}`;
    }
    this.within = Within.Plain;
    return at;
  }

  private countLines(text: string, start: number, end: number): void {
    for (let at = start; at < end; at++) {
      const code = text.charCodeAt(at);
      if (code === CARRIAGE_RETURN || (code === LINE_FEED && !this.afterCarriageReturn)) this.line++;
      this.afterCarriageReturn = code === CARRIAGE_RETURN;
    }
  }

  private endField(): void {
    this.fields.push(this.field);
    this.field = '';
    this.within = Within.Start;
  }

  private endRecord(): void {
    const emptyLine = this.fields.length === 0 && this.field === '' && !this.quotedField;
    this.endField();
    if (!emptyLine) this.records.push(this.record());
    this.fields = [];
    this.problem = undefined;
    this.quotedField = false;
  }

  private record(): DelimitedRecord {
    const { fields, recordLine: line } = this;
    if (this.columnsFromFirst) this.columns ??= fields.length;
    if (this.columns !== undefined && fields.length !== this.columns) {
      this.problem ??= `${fields.length} fields instead of ${this.columns}`;
    }
    return this.problem === undefined ? { line, fields } : { line, fields, problem: this.problem };
  }

  private taken(): DelimitedRecord[] {
    const { records } = this;
    this.records = [];
    return records;
  }

  private recordTooLong(): MedgraftError {
    return new MedgraftError('input', 'formats.record-too-long', 'the record does not end', {
      place: `${this.place}:${this.recordLine}`,
      expected: `at most ${LONGEST_RECORD} characters`,
      hint: 'look for a quote that is opened and never closed',
    });
  }
}
