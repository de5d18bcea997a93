import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { MemorySink } from './byte-sink.js';
import { readDelimited } from './delimited.js';
import { readJsonLines, writeJsonLines } from './json-lines.js';
import { LineSplitter, readLines } from './text-lines.js';
import { InvalidUtf8, Utf8Decoder } from './utf8.js';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'text-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

async function file(content: string | Uint8Array, name = 'a.txt'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, content);
  return path;
}
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}
const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => expect.fail('no error'),
    (error: unknown) => error as MedgraftError,
  );

describe('Utf8Decoder', () => {
  it('decodes any text in any pieces', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 50 }), fc.array(fc.nat(200)), (text, cuts) => {
        const bytes = Buffer.from(text);
        const decoder = new Utf8Decoder();
        let read = '';
        let start = 0;
        for (const end of [...cuts.map((cut) => cut % (bytes.length + 1)).sort((a, b) => a - b), bytes.length]) {
          read += decoder.push(bytes.subarray(start, end));
          start = end;
        }
        decoder.finish();
        expect(read).toBe(bytes.toString('utf8').replace(/^\ufeff/, ''));
      }),
      { numRuns: 2000 },
    );
  });

  it('accepts exactly what TextDecoder accepts', () => {
    const interesting = fc.constantFrom(
      0x41,
      0x80,
      0xbf,
      0xc0,
      0xc3,
      0xe0,
      0xa0,
      0xed,
      0xef,
      0xbb,
      0xf0,
      0x90,
      0xf4,
      0xf5,
      0xff,
    );
    fc.assert(
      fc.property(fc.array(interesting, { maxLength: 12 }), fc.nat(12), (list, cut) => {
        const bytes = Uint8Array.from(list);
        let expected: string | undefined;
        try {
          expected = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
        } catch {
          expected = undefined;
        }
        const decoder = new Utf8Decoder();
        let read: string | undefined;
        try {
          read = decoder.push(bytes.subarray(0, cut)) + decoder.push(bytes.subarray(cut));
          decoder.finish();
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidUtf8);
          const { offset } = error as InvalidUtf8;
          expect(() => new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, offset))).not.toThrow();
          read = undefined;
        }
        expect(read).toBe(expected);
      }),
      { numRuns: 5000 },
    );
  });
});

describe('LineSplitter', () => {
  it('cuts at LF, CRLF and CR, however the text comes in', () => {
    const text = fc.string({ unit: fc.constantFrom('a', '\n', '\r', '\u2028'), maxLength: 30 });
    fc.assert(
      fc.property(text, fc.array(fc.nat(30), { maxLength: 6 }), (content, cuts) => {
        const splitter = new LineSplitter();
        const lines: string[] = [];
        let start = 0;
        for (const end of [...cuts.map((cut) => cut % (content.length + 1)).sort((a, b) => a - b), content.length]) {
          lines.push(...splitter.push(content.slice(start, end)));
          start = end;
        }
        lines.push(...splitter.finish());
        const expected = content.split(/\r\n|\n|\r/);
        if (expected[expected.length - 1] === '') expected.pop();
        expect(lines).toEqual(expected);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('readLines', () => {
  it('numbers the lines of plain and gzipped files, without the byte order mark', async () => {
    const content = '\ufeff一\r\n二\n\n三';
    const expected = [
      { line: 1, text: '一' },
      { line: 2, text: '二' },
      { line: 3, text: '' },
      { line: 4, text: '三' },
    ];
    expect(await collect(readLines(await file(content)))).toEqual(expected);
    expect(await collect(readLines(await file(gzipSync(content), 'a.gz')))).toEqual(expected);
    expect(await collect(readLines(await file('', 'empty')))).toEqual([]);
  });

  it('says line and byte where the encoding breaks', async () => {
    const broken = Buffer.concat([Buffer.from('一\r\n二\n三'), Uint8Array.of(0xb0, 0xa1), Buffer.from('\n')]);
    const error = await failureOf(collect(readLines(await file(broken))));
    expect(error.code).toBe('formats.encoding');
    expect(error.details.place).toMatch(/a\.txt:3$/);
    expect(error.details.got).toContain('byte 0xb0, at byte 12');
    const utf16 = await failureOf(collect(readLines(await file(Buffer.from('\ufeffab', 'utf16le')), 'utf-8')));
    expect(utf16.details.got).toContain('UTF-16');
    const cut = await failureOf(collect(readLines(await file(Buffer.from('一').subarray(0, 2)), 'utf-8')));
    expect(cut.details.got).toContain('cut off');
  });

  it('says what is wrong with a damaged gzip file, a missing one and a folder', async () => {
    const packed = gzipSync('some text that is long enough to be cut');
    const damaged = await failureOf(collect(readLines(await file(packed.subarray(0, 20), 'cut.gz'))));
    expect(damaged.code).toBe('formats.gzip');
    expect((await failureOf(collect(readLines(await file('plain', 'no.gz'))))).code).toBe('formats.gzip');
    expect((await failureOf(collect(readLines(join(folder, 'none'))))).code).toBe('formats.missing');
    expect((await failureOf(collect(readLines(folder)))).code).toBe('formats.not-a-file');
  });

  it('survives any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 100 }), async (bytes) => {
        for (const name of ['a.csv', 'a.gz']) {
          try {
            await collect(readDelimited(await file(bytes, name), { delimiter: ',' }));
          } catch (error) {
            expect(error).toBeInstanceOf(MedgraftError);
          }
        }
      }),
      { numRuns: 200 },
    );
  });
});

describe('JSON Lines', () => {
  it('returns what was written', async () => {
    const values = [{ 实体: '人参', n: 1 }, [1, null], 'a\nb', JSON.parse('{"__proto__":1}')];
    const sink = new MemorySink();
    await writeJsonLines(sink, values);
    const read = await collect(readJsonLines(await file(sink.bytes())));
    expect(read.map(({ value }) => JSON.stringify(value))).toEqual(values.map((value) => JSON.stringify(value)));
    expect(read.map(({ line }) => line)).toEqual([1, 2, 3, 4]);
    await expect(writeJsonLines(sink, [undefined])).rejects.toThrow(RangeError);
  });

  it('passes over blank lines and names the line that is not JSON', async () => {
    const error = await failureOf(collect(readJsonLines(await file('1\n\n{"a":\n'))));
    expect(error.code).toBe('formats.json-lines');
    expect(error.details.place).toMatch(/a\.txt:3$/);
  });
});
