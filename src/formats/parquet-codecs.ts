/**
 * Decompressors of Parquet pages that never give more than the page's header states, and never more than one page may have.
 * gzip and Brotli by node:zlib, the others by hyparquet-compressors.
 */
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import type { Compressors } from 'hyparquet';
import { compressors } from 'hyparquet-compressors';
import { zstdBound } from './zstd-bound.js';

/** Bytes of one page, unpacked. */
export const LARGEST_PAGE = 1 << 28;

type Decompress = (bytes: Uint8Array, length: number) => Uint8Array;

export const PAGE_CODECS: Compressors = {
  SNAPPY: bounded(library('SNAPPY')),
  GZIP: bounded((bytes, length) => gunzipSync(bytes, { maxOutputLength: length })),
  BROTLI: bounded((bytes, length) => brotliDecompressSync(bytes, { maxOutputLength: length })),
  LZ4: bounded(library('LZ4')),
  LZ4_RAW: bounded(library('LZ4_RAW')),
  ZSTD: bounded((bytes, length) => {
    const { stated, compressed, largest } = zstdBound(bytes);
    if (stated <= length && compressed <= LARGEST_PAGE && largest <= LARGEST_PAGE)
      return library('ZSTD')(bytes, length);
    throw new RangeError('a zstd page that gives more than it should');
  }),
};

function bounded(decompress: Decompress): Decompress {
  return (bytes, length) => {
    if (!(length >= 0 && length <= LARGEST_PAGE)) throw new RangeError(`a page of ${length} bytes`);
    return length === 0 ? new Uint8Array(0) : decompress(bytes, length);
  };
}

function library(codec: keyof Compressors): Decompress {
  const decompress = compressors[codec];
  if (decompress === undefined) throw new RangeError(`the codec ${codec} is missing`);
  return decompress;
}
