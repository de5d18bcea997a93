/**
 * Files of Neo4j's bulk import to entities, then triples, by their mapping. A property that is not of its column's type is
 * told and left out; the node stays, as edges name it.
 */
import { readDelimited } from '../../formats/delimited.js';
import {
  InvalidNeo4jValue,
  type Neo4jColumn,
  type Neo4jValue,
  parseNeo4jHeader,
  parseNeo4jValue,
  splitNeo4jList,
} from '../../formats/neo4j-csv.js';
import { unescapeFormula } from '../../formats/spreadsheet-cell.js';
import type { EntityRecord } from '../graph-store.js';
import type { Neo4jFiles, Neo4jMapping } from './mapping-neo4j.js';
import { tripleFrom } from './read-tables.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';

interface Neo4jRow {
  readonly file: string;
  readonly line: number;
  readonly columns: readonly Neo4jColumn[];
  readonly fields: readonly string[];
}

/**
 * @param resolve from a file as the mapping names it to its path
 * @throws MedgraftError `formats.neo4j-header`, `graph.empty-file`, and as `readDelimited`
 */
export async function* readNeo4j(mapping: Neo4jMapping, resolve: (file: string) => string): AsyncGenerator<SourceRow> {
  for (const group of mapping.nodes) {
    for await (const row of rowsOf(mapping, group, resolve)) {
      if ('kind' in row) yield row;
      else yield* nodeRows(row, group, mapping);
    }
  }
  for (const group of mapping.relationships) {
    for await (const row of rowsOf(mapping, group, resolve)) {
      yield 'kind' in row ? row : relationshipRow(row, group.type, mapping);
    }
  }
}

/** Rows of one header, over its files. */
async function* rowsOf(
  { delimiter, quote, escapedFormulas }: Neo4jMapping,
  { header, files }: Neo4jFiles,
  resolve: (file: string) => string,
): AsyncGenerator<Neo4jRow | SourceRow> {
  let columns: Neo4jColumn[] | undefined;
  for (const [position, named] of (header === undefined ? files : [header, ...files]).entries()) {
    const file = resolve(named);
    let records = 0;
    for await (const { line, fields: raw, problem } of readDelimited(file, { delimiter, quote, quotes: true })) {
      records++;
      const fields = escapedFormulas ? raw.map(unescapeFormula) : raw;
      if (columns === undefined) columns = parseNeo4jHeader(fields, `${file}:${line}`);
      else if (problem !== undefined) yield rowError({ file, line }, 'graph.row-malformed', problem);
      else if (fields.length !== columns.length) {
        const reason = `${fields.length} fields instead of ${columns.length}`;
        yield rowError({ file, line }, 'graph.row-malformed', reason);
      } else yield { file, line, columns, fields };
    }
    if (records === 0 && position === 0) throw emptyFile(file);
  }
}

function* nodeRows(row: Neo4jRow, { labels }: Neo4jFiles, mapping: Neo4jMapping): Generator<SourceRow> {
  const { file, line, columns, fields } = row;
  const id = columns.findIndex(({ kind }) => kind === 'id');
  const key = id < 0 ? '' : keyOf(columns[id], fields[id], mapping);
  if (key === '') return yield rowError(row, 'graph.row-empty', id < 0 ? 'the file has no :ID' : 'the :ID is empty');
  const properties = new Map<string, Neo4jValue>();
  const { name } = columns[id];
  if (name !== '' && name !== mapping.key) properties.set(name, cleanText(fields[id]));
  for (const [i, column] of columns.entries()) {
    if (column.kind !== 'property') continue;
    const value = propertyValue(column, fields[i], mapping);
    if (value instanceof InvalidNeo4jValue) yield propertyError(row, column, value);
    else if (value !== undefined) properties.set(column.name, value);
  }
  const types = [...labelsOf(row, mapping), ...labels].filter((label) => !mapping.ignoredLabels.includes(label));
  yield { kind: 'entity', entity: entityOf(key, [...new Set(types)], properties, mapping), file, line };
}

function entityOf(
  key: string,
  types: string[],
  properties: Map<string, Neo4jValue>,
  { name: nameProperty, aliases: aliasProperty }: Neo4jMapping,
): EntityRecord {
  const [name = key, ...others] = textsOf(properties.get(nameProperty));
  const aliases = [...others, ...textsOf(properties.get(aliasProperty))];
  properties.delete(nameProperty);
  properties.delete(aliasProperty);
  const entity: EntityRecord = { key, name, types, aliases };
  // Own keys, also when one is called __proto__.
  if (properties.size > 0) entity.properties = Object.fromEntries(properties);
  return entity;
}

function textsOf(value: Neo4jValue | undefined): string[] {
  const items: readonly (string | number | boolean)[] = Array.isArray(value)
    ? value
    : value === undefined
      ? []
      : [value];
  return items.map((item) => cleanText(String(item))).filter((text) => text !== '');
}

function relationshipRow(row: Neo4jRow, type: string | undefined, mapping: Neo4jMapping): SourceRow {
  const { columns, fields } = row;
  const texts = { head: '', relation: '', tail: '', weight: '' };
  for (const [i, column] of columns.entries()) {
    if (column.kind === 'start') texts.head = keyOf(column, fields[i], mapping);
    else if (column.kind === 'end') texts.tail = keyOf(column, fields[i], mapping);
    else if (column.kind === 'type') texts.relation = cleanText(fields[i]);
    else if (column.kind === 'property' && column.name === mapping.weight) texts.weight = fields[i].trim();
  }
  if (texts.relation === '' && type !== undefined) texts.relation = type;
  return tripleFrom(row, texts);
}

function keyOf({ space }: Neo4jColumn, text: string, { idSpaces }: Neo4jMapping): string {
  const id = cleanText(text);
  return id === '' || space === undefined || idSpaces === 'ignore' ? id : `${space}:${id}`;
}

function labelsOf({ columns, fields }: Neo4jRow, { arrayDelimiter }: Neo4jMapping): string[] {
  const all = columns.flatMap(({ kind }, i) => (kind === 'label' ? splitNeo4jList(fields[i], arrayDelimiter) : []));
  return all.map(cleanText).filter((label) => label !== '');
}

function propertyValue(
  column: Neo4jColumn,
  text: string,
  { arrayDelimiter }: Neo4jMapping,
): Neo4jValue | InvalidNeo4jValue | undefined {
  try {
    return parseNeo4jValue(column, text, arrayDelimiter);
  } catch (error) {
    if (error instanceof InvalidNeo4jValue) return error;
    throw error;
  }
}

function propertyError(row: Neo4jRow, { name }: Neo4jColumn, { message }: InvalidNeo4jValue): SourceRow {
  return rowError(row, 'graph.row-property', `the property ${name} is left out: ${message}`);
}
