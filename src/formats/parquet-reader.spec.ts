import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import fixtures from '../../test/parity/parquet-tables.json' with { type: 'json' };
import { MedgraftError } from '../base/errors.js';
import { MemorySink } from './byte-sink.js';
import { ParquetFile } from './parquet-reader.js';
import { type ParquetRow, writeParquetTable } from './parquet-tables.js';

const folder = mkdtempSync(join(tmpdir(), 'medgraft-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function tableOf(bytes: Uint8Array, columns?: string[]): Promise<Record<string, unknown[]>> {
  const path = join(folder, 'a.parquet');
  writeFileSync(path, bytes);
  const file = await ParquetFile.open(path);
  try {
    const asked = columns ?? file.columns;
    const cells: unknown[][] = asked.map(() => []);
    for await (const block of file.blocks(asked)) {
      for (const [i, values] of block.columns.entries()) cells[i].push(...Array.from(values));
    }
    return Object.fromEntries(asked.map((name, i) => [name, cells[i]]));
  } finally {
    await file.close();
  }
}

async function codeOf(bytes: Uint8Array): Promise<string> {
  try {
    await tableOf(bytes);
  } catch (error) {
    if (error instanceof MedgraftError) return error.code;
    throw error;
  }
  return 'read';
}

const plain = (value: unknown) =>
  typeof value === 'bigint'
    ? Number(value)
    : value instanceof Date
      ? value.toISOString().slice(0, 10)
      : (value ?? null);

const fromBase64 = (text: string) => Buffer.from(text, 'base64');

describe('ParquetFile', () => {
  it.each(fixtures.read)('reads what pyarrow wrote: $name', async ({ file }) => {
    const table = await tableOf(fromBase64(file));
    expect(Object.keys(table)).toEqual(fixtures.columns.map(({ name }) => name));
    for (const { name, values } of fixtures.columns) expect([name, table[name].map(plain)]).toEqual([name, values]);
  });

  it.each(fixtures.refused)('refuses $name', async ({ file }) => {
    expect(await codeOf(fromBase64(file))).toBe('formats.parquet');
  });

  it('reads flat columns beside nested ones', async () => {
    expect(await tableOf(fromBase64(fixtures.nested))).toEqual({ id: ['a', 'b'] });
  });

  it.each([
    ['nothing', Buffer.alloc(0)],
    ['a text', Buffer.from('head,relation,tail\n')],
    ['a footer longer than the file', Buffer.from('PAR1\xff\xff\xff\x0fPAR1', 'latin1')],
    ['a file that is cut', fromBase64(fixtures.read[0].file).subarray(0, 900)],
  ])('refuses %s', async (_, bytes) => {
    expect(await codeOf(bytes)).toBe('formats.parquet');
  });

  it('reads or refuses a file with a few bytes changed', async () => {
    const samples = fixtures.read.map(({ file }) => fromBase64(file));
    const change = fc.tuple(fc.nat(), fc.oneof(fc.nat(255), fc.constantFrom(0, 0x7f, 0x80, 0xff)));
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async (sample, changes) => {
          const bytes = Buffer.from(sample);
          for (const [at, value] of changes) bytes[at % bytes.length] = value;
          await codeOf(bytes);
        },
      ),
      { numRuns: 800 },
    );
  });
});

describe('writeParquetTable', () => {
  const columns = [
    { name: 'id', type: 'text' as const },
    { name: '__proto__', type: 'number' as const },
  ];

  async function written(blocks: ParquetRow[][]): Promise<Uint8Array> {
    const sink = new MemorySink();
    await writeParquetTable(sink, columns, blocks);
    return sink.bytes();
  }

  it('comes back, nulls and all, over several row groups', async () => {
    const rows = Array.from({ length: 250_001 }, (_, i): ParquetRow => [i % 7 === 0 ? null : `实体${i % 1000}`, i / 2]);
    const bytes = await written([rows.slice(0, 5), rows.slice(5), []]);
    const table = await tableOf(bytes);
    expect(table['id']).toEqual(rows.map(([id]) => id));
    expect(Object.entries(table)[1]).toEqual(['__proto__', rows.map(([, weight]) => weight)]);
  });

  it('writes a table without rows', async () => {
    expect(Object.values(await tableOf(await written([])))).toEqual([[], []]);
  });

  it('refuses a row of another width', async () => {
    await expect(written([[['a']]])).rejects.toThrow(RangeError);
  });
});
