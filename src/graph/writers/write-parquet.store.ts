/** Blocks of records of a store as rows of a Parquet file, with progress. */
import { join } from 'node:path';
import { throwIfCancelled } from '../../base/errors.js';
import { openFileSink } from '../../formats/byte-sink.js';
import { type ParquetColumn, type ParquetRow, ParquetTable } from '../../formats/parquet-tables.js';
import type { StageContext, StageEvent } from '../../runs/stage.js';

export interface ParquetTarget<T> {
  /** Name within the folder. */
  name: string;
  columns: readonly ParquetColumn[];
  blocks: AsyncIterable<T[]>;
  row(record: T): ParquetRow;
  total: number;
}

/** @throws MedgraftError `run.cancelled` */
export async function* writeParquet<T>(
  { name, columns, blocks, row, total }: ParquetTarget<T>,
  { folder, signal }: Pick<StageContext, 'folder' | 'signal'>,
): AsyncGenerator<StageEvent, void> {
  const sink = await openFileSink(join(folder, name));
  let done = 0;
  try {
    const table = new ParquetTable(sink, columns);
    for await (const block of blocks) {
      throwIfCancelled(signal);
      for (const record of block) await table.add(row(record));
      done += block.length;
      yield { kind: 'progress', phase: name, done, total, unit: 'rows' };
    }
    await table.finish();
  } finally {
    await sink.close();
  }
}
