import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { WordTable } from './word-table.js';
import { openWordVectors } from './word-vectors.js';

const MODEL = readFileSync(new URL('../../test/parity/fasttext/skipgram.bin', import.meta.url));
/** Where the model says what: see fasttext-header.ts. */
const AT = { version: 4, width: 8, buckets: 40, longestGram: 48, entries: 64, words: 68, pruned: 84 };

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'word-vectors-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function open(content: string | Uint8Array, name: string) {
  const path = join(folder, name);
  await writeFile(path, content);
  return openWordVectors(path);
}

async function vectorOf(content: string, word: string): Promise<number[] | undefined> {
  const vectors = await open(content, 'a.vec');
  const into = new Float32Array(vectors.width).fill(9);
  try {
    return vectors.vector(word, into) ? [...into] : undefined;
  } finally {
    await vectors.close();
  }
}

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(MODEL);
  change(bytes);
  return bytes;
}

describe('a damaged model', () => {
  it.each([
    ['another version', (bytes: Buffer) => bytes.writeInt32LE(11, AT.version), 'formats.fasttext-version'],
    ['no width', (bytes: Buffer) => bytes.writeInt32LE(0, AT.width), 'formats.fasttext-bin'],
    ['another width', (bytes: Buffer) => bytes.writeInt32LE(300, AT.width), 'formats.fasttext-bin'],
    ['two thousand million buckets', (bytes: Buffer) => bytes.writeInt32LE(2e9, AT.buckets), 'formats.fasttext-bin'],
    ['no buckets', (bytes: Buffer) => bytes.writeInt32LE(0, AT.buckets), 'formats.fasttext-bin'],
    ['n-grams of any length', (bytes: Buffer) => bytes.writeInt32LE(2e9, AT.longestGram), 'formats.fasttext-bin'],
    [
      'two thousand million words',
      (bytes: Buffer) => [AT.entries, AT.words].map((at) => bytes.writeInt32LE(2e9, at)),
      'formats.fasttext-bin',
    ],
    ['fewer words', (bytes: Buffer) => bytes.writeInt32LE(3, AT.words), 'formats.fasttext-bin'],
    ['pruned n-grams', (bytes: Buffer) => bytes.writeBigInt64LE(12n, AT.pruned), 'formats.fasttext-quantised'],
  ])('%s is refused', async (_, change, code) => {
    await expect(open(changed(change), 'a.bin')).rejects.toMatchObject({
      code,
      details: { place: expect.stringContaining('a.bin') },
    });
  });

  it('is refused wherever it was cut, by any name', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(MODEL.length - 1), async (length) => {
        await expect(open(MODEL.subarray(0, length), 'a.bin')).rejects.toBeInstanceOf(MedgraftError);
      }),
    );
    await expect(open(MODEL.subarray(0, -1), 'a.bin')).rejects.toMatchObject({ code: 'formats.truncated' });
    await expect(open(Buffer.concat([MODEL, Buffer.of(0)]), 'a.bin')).rejects.toMatchObject({
      code: 'formats.fasttext-bin',
      details: { got: '1 more bytes' },
    });
  });

  it('never ends in anything but vectors or an error for people', async () => {
    const bytes = fc.tuple(fc.nat(MODEL.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(fc.array(bytes, { minLength: 1, maxLength: 4 }), async (changes) => {
        const damaged = changed((model) => {
          for (const [at, byte] of changes) model[at] = byte;
        });
        const vectors = await open(damaged, 'a.bin').catch((error: unknown) => {
          expect(error).toBeInstanceOf(MedgraftError);
        });
        if (!vectors) return;
        const into = new Float32Array(vectors.width);
        expect(vectors.vector('aspirins', into)).toBe(vectors.vector('aspirins', into));
        await vectors.close();
      }),
      { numRuns: 300 },
    );
  });

  it('that is something else is told so', async () => {
    await expect(open('plain text', 'a.bin')).rejects.toMatchObject({ code: 'formats.fasttext-bin' });
    await expect(open('', 'a.bin')).rejects.toMatchObject({ code: 'formats.truncated' });
    await expect(openWordVectors(join(folder, 'none.bin'))).rejects.toMatchObject({ code: 'formats.missing' });
    await expect(openWordVectors(folder)).rejects.toMatchObject({ code: 'formats.not-a-file' });
  });
});

