/**
 * Flat columns of a Parquet file, row group by row group (Apache Parquet, by hyparquet). Each group is looked through by
 * parquet-guard.ts before it is decoded; memory holds the asked columns of one group.
 */
import { type AsyncBuffer, type FileMetaData, parquetMetadataAsync, type RowGroup } from 'hyparquet';
import { parquetReadColumn } from 'hyparquet/src/read.js';
import { MedgraftError } from '../base/errors.js';
import { type ByteSource, openSource, readRange } from './byte-source.js';
import { PAGE_CODECS } from './parquet-codecs.js';
import { damagedParquet, parquetLimit } from './parquet-errors.js';
import { checkColumnChunk } from './parquet-guard.js';

export interface ParquetBlock {
  /** Number of the first row, from 0. */
  readonly firstRow: number;
  readonly rows: number;
  /** Values of each asked column, in the order in which they were asked for; null where there is none. */
  readonly columns: ArrayLike<unknown>[];
}

const LARGEST_FOOTER = 1 << 26;
const LARGEST_CHUNK = 1 << 30;
const LARGEST_GROUP = 1 << 24;
/** Of decimals, UUIDs and their like. */
const LARGEST_FIXED = 64;

export class ParquetFile {
  /** Names of the columns that can be read: those without lists and structs. */
  readonly columns: string[];
  readonly rows: number;

  private constructor(
    private readonly source: ByteSource,
    private readonly metadata: FileMetaData,
  ) {
    const flat = metadata.schema
      .slice(1)
      .filter(
        ({ num_children, repetition_type }, i) =>
          num_children === undefined && repetition_type !== 'REPEATED' && this.isTopLevel(i + 1),
      );
    this.columns = flat.map(({ name }) => name);
    this.rows = Number(metadata.num_rows);
  }

  /** @throws MedgraftError `formats.parquet`, `formats.missing`, `formats.unreadable` */
  static async open(path: string): Promise<ParquetFile> {
    const source = await openSource(path);
    try {
      return new ParquetFile(source, await readMetadata(source));
    } catch (error) {
      await source.close();
      throw asMedgraftError(error, path);
    }
  }

  /** @param columns of `this.columns` @throws MedgraftError `formats.parquet`, `formats.parquet-limit` */
  async *blocks(columns: readonly string[]): AsyncGenerator<ParquetBlock, void> {
    let firstRow = 0;
    for (const [number, group] of this.metadata.row_groups.entries()) {
      const rows = Number(group.num_rows);
      const place = `${this.source.place}, row group ${number}`;
      if (!(rows >= 0 && rows <= LARGEST_GROUP)) throw parquetLimit(place, `${rows} rows`, `at most ${LARGEST_GROUP}`);
      const values: ArrayLike<unknown>[] = [];
      for (const column of columns) values.push(await this.column(column, group, firstRow, place));
      yield { firstRow, rows, columns: values };
      firstRow += rows;
    }
  }

  close(): Promise<void> {
    return this.source.close();
  }

  private async column(name: string, group: RowGroup, rowStart: number, place: string): Promise<ArrayLike<unknown>> {
    const rows = Number(group.num_rows);
    if (rows === 0) return [];
    try {
      await this.check(name, group);
      const values = await parquetReadColumn({
        file: asyncBuffer(this.source),
        metadata: this.metadata,
        columns: [name],
        rowStart,
        rowEnd: rowStart + rows,
        compressors: PAGE_CODECS,
        parsers: { stringFromBytes: (bytes: Uint8Array) => bytes && TEXT.decode(bytes) },
        geoparquet: false,
      });
      if (values.length !== rows) throw new RangeError(`${values.length} values for ${rows} rows`);
      return values;
    } catch (error) {
      throw asMedgraftError(error, `${place}, column ${name}`);
    }
  }

  private async check(name: string, { columns, num_rows }: RowGroup): Promise<void> {
    const meta = columns.find(({ meta_data }) => meta_data?.path_in_schema.join('.') === name)?.meta_data;
    const element = this.metadata.schema.find((candidate, i) => candidate.name === name && this.isTopLevel(i));
    if (meta === undefined || element === undefined) throw new RangeError('no such column in the row group');
    if (meta.type !== element.type || meta.path_in_schema.length !== 1)
      throw new RangeError('another type than stated');
    if (meta.type === 'FIXED_LEN_BYTE_ARRAY' && !((element.type_length ?? 0) <= LARGEST_FIXED)) {
      throw new RangeError(`values of ${element.type_length} bytes`);
    }
    const start = Number(meta.dictionary_page_offset || meta.data_page_offset);
    const length = Number(meta.total_compressed_size);
    if (!(start >= 0 && length >= 0 && length <= LARGEST_CHUNK)) throw new RangeError(`a column of ${length} bytes`);
    const levels = element.repetition_type === 'OPTIONAL' ? 1 : 0;
    checkColumnChunk(await readRange(this.source, start, length), { meta, levels, rows: Number(num_rows) });
  }

  /** The schema is a tree in preorder: elements below another one than the root belong to a list or struct. */
  private isTopLevel(index: number): boolean {
    const { schema } = this.metadata;
    let at = 1;
    while (at < index) at = endOfSubtree(schema, at);
    return at === index;
  }
}

const TEXT = new TextDecoder('utf-8', { fatal: true });

function endOfSubtree(schema: FileMetaData['schema'], index: number): number {
  let open = 1;
  let at = index;
  while (open > 0 && at < schema.length) {
    open += (schema[at].num_children ?? 0) - 1;
    at++;
  }
  return at;
}

async function readMetadata(source: ByteSource): Promise<FileMetaData> {
  if (source.size < 12) throw new RangeError(`a file of ${source.size} bytes`);
  const tail = await readRange(source, source.size - 8, 8);
  const length = new DataView(tail.buffer, tail.byteOffset).getUint32(0, true);
  if (length > Math.min(LARGEST_FOOTER, source.size - 8)) throw new RangeError(`a footer of ${length} bytes`);
  return parquetMetadataAsync(asyncBuffer(source), { geoparquet: false });
}

function asyncBuffer(source: ByteSource): AsyncBuffer {
  return {
    byteLength: source.size,
    async slice(start, end = source.size) {
      const bytes = await readRange(source, start, end - start);
      return bytes.buffer as ArrayBuffer;
    },
  };
}

/** What hyparquet and the guard throw are plain errors of many kinds: to people all of them are a damaged file. */
function asMedgraftError(error: unknown, place: string): unknown {
  if (error instanceof MedgraftError || !(error instanceof Error)) return error;
  return damagedParquet(place, error.message, error);
}
