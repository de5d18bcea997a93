/**
 * Writes a table as Parquet, row group by row group (by hyparquet-writer, Snappy): columns of texts or of numbers, null
 * where there is none. For export, and for samples of tests.
 */
import { ByteWriter, ParquetWriter, schemaFromColumnData } from 'hyparquet-writer';
import type { ByteSink } from './byte-sink.js';

export interface ParquetColumn {
  readonly name: string;
  readonly type: 'text' | 'number';
}

export type ParquetRow = readonly (string | number | null)[];

/** Rows of one group. */
const GROUP_ROWS = 100_000;

/**
 * @param blocks rows in blocks of any size, a cell for each column
 * @throws RangeError for a row of another width
 */
export async function writeParquetTable(
  sink: ByteSink,
  columns: readonly ParquetColumn[],
  blocks: Iterable<readonly ParquetRow[]> | AsyncIterable<readonly ParquetRow[]>,
): Promise<void> {
  const table = new ParquetTable(sink, columns);
  for await (const block of blocks) for (const row of block) await table.add(row);
  await table.finish();
}

/** The same for writers that do other things between their rows. */
export class ParquetTable {
  private readonly bytes = new ByteWriter(1 << 20);
  private readonly writer: ParquetWriter;
  private cells: (string | number | null)[][];

  constructor(
    private readonly sink: ByteSink,
    private readonly columns: readonly ParquetColumn[],
  ) {
    this.cells = columns.map(() => []);
    this.writer = new ParquetWriter({
      writer: this.bytes,
      schema: schemaFromColumnData({ columnData: this.columnData() }),
      createdBy: 'MedGraft',
    });
  }

  /** @throws RangeError for a row of another width */
  async add(row: ParquetRow): Promise<void> {
    if (row.length !== this.columns.length) throw new RangeError(`a row of ${row.length} cells`);
    for (const [i, cell] of row.entries()) this.cells[i].push(cell);
    if (this.cells[0]?.length === GROUP_ROWS) await this.flush();
  }

  private async flush(): Promise<void> {
    const rowGroupSize = this.cells[0]?.length ?? 0;
    if (rowGroupSize > 0) this.writer.write({ columnData: this.columnData(), rowGroupSize });
    this.cells = this.columns.map(() => []);
    await this.drain();
  }

  async finish(): Promise<void> {
    await this.flush();
    this.writer.finish();
    await this.drain();
  }

  private columnData() {
    return this.columns.map(({ name, type }, i) => ({
      name,
      data: this.cells[i],
      type: type === 'text' ? ('STRING' as const) : ('DOUBLE' as const),
      nullable: true,
    }));
  }

  /** Hands on what is written: offsets within the file go on. */
  private async drain(): Promise<void> {
    const written = this.bytes.getBytes();
    await this.sink.write(written);
    this.bytes.index = 0;
  }
}
