/** Node and edge tables to entities, then triples, by their mapping. */
import type { EntityRecord, PropertyValue } from '../graph-store.js';
import type { EntityTable, TableMapping, TripleTable } from './mapping.js';
import { propertiesOf } from './property-values.js';
import { isTableRow, readTableRows, type TableRow } from './read-delimited-rows.js';
import { readParquetRows } from './read-parquet-rows.js';
import { rowError, type SourceRow } from './source-row.js';
import { splitBy } from './split-by.js';

/** @param resolve from a file as the mapping names it to its path */
export async function* readTables(mapping: TableMapping, resolve: (file: string) => string): AsyncGenerator<SourceRow> {
  for (const table of mapping.entities) {
    const columns = [...Object.values(table.columns), ...table.properties];
    for await (const row of rowsOf(mapping, table, resolve, columns)) {
      yield isTableRow(row) ? entityRow(row, table) : row;
    }
  }
  for (const table of mapping.triples) {
    for await (const row of rowsOf(mapping, table, resolve, Object.values(table.columns))) {
      yield isTableRow(row) ? tripleRow(row, table) : row;
    }
  }
}

function rowsOf(
  { format }: TableMapping,
  table: EntityTable | TripleTable,
  resolve: (file: string) => string,
  columns: readonly (string | undefined)[],
): AsyncGenerator<TableRow | SourceRow> {
  return format === 'parquet'
    ? readParquetRows(resolve(table.file), columns)
    : readTableRows(resolve(table.file), table, columns);
}

function entityRow(row: TableRow, table: EntityTable): SourceRow {
  const { columns } = table;
  const key = row.text(columns.id);
  const name = columns.name === undefined ? key : row.text(columns.name);
  if (key === '') return rowError(row, 'graph.row-empty', `the column ${columns.id} is empty`);
  if (name === '') return rowError(row, 'graph.row-empty', `the column ${columns.name} is empty`);
  const object = objectProperties(row.raw(columns.properties));
  if (object === undefined) {
    return rowError(row, 'graph.row-malformed', `the column ${columns.properties} is no JSON object of plain values`);
  }
  const types = splitBy(row.raw(columns.type), table.typeSeparators);
  const entity: EntityRecord = {
    key,
    name,
    types: types.length === 0 && table.type !== undefined ? [table.type] : types,
    aliases: splitBy(row.raw(columns.aliases), table.aliasSeparators),
  };
  const cells = table.properties.map((column) => [column, row.text(column)] as const).filter(([, text]) => text !== '');
  const kept = [...object, ...cells];
  // Own keys, also when one is called __proto__.
  if (kept.length > 0) entity.properties = Object.fromEntries(kept);
  return { kind: 'entity', entity, file: row.file, line: row.line };
}

/** undefined for what is no object of values that a graph keeps. */
function objectProperties(text: string): [string, PropertyValue][] | undefined {
  if (text.trim() === '') return [];
  try {
    return propertiesOf(JSON.parse(text));
  } catch {
    return undefined;
  }
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
  if (head === '' || relation === '' || tail === '') {
    const empty = head === '' ? 'head' : relation === '' ? 'relation' : 'tail';
    return rowError({ file, line }, 'graph.row-empty', `the ${empty} is empty`);
  }
  if (weight === '') return { kind: 'triple', triple: { head, relation, tail }, file, line };
  const number = Number(weight);
  if (!(number > 0 && number < Number.POSITIVE_INFINITY)) {
    return rowError({ file, line }, 'graph.row-weight', `the weight ${weight} is not a positive number`);
  }
  return { kind: 'triple', triple: { head, relation, tail, weight: number }, file, line };
}
