/** Node and edge tables to entities, then triples, by their mapping. */
import type { EntityRecord } from '../graph-store.js';
import type { EntityTable, TableMapping, TripleTable } from './mapping.js';
import { isTableRow, readTableRows, type TableRow } from './read-delimited-rows.js';
import { readParquetRows } from './read-parquet-rows.js';
import { rowError, type SourceRow } from './source-row.js';

/** @param resolve from a file as the mapping names it to its path */
export async function* readTables(mapping: TableMapping, resolve: (file: string) => string): AsyncGenerator<SourceRow> {
  for (const table of mapping.entities) {
    const { id, name, type, aliases } = table.columns;
    const columns = [id, name, type, aliases, ...table.properties];
    for await (const row of rowsOf(mapping, table, resolve, columns)) {
      yield isTableRow(row) ? entityRow(row, table) : row;
    }
  }
  for (const table of mapping.triples) {
    const { head, relation, tail, weight } = table.columns;
    for await (const row of rowsOf(mapping, table, resolve, [head, relation, tail, weight])) {
      yield isTableRow(row) ? tripleRow(row, table) : row;
    }
  }
}

function rowsOf(
  { format }: TableMapping,
  { file, delimiter }: EntityTable | TripleTable,
  resolve: (file: string) => string,
  columns: readonly (string | undefined)[],
): AsyncGenerator<TableRow | SourceRow> {
  return format === 'parquet'
    ? readParquetRows(resolve(file), columns)
    : readTableRows(resolve(file), delimiter, columns);
}

function entityRow(row: TableRow, { columns, type, aliasSeparators, properties }: EntityTable): SourceRow {
  const key = row.text(columns.id);
  const name = columns.name === undefined ? key : row.text(columns.name);
  if (key === '') return rowError(row, 'graph.row-empty', `the column ${columns.id} is empty`);
  if (name === '') return rowError(row, 'graph.row-empty', `the column ${columns.name} is empty`);
  const mainType = row.text(columns.type) || type;
  const entity: EntityRecord = {
    key,
    name,
    types: mainType ? [mainType] : [],
    aliases: splitAliases(row.text(columns.aliases), aliasSeparators),
  };
  const kept = properties.map((column) => [column, row.text(column)]).filter(([, text]) => text !== '');
  if (kept.length > 0) entity.properties = Object.fromEntries(kept);
  return { kind: 'entity', entity, file: row.file, line: row.line };
}

function splitAliases(text: string, separators: string): string[] {
  let parts = [text];
  for (const separator of separators) parts = parts.flatMap((part) => part.split(separator));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

function tripleRow(row: TableRow, { columns, relation }: TripleTable): SourceRow {
  return tripleFrom(row, {
    head: row.text(columns.head),
    relation: relation ?? row.text(columns.relation),
    tail: row.text(columns.tail),
    weight: row.text(columns.weight),
  });
}

/** Checks the texts of a triple; an empty weight means none. */
export function tripleFrom(
  { file, line }: { file: string; line: number },
  { head, relation, tail, weight }: Record<'head' | 'relation' | 'tail' | 'weight', string>,
): SourceRow {
  const empty = Object.entries({ head, relation, tail }).find(([, text]) => text === '');
  if (empty) return rowError({ file, line }, 'graph.row-empty', `the ${empty[0]} is empty`);
  if (weight === '') return { kind: 'triple', triple: { head, relation, tail }, file, line };
  const number = Number(weight);
  if (!(number > 0 && number < Number.POSITIVE_INFINITY)) {
    return rowError({ file, line }, 'graph.row-weight', `the weight ${weight} is not a positive number`);
  }
  return { kind: 'triple', triple: { head, relation, tail, weight: number }, file, line };
}
