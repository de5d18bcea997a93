import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { escapeName, readWord2vec, unescapeName } from './word2vec.js';

const folder = mkdtempSync(join(tmpdir(), 'word2vec-'));
afterAll(() => rmSync(folder, { recursive: true }));

function read(content: string | Uint8Array, name = 'x.vec') {
  const path = join(folder, name);
  writeFileSync(path, content);
  return readWord2vec(path);
}

describe('word2vec text', () => {
  it.each([
    ['gensim', '2 2\na 1 -0.5\nb 1e-3 4\n'],
    ['fastText, with a blank at the end of each line', '2 2\na 1 -0.5 \nb 1e-3 4 \n'],
    ['GloVe, without the first line', 'a 1 -0.5\nb 1e-3 4\n'],
    ['tabs, CRLF and no last line end', 'a\t1\t-0.5\r\nb\t1e-3\t4'],
  ])('is read as %s writes it', async (_, text) => {
    const { names, vectors } = await read(text);
    expect(names).toEqual(['a', 'b']);
    expect(vectors).toEqual({ rows: 2, columns: 2, values: Float32Array.of(1, -0.5, 1e-3, 4) });
    expect((await read(gzipSync(text), 'x.vec.gz')).names).toEqual(['a', 'b']);
  });

  it('takes names with blanks where the first line gives the width, and any that are escaped', async () => {
    const { names } = await read('3 1\nvitamin B 12 0.5\n高血压%20病 1\n50% 2\n');
    expect(names).toEqual(['vitamin B 12', '高血压 病', '50%']);
  });

  it('escapes what Python splits at, and nothing that it does not read back', () => {
    expect(escapeName('a b%\u3000c\u0085')).toBe('a%20b%25%E3%80%80c%C2%85');
    for (const text of ['50%', '%zz', '%41', '%E4%BD', 'a%2']) expect(unescapeName(text)).toBe(text);
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('%', '2', '0', '5', ' ', 'a', '\u3000', 'E', '高') }), (name) => {
        expect(escapeName(name)).not.toMatch(/\s/);
        expect(unescapeName(escapeName(name))).toBe(name);
      }),
    );
  });

  it('reads any bytes, or says what is wrong', async () => {
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 60 }),
      fc.string({ unit: fc.constantFrom('1', '2', ' ', 'a', '\n', '.', '-', 'nan', '%20'), maxLength: 40 }),
    );
    const check = async (content: string | Uint8Array) => {
      await read(content).catch((error: unknown) => expect(error).toBeInstanceOf(MedgraftError));
    };
    await fc.assert(fc.asyncProperty(bytes, check), { numRuns: 200 });
  });
});
