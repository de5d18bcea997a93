/** Writes lines that delimited.ts reads: RFC 4180 with quotes where a cell needs them, or tabs without quotes. */
import { MedgraftError } from '../base/errors.js';

const NEEDS_QUOTES = /[",\r\n]|^\s|\s$/;

/** A line of CSV without its end. */
export function csvLine(cells: readonly string[]): string {
  return cells.map((cell) => (NEEDS_QUOTES.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(',');
}

/** A line of TSV without its end. @throws MedgraftError `formats.cell` for a tab or a line end, which TSV cannot hold */
export function tsvLine(cells: readonly string[]): string {
  for (const cell of cells) if (/[\t\r\n]/.test(cell)) throw unfitCell(cell);
  return cells.join('\t');
}

function unfitCell(cell: string): MedgraftError {
  return new MedgraftError('input', 'formats.cell', 'a tab-separated file cannot hold tabs and line ends in a cell', {
    got: JSON.stringify(cell.slice(0, 80)),
    hint: 'take a format with quotes or escapes, such as neo4j-admin or jsonl',
  });
}
