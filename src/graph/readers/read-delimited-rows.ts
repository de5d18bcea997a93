/**
 * Rows of a table with a header as functions from column name to text. Columns are found by name; a missing one is an
 * error before the first row.
 */
import { MedgraftError } from '../../base/errors.js';
import { readDelimited } from '../../formats/delimited.js';
import { unescapeFormula } from '../../formats/spreadsheet-cell.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

export interface TableRow {
  readonly file: string;
  readonly line: number;
  /** Cleaned text of a column; empty when the column is undefined. */
  text(column: string | undefined): string;
  /** The same as it stands there. */
  raw(column: string | undefined): string;
}

/**
 * @param columns that the header must have
 * @yields rows, or the errors of rows that are malformed
 * @throws MedgraftError `graph.missing-column`, `graph.empty-file`, and as `readDelimited`
 */
export async function* readTableRows(
  file: string,
  { delimiter, escapedFormulas }: { delimiter: string; escapedFormulas: boolean },
  columns: readonly (string | undefined)[],
): AsyncGenerator<TableRow | SourceRow> {
  let positions: Map<string, number> | undefined;
  let rows = 0;
  for await (const { line, fields: cells, problem } of readDelimited(file, { delimiter, columns: 'first' })) {
    const fields = escapedFormulas ? cells.map(unescapeFormula) : cells;
    if (positions === undefined) {
      positions = columnPositions(file, fields, columns);
      continue;
    }
    rows++;
    const at = positions;
    const raw = (column: string | undefined) => (column === undefined ? '' : fields[at.get(column)!]);
    if (problem === undefined) yield { file, line, raw, text: (column) => cleanText(raw(column)) };
    else yield rowError({ file, line }, 'graph.row-malformed', problem);
  }
  if (rows === 0) throw emptyFile(file);
}

export function isTableRow(row: TableRow | SourceRow): row is TableRow {
  return 'text' in row;
}

function columnPositions(
  file: string,
  header: readonly string[],
  columns: readonly (string | undefined)[],
): Map<string, number> {
  const positions = new Map(header.map((name, position) => [name.trim(), position]));
  const missing = columns.filter((name) => name !== undefined && !positions.has(name));
  if (missing.length === 0) return positions;
  throw new MedgraftError('input', 'graph.missing-column', `the column ${missing.join(', ')} is missing`, {
    place: `${file}:1`,
    expected: columns.filter((name) => name !== undefined).join(', '),
    got: header.join(', ').slice(0, 200),
    hint: 'correct the columns or the delimiter in mapping.yaml',
  });
}
