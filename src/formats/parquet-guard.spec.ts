import { gzipSync } from 'node:zlib';
import type { ColumnMetaData } from 'hyparquet';
import { describe, expect, it } from 'vitest';
import { PAGE_CODECS } from './parquet-codecs.js';
import { checkColumnChunk } from './parquet-guard.js';
import { zstdBound } from './zstd-bound.js';

/** Thrift's compact protocol: an i32 field that follows the field before. */
const int = (value: number): number[] => {
  const bytes: number[] = [];
  for (let rest = (value << 1) ^ (value >> 31); ; rest >>>= 7) {
    if (rest >>> 0 < 128) return [0x15, ...bytes, rest];
    bytes.push((rest & 127) | 128);
  }
};
const RLE_DICTIONARY = 8;

interface PageOptions {
  count?: number;
  encoding?: number;
  packed?: number;
  unpacked?: number;
}

/** A data page of version 1: its header, then its bytes. */
function page(values: number[], options: PageOptions = {}): Uint8Array {
  const { count = 10, encoding = RLE_DICTIONARY, packed = values.length } = options;
  const sizes = [...int(options.unpacked ?? packed), ...int(packed)];
  const header = [...int(0), ...sizes, 0x2c, ...int(count), ...int(encoding), ...int(3), ...int(3), 0, 0];
  return Uint8Array.from([...header, ...values]);
}

const meta = (over: Partial<ColumnMetaData> = {}) =>
  ({ type: 'BYTE_ARRAY', codec: 'UNCOMPRESSED', ...over }) as ColumnMetaData;
const check = (bytes: Uint8Array, over: Partial<ColumnMetaData> = {}, levels: 0 | 1 = 0) =>
  checkColumnChunk(bytes, { meta: meta(over), levels, rows: 10 });

describe('checkColumnChunk', () => {
  it('lets a whole page pass', () => {
    expect(() => check(page([1, 20, 0]))).not.toThrow();
    expect(() => check(page([2, 0, 0, 0, 20, 1, 1, 20, 0]), {}, 1)).not.toThrow();
    expect(() => check(page([1, 5, 0, 0]))).not.toThrow();
  });

  it.each([
    ['a run of 2^30 values', page([1, 0x80, 0x80, 0x80, 0x80, 8, 0])],
    ['a run of more values than the page has', page([1, 22, 0])],
    ['an empty run', page([1, 0, 0])],
    ['packed values without end', page([1, 0xff, 0xff, 0xff, 0xff, 7])],
    ['a run header without end', page([1, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1])],
    ['indices of 33 bits', page([33, 20, 0, 0, 0, 0, 0])],
    ['no values', page([])],
    ['more rows than the row group', page([1, 20, 0], { count: 11 })],
    ['a page longer than the chunk', page([1, 20, 0], { packed: 4 })],
    ['a page of a negative length', page([1, 20, 0], { packed: -1 })],
    ['a page of 1 GiB, unpacked', page([1, 20, 0], { unpacked: 1 << 30 })],
    ['the encoding DELTA_BYTE_ARRAY', page([1, 20, 0], { encoding: 7 })],
    ['runs of texts', page([1, 20, 0], { encoding: 3 })],
  ])('refuses %s', (_, bytes) => {
    expect(() => check(bytes)).toThrow(RangeError);
  });

  it('refuses levels that are cut, and a dictionary of booleans', () => {
    expect(() => check(page([1, 0, 0, 0, 20, 1, 20, 0]), {}, 1)).toThrow(RangeError);
    expect(() => check(page([9, 0, 0, 0, 20, 1]), {}, 1)).toThrow(RangeError);
    expect(() => check(page([1, 20, 0]), { type: 'BOOLEAN' })).toThrow(RangeError);
  });
});

describe('PAGE_CODECS', () => {
  it('never give more than the header states', () => {
    const packed = gzipSync(new Uint8Array(1 << 20));
    expect(PAGE_CODECS.GZIP!(packed, 1 << 20)).toHaveLength(1 << 20);
    expect(() => PAGE_CODECS.GZIP!(packed, 1000)).toThrow(RangeError);
    for (const codec of ['SNAPPY', 'BROTLI', 'LZ4', 'LZ4_RAW', 'ZSTD'] as const) {
      expect(() => PAGE_CODECS[codec]!(packed, 2 ** 31)).toThrow(RangeError);
    }
  });

  it('refuse zstd frames that state too much', () => {
    const frame = [0x28, 0xb5, 0x2f, 0xfd];
    const run = [0x03, 0xff, 0xff, 7];
    expect(() => PAGE_CODECS.ZSTD!(Uint8Array.from([...frame, 0, 0x50, ...run]), 100)).toThrow(RangeError);
    const window = [0, 31 << 3];
    expect(() => PAGE_CODECS.ZSTD!(Uint8Array.from([...frame, ...window, 1, 0, 0]), 0x1000)).toThrow(RangeError);
  });
});

describe('zstdBound', () => {
  it('adds up blocks by their headers', () => {
    const skippable = [0x50, 0x2a, 0x4d, 0x18, 2, 0, 0, 0, 9, 9];
    const raw = [3 << 3, 0, 0, 1, 2, 3];
    const run = [((100 << 3) & 255) | 2, 100 >> 5, 0, 7];
    const packed = [(2 << 3) | 4 | 1, 0, 0, 1, 2];
    const frame = [0x28, 0xb5, 0x2f, 0xfd, 0x24, 200, ...raw, ...run, ...packed, 0, 0, 0, 0];
    expect(zstdBound(Uint8Array.from([...skippable, ...frame]))).toEqual({
      stated: 103,
      compressed: 1 << 17,
      largest: 200,
    });
  });

  it.each([[[1, 2, 3, 4]], [[0x28, 0xb5, 0x2f, 0xfd]], [[0x28, 0xb5]]])('refuses %j', (bytes) => {
    expect(() => zstdBound(Uint8Array.from(bytes))).toThrow(RangeError);
  });
});
