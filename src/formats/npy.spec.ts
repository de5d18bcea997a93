import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../base/errors.js';
import { MemorySink } from './byte-sink.js';
import { MemorySource } from './byte-source.js';
import { NpyFile, writeNpy } from './npy.js';

/** Blanks that fill the header, as hex. */
const blanks = (count: number) => '20'.repeat(count);
/** numpy.save of [[1, 2.5], [3, 4], [5, 6]] as float32. */
const MATRIX = `934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028332c2032292c207d${blanks(58)}0a0000803f0000204000004040000080400000a0400000c040`;
/** [1, -2, 3] as int64, version 2. */
const VECTOR = `934e554d50590200740000007b276465736372273a20273c6938272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028332c292c207d${blanks(58)}0a0100000000000000feffffffffffffff0300000000000000`;
/** The scalar 7.5 as float64, version 3. */
const SCALAR = `934e554d50590300740000007b276465736372273a20273c6638272c2027666f727472616e5f6f72646572273a2046616c73652c20277368617065273a2028292c207d${blanks(60)}0a0000000000001e40`;
/** A 2 x 2 array in column order. */
const COLUMNS = `934e554d5059010076007b276465736372273a20273c6634272c2027666f727472616e5f6f72646572273a20547275652c20277368617065273a2028322c2032292c207d${blanks(59)}0a0000803f000040400000004000008040`;

const load = (hex: string) => NpyFile.from(new MemorySource(Buffer.from(hex, 'hex'), 'test.npy'));

async function saved(...args: [readonly number[], Parameters<typeof writeNpy>[2]]): Promise<string> {
  const sink = new MemorySink();
  await writeNpy(sink, ...args);
  return Buffer.from(sink.bytes()).toString('hex');
}

describe('npy', () => {
  it('reads what NumPy writes, in all versions', async () => {
    const matrix = await load(MATRIX);
    expect(matrix.shape).toEqual([3, 2]);
    expect([...(await matrix.all())]).toEqual([1, 2.5, 3, 4, 5, 6]);
    expect([...(await matrix.rows(1, 2))]).toEqual([3, 4, 5, 6]);
    expect([...(await (await load(VECTOR)).all())]).toEqual([1n, -2n, 3n]);
    expect([...(await (await load(SCALAR)).float32())]).toEqual([7.5]);
  });

  it('writes what NumPy writes', async () => {
    expect(await saved([3, 2], Float32Array.of(1, 2.5, 3, 4, 5, 6))).toBe(MATRIX);
    expect(await saved([3, 2], [Float32Array.of(1, 2.5), Float32Array.of(3, 4, 5, 6)])).toBe(MATRIX);
  });

  it.each([Float32Array.of(1, -2, 3), Float64Array.of(1, -2, 3), Int32Array.of(1, -2, 3)])(
    'returns %s',
    async (data) => {
      expect(await (await load(await saved([3], data))).all()).toEqual(data);
    },
  );

  it('refuses rows outside, a wrong number of elements, and integers as float32', async () => {
    await expect((async () => (await load(MATRIX)).rows(2, 2))()).rejects.toThrow(RangeError);
    await expect(saved([2], Float32Array.of(1))).rejects.toThrow(RangeError);
    await expect((await load(VECTOR)).float32()).rejects.toMatchObject({ code: 'formats.npy' });
  });

  it.each([
    ['column order', COLUMNS, 'ascontiguousarray'],
    ['another file', '00'.repeat(80), 'not a .npy'],
    ['version 4', MATRIX.replace('59010', '59040'), 'unknown version'],
    ['big-endian numbers', MATRIX.replace('273c6634', '273e6634'), 'unsupported element type'],
    ['a cut file', MATRIX.slice(0, -8), 'does not fit the shape'],
    ['bytes after the data', `${MATRIX}00`, 'does not fit the shape'],
  ])('refuses %s', async (_, hex, message) => {
    const error = await load(hex).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(MedgraftError);
    expect((error as MedgraftError).describe()).toContain(message);
  });

  it('survives mutated files', async () => {
    const original = Buffer.from(MATRIX, 'hex');
    const mutation = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 });
    await fc.assert(
      fc.asyncProperty(mutation, async (changes) => {
        const bytes = Uint8Array.from(original);
        for (const [at, value] of changes) bytes[at] = value;
        try {
          await (await NpyFile.from(new MemorySource(bytes))).all();
        } catch (error) {
          expect(error).toBeInstanceOf(MedgraftError);
        }
      }),
      { numRuns: 3000 },
    );
  });
});
