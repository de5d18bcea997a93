import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { readFileBytes } from './file-bytes.js';
import { encodingOf, readText } from './text-chunks.js';
import type { TextEncoding } from './text-encoding.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medgraft-encoding-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function file(bytes: Uint8Array | string, name = 'a.txt'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function textOf(path: string, encoding?: TextEncoding): Promise<string> {
  let text = '';
  for await (const piece of readText(path, encoding)) text += piece;
  return text;
}

const failureOf = (promise: Promise<unknown>) =>
  promise.then(
    () => undefined,
    (error: MedgraftError) => error,
  );

const swapped = (bytes: Buffer) => Buffer.from(bytes).swap16();
/** `高血压,有症状,头晕` CR LF, as iconv writes it in GB18030; `𠀀` is one of its four-byte characters. */
const GB = Buffer.from('b8dfd1aad1b92cd3d0d6a2d7b42ccdb7d4ce0d0a95328236', 'hex');
const TEXT = '高血压,有症状,头晕\r\n𠀀';

describe('detection', () => {
  it.each<[string, Uint8Array, TextEncoding]>([
    ['UTF-8', Buffer.from(TEXT), 'utf-8'],
    ['UTF-8 with a mark', Buffer.from(`\ufeff${TEXT}`), 'utf-8'],
    ['UTF-16 LE', Buffer.from(`\ufeff${TEXT}`, 'utf16le'), 'utf-16le'],
    ['UTF-16 BE', swapped(Buffer.from(`\ufeff${TEXT}`, 'utf16le')), 'utf-16be'],
    ['GB18030', GB, 'gb18030'],
  ])('reads %s, packed or not', async (_, bytes, encoding) => {
    for (const path of [await file(bytes), await file(gzipSync(bytes), 'a.csv.gz')]) {
      expect(await encodingOf(path)).toBe(encoding);
      expect(await textOf(path)).toBe(TEXT);
      expect(await textOf(path, encoding)).toBe(TEXT);
    }
  });

  it('finds GB18030 behind much ASCII, and characters cut by pieces', async () => {
    const bytes = Buffer.concat([Buffer.alloc((1 << 18) - 1, 'a'), GB]);
    expect((await textOf(await file(bytes))).slice(-TEXT.length)).toBe(TEXT);
  });

  it('takes a file that begins as UTF-8 for damaged UTF-8, not for GB18030', async () => {
    const bytes = Buffer.concat([Buffer.from(`${'高血压\n'.repeat(20)}`), Buffer.from([0xb8, 0xdf])]);
    const error = await failureOf(textOf(await file(bytes)));
    expect(error).toMatchObject({ code: 'formats.encoding', details: { place: expect.stringMatching(/a\.txt:21$/) } });
  });

  it('does not take bytes of a binary format for text', async () => {
    const bytes = Buffer.concat([GB, Buffer.from([0, 1])]);
    expect(await failureOf(textOf(await file(bytes)))).toMatchObject({ code: 'formats.encoding' });
  });

  it.each<[TextEncoding, Uint8Array, number, string]>([
    ['gb18030', Buffer.concat([GB, Buffer.from('0a', 'hex'), Buffer.from([0xff, 0x41])]), 3, 'at byte 25'],
    ['gb18030', GB.subarray(0, -1), 2, 'cut off'],
    ['utf-16le', Buffer.concat([Buffer.from('a\nb', 'utf16le'), Buffer.from('00d84100', 'hex')]), 2, 'at byte'],
    ['utf-16be', Buffer.from([0, 0x41, 0]), 1, 'cut off'],
    ['utf-8', GB, 1, 'byte 0xb8, at byte 0'],
  ])('%s that is forced and broken is refused with line and byte', async (encoding, bytes, line, got) => {
    const error = await failureOf(textOf(await file(bytes), encoding));
    expect(error).toMatchObject({ code: 'formats.encoding', details: { got: expect.stringContaining(got) } });
    expect(error?.details.place).toMatch(new RegExp(`:${line}$`));
  });

  it('returns any text, and refuses or decodes any bytes', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: 'grapheme', maxLength: 40 }),
        fc.uint8Array({ maxLength: 60 }),
        async (text, bytes) => {
          expect(await textOf(await file(Buffer.from(`\ufeff${text}`, 'utf16le')))).toBe(text);
          const error = await failureOf(textOf(await file(bytes)));
          if (error !== undefined) expect(error).toBeInstanceOf(MedgraftError);
        },
      ),
      { numRuns: 300 },
    );
  });
});

describe('gzip', () => {
  it('reads members that stand one after another', async () => {
    expect(await textOf(await file(Buffer.concat([gzipSync('一'), gzipSync('二')]), 'a.gz'))).toBe('一二');
  });

  it('ends a bomb early, with little memory', async () => {
    const members = Buffer.concat(Array.from({ length: 40 }, () => gzipSync(Buffer.alloc(1 << 24))));
    const path = await file(members, 'bomb.csv.gz');
    let unpacked = 0;
    const before = process.memoryUsage().rss;
    const read = async () => {
      for await (const chunk of readFileBytes(path)) unpacked += chunk.length;
    };
    expect(await failureOf(read())).toMatchObject({ code: 'formats.gzip-bomb' });
    expect(unpacked).toBeLessThanOrEqual(2 ** 24);
    expect(process.memoryUsage().rss - before).toBeLessThan(64 * 2 ** 20);
    expect(await failureOf(textOf(path))).toMatchObject({ code: 'formats.gzip-bomb' });
  });

  it('unpacks what shrinks much but not beyond measure, up to a limit in all', async () => {
    const path = await file(gzipSync(Buffer.from('高血压,有症状,头晕\n'.repeat(10_000))), 'a.gz');
    expect((await textOf(path)).length).toBe(110_000);
    const limits = { largest: 100_000, ratio: 1000, free: 1000 };
    const read = async () => {
      for await (const _ of readFileBytes(path, limits));
    };
    expect(await failureOf(read())).toMatchObject({ code: 'formats.gzip-bomb' });
  });
});
