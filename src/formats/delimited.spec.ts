import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type DelimitedOptions, DelimitedScanner } from './delimited.js';

const COMMA: DelimitedOptions = { delimiter: ',' };

/** Scans a text handed over in pieces that end at the given places. */
function scan(text: string, options: DelimitedOptions = COMMA, cuts: number[] = []) {
  const scanner = new DelimitedScanner('test.csv', options);
  const ends = [...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  const records = [];
  let start = 0;
  for (const end of ends) {
    records.push(...scanner.push(text.slice(start, end)));
    start = end;
  }
  return [...records, ...scanner.finish()];
}
const fieldsOf = (text: string, options?: DelimitedOptions) => scan(text, options).map(({ fields }) => fields);

describe('DelimitedScanner', () => {
  it.each([
    [
      'a,b\nc,d\n',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\r\nc,d',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      'a,b\rc,d\r',
      [
        ['a', 'b'],
        ['c', 'd'],
      ],
    ],
    [
      '"a,1","b""2"\n"c\r\nd",e',
      [
        ['a,1', 'b"2'],
        ['c\r\nd', 'e'],
      ],
    ],
    ['\n\na\n\n', [['a']]],
    ['""\n', [['']]],
    [',\n', [['', '']]],
    ['a,', [['a', '']]],
    ['a"b,c""\n', [['a"b', 'c""']]],
    [
      '__proto__,constructor\n1,2',
      [
        ['__proto__', 'constructor'],
        ['1', '2'],
      ],
    ],
    ['', []],
  ])('reads %j', (text, expected) => {
    expect(fieldsOf(text)).toEqual(expected);
  });

  it('takes quotes in a TSV as text', () => {
    expect(fieldsOf('"a\tb"\n', { delimiter: '\t' })).toEqual([['"a', 'b"']]);
  });

  it('counts physical lines, also inside quotes and after empty lines', () => {
    expect(scan('a\r\n"b\r\n\nc"\n\nd').map(({ line }) => line)).toEqual([1, 2, 6]);
  });

  it('hands bad records on with their problem', () => {
    const problems = (text: string, columns?: number | 'first') =>
      scan(text, { ...COMMA, columns }).map(({ problem }) => problem);
    expect(problems('a,b\nc\nd,e,f\ng,h', 'first')).toEqual([
      undefined,
      '1 fields instead of 2',
      '3 fields instead of 2',
      undefined,
    ]);
    expect(problems('a,b', 3)).toEqual(['2 fields instead of 3']);
    expect(problems('"a"b,c\nd')).toEqual(['text after the closing quote of field 1', undefined]);
    expect(problems('a\n"b\nc')).toEqual([undefined, 'the quote is never closed']);
  });

  it('stops at a quote that swallows the file', () => {
    const scanner = new DelimitedScanner('big.csv', COMMA);
    scanner.push('a\n"');
    const piece = 'x'.repeat(1 << 20);
    const swallow = () => {
      for (let i = 0; i < 20; i++) scanner.push(piece);
    };
    expect(swallow).toThrowError(expect.objectContaining({ code: 'formats.record-too-long' }));
  });

  it.each(['', ',,', '"', '\n'])('refuses %j as delimiter', (delimiter) => {
    expect(() => new DelimitedScanner('x', { delimiter })).toThrowError(
      expect.objectContaining({ code: 'formats.delimiter' }),
    );
  });

  const lineEnds = ['\r\n', '\n', '\r'];
  const oracle = (text: string): string[][] =>
    parse(text, { record_delimiter: lineEnds, relax_column_count: true, skip_empty_lines: true });
  const cuts = fc.array(fc.nat(1000), { maxLength: 8 });
  const quoted = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '药', '𠀀', ' ') }).map((field) => ({
    text: `"${field.replaceAll('"', '""')}"`,
    field,
  }));
  const plain = fc.string({ unit: fc.constantFrom('a', '药', ' ', '\t') }).map((field) => ({ text: field, field }));
  const records = fc.array(
    fc.tuple(fc.array(fc.oneof(quoted, plain), { minLength: 2, maxLength: 5 }), fc.constantFrom(...lineEnds)),
  );

  it('reads every well-formed file as csv-parse does, in whatever pieces', () => {
    fc.assert(
      fc.property(records, cuts, (rows, places) => {
        const text = rows.map(([fields, end]) => fields.map((field) => field.text).join(',') + end).join('');
        const read = scan(text, COMMA, places);
        expect(read.map(({ fields }) => fields)).toEqual(rows.map(([fields]) => fields.map(({ field }) => field)));
        expect(read.map(({ fields }) => fields)).toEqual(oracle(text));
        expect(read.every(({ problem }) => problem === undefined)).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('gives the same for any text, however it is cut', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '"', ',', '\n', '\r', '药'), maxLength: 60 });
    fc.assert(
      fc.property(text, cuts, (content, places) => {
        expect(scan(content, COMMA, places)).toEqual(scan(content));
      }),
      { numRuns: 3000 },
    );
  });
});
