import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { SEGMENTS_FILE } from './prepared-corpus.store.js';
import { openPreparedSegments } from './prepared-segments.store.js';
import { SPECIAL_PIECES, WordPieceTokenizer } from './word-piece.js';

const folder = mkdtempSync(join(tmpdir(), 'prepared-segments-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const letters = [...'abcdé头痛🙂'];
const tokenizer = new WordPieceTokenizer([...SPECIAL_PIECES, ...letters, ...letters.map((letter) => `##${letter}`)]);
const never = new AbortController().signal;

async function segmentsOf(lines: readonly string[]): Promise<number[][]> {
  writeFileSync(join(folder, SEGMENTS_FILE), lines.map((line) => `${line}\n`).join(''));
  const segments = await openPreparedSegments(folder, tokenizer, never);
  try {
    expect(segments.segmentCount).toBe(lines.length);
    // Backwards: any segment is read without those before it.
    const read = lines.map((_, i) => [...segments.tokens(lines.length - 1 - i)]).reverse();
    expect(lines.map((_, i) => segments.segmentLength(i))).toEqual(read.map(({ length }) => length));
    return read;
  } finally {
    segments.close();
  }
}

const cutAll = (lines: readonly string[]) => lines.map((line) => [...tokenizer.encode(line).ids]);

describe('openPreparedSegments', () => {
  it('gives every segment as the tokenizer cuts its line', async () => {
    const line = fc.string({ unit: fc.constantFrom(...letters, ' '), maxLength: 30 });
    const property = fc.asyncProperty(fc.array(line, { maxLength: 40 }), async (lines) => {
      expect(await segmentsOf(lines)).toEqual(cutAll(lines));
    });
    await fc.assert(property, { numRuns: 50 });
  });

  it('reads lines that lie across its blocks, and longer ones, and more than it has room for at first', async () => {
    const lines = ['头 '.repeat(700_000), ...Array.from({ length: 3000 }, (_, i) => 'é a '.repeat(1 + (i % 200)))];
    expect(await segmentsOf(lines)).toEqual(cutAll(lines));
  });

  it('tells where nothing is, and stops on request', async () => {
    const place = join(folder, 'none');
    await expect(openPreparedSegments(place, tokenizer, never)).rejects.toMatchObject({ code: 'formats.missing' });
    const stopped = openPreparedSegments(folder, tokenizer, AbortSignal.abort());
    await expect(stopped).rejects.toMatchObject({ code: 'run.cancelled' });
    const segments = await openPreparedSegments(folder, tokenizer, never);
    expect(() => segments.tokens(segments.segmentCount)).toThrow(RangeError);
    segments.close();
  });
});