describe('vectors as text', () => {
  it.each([
    ['with a header', '2 3\nheart 1 -2.5 3e-2 \nrenal 0 0 1\n'],
    ['without one', 'heart 1 -2.5 3e-2\nrenal 0 0 1'],
    ['with other line ends and tabs', '2 3\r\nheart\t1\t-2.5\t.03\r\nrenal\t0\t0\t1\r\n'],
  ])('are read %s', async (_, text) => {
    expect(await vectorOf(text, 'heart')).toEqual([1, -2.5, Math.fround(0.03)]);
    expect(await vectorOf(text, 'renal')).toEqual([0, 0, 1]);
    expect(await vectorOf(text, 'hea')).toBeUndefined();
  });

  it('have words of any script, of which the first line counts', async () => {
    const text = '高血压 1 2\nnaïve 3 4\n高血压 5 6\n1 7 8\n';
    expect(await vectorOf(text, '高血压')).toEqual([1, 2]);
    expect(await vectorOf(text, 'naïve')).toEqual([3, 4]);
    expect(await vectorOf(text, '1')).toEqual([7, 8]);
  });

  it.each([
    ['a b c\nheart 1 2 3\n', 'a.vec:2', 'the line is malformed'],
    ['2 2\nheart 1 2\nrenal 1\n', 'a.vec:3', 'the line is malformed'],
    ['2 2\nheart 1 2\n\nrenal 1 2\n', 'a.vec:3', 'the line is malformed'],
    ['1 2\n heart 1 2\n', 'a.vec:2', 'the line is malformed'],
    ['heart\n', 'a.vec:1', 'the line is malformed'],
    ['3 2\nheart 1 2\n', 'a.vec', 'the first line does not count the lines'],
    ['0 300\n', 'a.vec', 'the file holds no vectors'],
    ['', 'a.vec', 'the file holds no vectors'],
  ])('name the line of what is wrong (%#)', async (text, place, message) => {
    await expect(open(text, 'a.vec')).rejects.toMatchObject({
      code: 'formats.fasttext-vec',
      message,
      details: { place: join(folder, place) },
    });
  });

  it('name the line of a number that is none', async () => {
    await expect(vectorOf('2 2\nheart 1 2\nrenal 1 x\n', 'renal')).rejects.toMatchObject({
      code: 'formats.fasttext-vec',
      details: { place: join(folder, 'a.vec:3'), got: 'x' },
    });
  });

  it('come back from any words and numbers, over windows of the file', async () => {
    const word = fc.string({ unit: 'grapheme', minLength: 1 }).filter((text) => !/[ \t\r\n]/.test(text));
    const rows = fc.uniqueArray(fc.tuple(word, fc.float({ noNaN: true, noDefaultInfinity: true })), {
      selector: ([text]) => text,
      minLength: 1,
      maxLength: 50,
    });
    await fc.assert(
      fc.asyncProperty(rows, async (pairs) => {
        const text = pairs.map(([name, value]) => `${name} ${value}${' 0'.repeat(9000)}\n`).join('');
        const vectors = await open(text, 'a.vec');
        const into = new Float32Array(vectors.width);
        for (const [name, value] of pairs) {
          expect(vectors.vector(name, into)).toBe(true);
          expect(into[0]).toBe(value === 0 ? into[0] : value);
        }
        await vectors.close();
      }),
      { numRuns: 20 },
    );
  });
});

describe('WordTable', () => {
  it('keeps the order of thousands of words and each once', () => {
    const table = new WordTable();
    const encoder = new TextEncoder();
    const words = Array.from({ length: 5000 }, (_, at) => encoder.encode(`word-${at * 7919}`));
    for (const word of words) expect(table.add(word)).toBe(true);
    expect(table.add(words[17])).toBe(false);
    expect(table.size).toBe(words.length);
    expect(words.map((word) => table.find(word))).toEqual(words.map((_, at) => at));
    expect(table.find(encoder.encode('word-1'))).toBe(-1);
  });
});
