/** A mapping for tables by their headers: Neo4j's dialect, tables of entities and triples, or bare triples. */
import { basename } from 'node:path';
import { ParquetFile } from '../../formats/parquet-reader.js';
import { type GuessedColumns, guessColumns } from './guess-columns.js';
import type { GuessedMapping } from './guess-mapping.js';
import { firstRows } from './peek-file.js';

interface Table {
  file: string;
  /** Undefined: Parquet. */
  delimiter?: string;
  rows: string[][];
  guess?: GuessedColumns;
}

/** undefined when a file fits nothing, or files do not fit together */
export async function guessTables(files: readonly string[]): Promise<GuessedMapping | undefined> {
  const tables: Table[] = [];
  for (const file of files) {
    const table = await tableOf(file);
    if (table === undefined) return undefined;
    tables.push(table);
  }
  if (tables.some(({ rows }) => isNeo4jHeader(rows[0]))) return neo4jFiles(tables);
  const isParquet = tables[0].delimiter === undefined;
  if (tables.some(({ delimiter }) => (delimiter === undefined) !== isParquet)) return undefined;
  return namedTables(tables, isParquet) ?? (isParquet ? undefined : bareTriples(tables));
}

async function tableOf(file: string): Promise<Table | undefined> {
  if (/\.(parquet|pq)$/i.test(file)) {
    const parquet = await ParquetFile.open(file);
    const header = [...parquet.columns];
    await parquet.close();
    return { file, rows: [header], guess: guessColumns(header) };
  }
  const found = await firstRows(file);
  return found && { file, ...found, guess: guessColumns(found.rows[0].map((cell) => cell.trim())) };
}

function namedTables(tables: readonly Table[], isParquet: boolean): GuessedMapping | undefined {
  if (tables.some(({ guess }) => guess === undefined)) return undefined;
  const entities = tables.filter(({ guess }) => guess!.kind === 'entities');
  const triples = tables.filter(({ guess }) => guess!.kind === 'triples');
  if (triples.length === 0) return undefined;
  const entry = ({ file, delimiter, guess }: Table) => ({
    file,
    ...(delimiter === undefined ? {} : { delimiter }),
    columns: guess!.columns,
  });
  if (entities.length === 0) return undefined;
  return {
    format: isParquet ? 'parquet' : 'table',
    entities: entities.map((table) => ({
      ...entry(table),
      ...propertyColumns(table),
      aliasSeparators: '|;；、',
    })),
    triples: triples.map(entry),
  };
}

/** A column of JSON objects has properties in it; any other without a role is one. */
function propertyColumns({ guess, rows }: Table): object {
  const { columns, others } = guess!;
  const header = rows[0].map((cell) => cell.trim());
  const object = others.find((name) => {
    const cells = rows.slice(1).map((row) => row[header.indexOf(name)] ?? '');
    return cells.some((cell) => cell !== '') && cells.every((cell) => cell === '' || /^\{.*\}$/s.test(cell));
  });
  if (object === undefined) return { properties: others };
  return { columns: { ...columns, properties: object }, properties: others.filter((name) => name !== object) };
}

/** Three columns, or four with a weight, with or without a header. */
function bareTriples(tables: readonly Table[]): GuessedMapping | undefined {
  const files = tables.map(({ file, delimiter, rows, guess }) => {
    const width = rows[0].length;
    const roles = guess?.kind === 'triples' ? guess.columns : undefined;
    const order =
      roles === undefined
        ? ['head', 'relation', 'tail', ...(width === 4 && isNumeric(rows) ? ['weight'] : [])]
        : rows[0].map((cell) => Object.keys(roles).find((role) => roles[role] === cell.trim()) ?? '');
    const fits = order.length === width && !order.includes('');
    return fits ? { file, delimiter, header: roles !== undefined, order } : undefined;
  });
  return files.includes(undefined) ? undefined : { format: 'triples', files };
}

function isNumeric(rows: readonly string[][]): boolean {
  return rows.every((row) => row[3] !== undefined && Number(row[3]) > 0);
}

function isNeo4jHeader(header: readonly string[]): boolean {
  return header.some((field) => /:(ID|START_ID|END_ID)(\(|\{|$)/i.test(field.trim()));
}

/** A file whose first line is no header goes on with the columns of the file before it. */
function neo4jFiles(tables: readonly Table[]): GuessedMapping | undefined {
  const groups: { files: string[]; isNodes: boolean; type?: string }[] = [];
  for (const { file, rows } of tables) {
    if (isNeo4jHeader(rows[0])) {
      const isNodes = rows[0].some((field) => /:ID(\(|\{|$)/i.test(field.trim()));
      const isTyped = isNodes || rows[0].some((field) => /:TYPE$/i.test(field.trim()));
      // Without a type of their own, relationships are called as their file is.
      const type = isTyped ? undefined : basename(file).replace(/\..*$/, '');
      groups.push({ files: [file], isNodes, ...(type ? { type } : {}) });
    } else if (groups.length === 0) return undefined;
    else groups[groups.length - 1].files.push(file);
  }
  const { delimiter } = tables[0];
  const of = (asked: boolean) =>
    groups.filter(({ isNodes }) => isNodes === asked).map(({ isNodes: _, ...group }) => group);
  const [nodes, relationships] = [of(true), of(false)];
  if (nodes.length === 0 || relationships.length === 0) return undefined;
  return { format: 'neo4j', nodes, relationships, ...(delimiter === undefined ? {} : { delimiter }) };
}
