/**
 * The tables of MIMIC-III as CSV, plain or gzipped: found in a folder by their names, read in a stream by the names of their
 * columns, in any case and any order (the editions differ). A row that cannot be read is counted and passed over.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { type DelimitedRecord, readDelimitedBlocks } from '../../formats/delimited.js';

export const TABLES = ['ADMISSIONS', 'PATIENTS', 'DIAGNOSES_ICD', 'NOTEEVENTS'] as const;
export type TableName = (typeof TABLES)[number];

/** In a folder; the plain file where the gzipped one is there too. */
export function findTable(folder: string, table: TableName): string | undefined {
  const names = existsSync(folder) ? readdirSync(folder) : [];
  for (const ending of ['.csv', '.csv.gz']) {
    const name = names.find((candidate) => candidate.toLowerCase() === `${table}${ending}`.toLowerCase());
    if (name !== undefined) return join(folder, name);
  }
  return undefined;
}

/** Rows that were passed over, the first ones by name. */
export class RowProblems {
  private static readonly LISTED = 10;
  readonly listed: { place: string; reason: string }[] = [];
  total = 0;

  add(place: string, reason: string): void {
    this.total++;
    if (this.listed.length < RowProblems.LISTED) this.listed.push({ place, reason });
  }
}

export interface TableColumns<R extends string, O extends string> {
  readonly required: readonly R[];
  readonly optional?: readonly O[];
}

export type TableRow<R extends string, O extends string> = Record<R, string> &
  Partial<Record<O, string>> & { readonly place: string };

/**
 * The rows in blocks, as they come.
 * @throws MedgraftError `medal.mimic-columns` where a column is missing, and as `readDelimited`
 */
export async function* readTable<R extends string, O extends string = never>(
  path: string,
  columns: TableColumns<R, O>,
  problems: RowProblems,
): AsyncGenerator<TableRow<R, O>[], void> {
  let places: [R | O, number][] | undefined;
  // UTF-8 is said, not found out: of a file that is all ASCII that would take a pass of its own.
  for await (const block of readDelimitedBlocks(path, { delimiter: ',', columns: 'first', encoding: 'utf-8' })) {
    const rows: TableRow<R, O>[] = [];
    for (const record of block) {
      if (places === undefined) places = placesOf(path, record, columns);
      else if (record.problem !== undefined) problems.add(`${path}:${record.line}`, record.problem);
      else rows.push(rowOf(path, record, places));
    }
    yield rows;
  }
  if (places === undefined) throw noColumns(path, columns.required, 'an empty file');
}

function placesOf<R extends string, O extends string>(
  path: string,
  { fields }: DelimitedRecord,
  { required, optional = [] }: TableColumns<R, O>,
): [R | O, number][] {
  const names = fields.map((name) => name.trim().toUpperCase());
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length > 0) throw noColumns(path, missing, fields.join(',').slice(0, 200));
  return [...required, ...optional].map((name): [R | O, number] => [name, names.indexOf(name)]);
}

function rowOf<R extends string, O extends string>(
  path: string,
  { fields, line }: DelimitedRecord,
  places: readonly [R | O, number][],
): TableRow<R, O> {
  const row: Record<string, string> = { place: `${path}:${line}` };
  for (const [name, at] of places) if (at >= 0) row[name] = fields[at];
  return row as TableRow<R, O>;
}

function noColumns(place: string, missing: readonly string[], got: string): MedgraftError {
  return new MedgraftError('input', 'medal.mimic-columns', 'the table lacks columns', {
    place,
    expected: missing.join(', '),
    got,
    hint: 'tables are those of MIMIC-III as CSV; --help names the setting of each',
  });
}
