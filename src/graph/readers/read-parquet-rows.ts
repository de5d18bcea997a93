/**
 * Rows of a Parquet file as functions from column name to text, as read-delimited-rows.ts gives those of other tables. The
 * place of a row is its number, from 1.
 */
import { MedgraftError } from '../../base/errors.js';
import { ParquetFile } from '../../formats/parquet-reader.js';
import type { TableRow } from './read-delimited-rows.js';
import { cleanText, emptyFile } from './source-row.js';

/**
 * @param columns that the file must have; undefined ones are passed over
 * @throws MedgraftError `graph.missing-column`, `graph.empty-file`, and as `ParquetFile`
 */
export async function* readParquetRows(
  path: string,
  columns: readonly (string | undefined)[],
): AsyncGenerator<TableRow> {
  const file = await ParquetFile.open(path);
  try {
    const asked = [...new Set(columns.filter((name) => name !== undefined))];
    const missing = asked.filter((name) => !file.columns.includes(name));
    if (missing.length > 0) throw missingColumns(path, missing, file.columns);
    const positions = new Map(asked.map((name, position) => [name, position]));
    let rows = 0;
    for await (const block of file.blocks(asked)) {
      for (let i = 0; i < block.rows; i++) {
        const raw = (column: string | undefined) =>
          column === undefined ? '' : cellText(block.columns[positions.get(column)!][i]);
        yield { file: path, line: ++rows, raw, text: (column) => cleanText(raw(column)) };
      }
    }
    if (rows === 0) throw emptyFile(path);
  } finally {
    await file.close();
  }
}

/** Dates as days where they have no time; what has no text of its own is none. */
function cellText(value: unknown): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  if (!(value instanceof Date) || Number.isNaN(value.getTime())) return '';
  const text = value.toISOString();
  return text.endsWith('T00:00:00.000Z') ? text.slice(0, 10) : text;
}

function missingColumns(place: string, missing: readonly string[], columns: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'graph.missing-column', `the column ${missing.join(', ')} is missing`, {
    place,
    expected: missing.join(', '),
    got: columns.join(', ').slice(0, 200),
    hint: 'correct the columns in mapping.yaml; columns of lists or structs are not read',
  });
}
