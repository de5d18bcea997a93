/**
 * A look at the pages of a flat Parquet column before hyparquet decodes them: lengths within the file, counts within the
 * row group, runs of levels and dictionary indices within the page (Apache Parquet format, "Data Pages" and "RLE / bit
 * packing hybrid"). A run of a few bytes may state billions of values, and the decoder would write them all.
 */
import type { ColumnMetaData } from 'hyparquet';
import { parquetHeader } from 'hyparquet/src/column.js';
import { LARGEST_PAGE, PAGE_CODECS } from './parquet-codecs.js';

type PageHeader = ReturnType<typeof parquetHeader>;

interface Column {
  readonly meta: ColumnMetaData;
  /** 1 for an optional column: its pages have definition levels. */
  readonly levels: 0 | 1;
  readonly rows: number;
}

/** @param bytes of the whole column chunk @throws RangeError saying what does not fit */
export function checkColumnChunk(bytes: Uint8Array, column: Column): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const reader = { view, offset: 0 };
  let values = 0;
  while (values < column.rows) {
    const header = parquetHeader(reader);
    const { compressed_page_size: packed, uncompressed_page_size: unpacked } = header;
    if (!(packed >= 0 && packed <= bytes.length - reader.offset)) throw new RangeError(`a page of ${packed} bytes`);
    if (!(unpacked >= 0 && unpacked <= LARGEST_PAGE)) throw new RangeError(`a page of ${unpacked} bytes, unpacked`);
    values += checkPage(bytes.subarray(reader.offset, reader.offset + packed), header, column, column.rows - values);
    reader.offset += packed;
  }
}

/** @returns the rows of the page */
function checkPage(packed: Uint8Array, header: PageHeader, column: Column, left: number): number {
  const { data_page_header: first, data_page_header_v2: second, dictionary_page_header: dictionary } = header;
  if (header.type === 'DICTIONARY_PAGE' && dictionary) {
    within(dictionary.num_values, 8 * header.uncompressed_page_size, 'values in the dictionary');
    return 0;
  }
  if (header.type === 'DATA_PAGE' && first) {
    within(first.num_values, left, 'values in a page');
    const page = unpack(packed, header.uncompressed_page_size, column);
    const at = column.levels === 0 ? 0 : checkPrefixedRuns(page, 0, first.num_values, true);
    checkValues(page, at, first.encoding, first.num_values, column);
    return first.num_values;
  }
  if (header.type === 'DATA_PAGE_V2' && second) {
    const { num_values: count, num_nulls: nulls, definition_levels_byte_length: levelBytes } = second;
    within(count, left, 'values in a page');
    within(nulls, count, 'nulls in a page');
    within(levelBytes, packed.length, 'bytes of levels');
    if (second.num_rows !== count || second.repetition_levels_byte_length !== 0) throw new RangeError('a nested page');
    if (column.levels === 1) checkRuns(packed, { at: 0, end: levelBytes, bits: 1, count, complete: true });
    const body = packed.subarray(levelBytes);
    const page = second.is_compressed ? unpack(body, header.uncompressed_page_size - levelBytes, column) : body;
    checkValues(page, 0, second.encoding, count, column);
    return count;
  }
  throw new RangeError(`a page of the type ${header.type}`);
}

function unpack(packed: Uint8Array, length: number, { meta }: Column): Uint8Array {
  if (meta.codec === 'UNCOMPRESSED') return packed;
  const decompress = PAGE_CODECS[meta.codec];
  if (decompress === undefined) throw new RangeError(`the codec ${meta.codec}`);
  return decompress(packed, length);
}

function checkValues(page: Uint8Array, at: number, encoding: string, count: number, { meta }: Column): void {
  // A text may begin as the one before does, at no cost in the file: a small page gives gigabytes.
  if (encoding === 'DELTA_BYTE_ARRAY') throw new RangeError('the encoding DELTA_BYTE_ARRAY');
  const isBoolean = meta.type === 'BOOLEAN';
  if (encoding === 'RLE') {
    if (!isBoolean) throw new RangeError('runs of values that are no booleans');
    checkPrefixedRuns(page, at, count, false);
  } else if (encoding === 'RLE_DICTIONARY' || encoding === 'PLAIN_DICTIONARY') {
    if (isBoolean) throw new RangeError('a dictionary of booleans');
    if (at >= page.length) throw new RangeError('a page without values');
    within(page[at], 32, 'bits an index');
    if (page[at] > 0) checkRuns(page, { at: at + 1, end: page.length, bits: page[at], count, complete: false });
  }
}

/** Runs of one bit behind their length in four bytes. @returns where they end */
function checkPrefixedRuns(page: Uint8Array, at: number, count: number, complete: boolean): number {
  within(at + 4, page.length, 'bytes before the runs');
  const length = new DataView(page.buffer, page.byteOffset).getUint32(at, true);
  within(length, page.length - at - 4, 'bytes of runs');
  const end = at + 4 + length;
  checkRuns(page, { at: at + 4, end, bits: 1, count, complete });
  return end;
}

interface Runs {
  at: number;
  end: number;
  bits: number;
  count: number;
  /** Whether all `count` values are there: values are fewer by the nulls. */
  complete: boolean;
}

function checkRuns(page: Uint8Array, { at, end, bits, count, complete }: Runs): void {
  let seen = 0;
  while (seen < count && (complete || at < end)) {
    let header = 0;
    let shift = 0;
    for (let more = true; more; shift += 7) {
      if (at >= end || shift > 28) throw new RangeError('a run that is cut');
      more = page[at] >= 128;
      header += (page[at++] & 127) * 2 ** shift;
    }
    const length = Math.floor(header / 2);
    if (length === 0) throw new RangeError('an empty run');
    if (header % 2 === 1) {
      within(length * 8, count - seen + PADDING, 'values in a run');
      at += length * bits;
      seen += length * 8;
    } else {
      within(length, count - seen, 'values in a run');
      at += Math.ceil(bits / 8);
      seen += length;
    }
    if (complete) within(at, end, 'bytes of runs');
  }
}

/** The last groups of packed values may be filled up: to eight, by some writers to a whole run of 504. */
const PADDING = 504;

function within(value: number, limit: number, what: string): void {
  if (!(value >= 0 && value <= limit)) throw new RangeError(`${value} ${what}, at most ${limit} fit`);
}
