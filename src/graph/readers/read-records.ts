/**
 * Nested JSON records to entities and triples by their mapping. The file is read twice: for the records, then for what
 * they name, so that a record keeps its properties whoever names it first, and memory holds names only.
 */
import { isJsonArray, readJsonArray } from '../../formats/json-array.js';
import { readLines } from '../../formats/text-lines.js';
import type { EntityRecord } from '../graph-store.js';
import type { RecordField, RecordsMapping } from './mapping-records.js';
import { DEEPEST_RECORD, isFlatEnough, isJsonObject, propertyAt, scalarText, valuesAt } from './record-values.js';
import { cleanText, emptyFile, rowError, type SourceRow } from './source-row.js';
import { splitBy } from './split-by.js';

interface Place {
  readonly file: string;
  readonly line: number;
}

interface FoundRecord extends Place {
  readonly value: unknown;
  /** Why the line holds no record. */
  readonly problem?: string;
}

/** @throws MedgraftError `graph.empty-file`, `formats.json-array`, and as `readLines` */
export async function* readRecords(
  mapping: RecordsMapping,
  resolve: (file: string) => string,
): AsyncGenerator<SourceRow[]> {
  const reader = new RecordReader(mapping);
  const file = resolve(mapping.file);
  const isArray = await isJsonArray(file);
  let count = 0;
  for await (const record of recordsOf(file, isArray)) {
    count++;
    yield [reader.entity(record)];
  }
  if (count === 0) throw emptyFile(file);
  for await (const record of recordsOf(file, isArray)) yield [...reader.edges(record)];
}

async function* recordsOf(file: string, isArray: boolean): AsyncGenerator<FoundRecord> {
  if (isArray) {
    for await (const { line, value } of readJsonArray(file)) yield { file, line, value };
    return;
  }
  for await (const { line, text } of readLines(file)) {
    if (text.trim() !== '') yield { file, line, ...parsed(text) };
  }
}

function parsed(text: string): { value: unknown; problem?: string } {
  try {
    return { value: JSON.parse(text) };
  } catch (error) {
    return { value: undefined, problem: `the line is not JSON: ${error instanceof Error ? error.message : ''}` };
  }
}

class RecordReader {
  /** Ids of records, and `id LF type` of what they named. */
  private readonly known = new Set<string>();
  private readonly paths: { key: string[]; name: string[]; aliases?: string[] };
  private readonly properties: { name: string; path: string[] }[];
  private readonly fields: { field: RecordField; path: string[] }[];

  constructor(private readonly mapping: RecordsMapping) {
    const { key, name, aliases, fields, properties } = mapping;
    this.paths = { key: (key ?? name).split('.'), name: name.split('.'), aliases: aliases?.split('.') };
    this.properties = properties.map((path) => ({ name: path, path: path.split('.') }));
    this.fields = fields.map((field) => ({ field, path: field.path.split('.') }));
  }

  entity(record: FoundRecord): SourceRow {
    const { value } = record;
    const problem = problemOf(record);
    if (problem !== undefined) return rowError(record, 'graph.row-malformed', problem);
    const key = this.textAt(value, this.paths.key);
    const name = this.textAt(value, this.paths.name);
    if (key === '' || name === '') {
      return rowError(
        record,
        'graph.row-empty',
        `the record has no ${key === '' ? (this.mapping.key ?? this.mapping.name) : this.mapping.name}`,
      );
    }
    this.known.add(key);
    return { kind: 'entity', entity: this.entityOf(value, key, name), file: record.file, line: record.line };
  }

  /** What the record names and the triples to it; nothing for a record that `entity` refused. */
  *edges(record: FoundRecord): Generator<SourceRow> {
    if (problemOf(record) !== undefined) return;
    const key = this.textAt(record.value, this.paths.key);
    if (key === '' || this.textAt(record.value, this.paths.name) === '') return;
    for (const { field, path } of this.fields) {
      for (const value of valuesAt(record.value, path)) yield* this.fieldRows(value, field, key, record);
    }
  }

  private *fieldRows(value: unknown, field: RecordField, key: string, { file, line }: Place): Generator<SourceRow> {
    const text = scalarText(value);
    if (text === undefined) {
      yield rowError({ file, line }, 'graph.row-malformed', `the field ${field.path} holds an object, not a name`);
      return;
    }
    for (const name of splitBy(text, field.split)) {
      if (!field.reference) yield* this.namedEntity(name, field.type, { file, line });
      const [head, tail] = field.direction === 'out' ? [key, name] : [name, key];
      yield { kind: 'triple', triple: { head, relation: field.relation, tail }, file, line };
    }
  }

  /** A record's own type does not change because another record names it. */
  private *namedEntity(name: string, type: string | undefined, place: Place): Generator<SourceRow> {
    const { known } = this;
    if (known.has(name) && (type === undefined || type === this.mapping.type)) return;
    const mark = `${name}\n${type ?? ''}`;
    if (known.has(mark)) return;
    known.add(mark);
    yield {
      kind: 'entity',
      entity: { key: name, name, types: type === undefined ? [] : [type], aliases: [] },
      file: place.file,
      line: place.line,
    };
  }

  private entityOf(value: unknown, key: string, name: string): EntityRecord {
    const { type, aliasSeparators } = this.mapping;
    const aliases = this.paths.aliases === undefined ? [] : valuesAt(value, this.paths.aliases);
    const entity: EntityRecord = {
      key,
      name,
      types: type === undefined ? [] : [type],
      aliases: aliases.flatMap((alias) => splitBy(scalarText(alias) ?? '', aliasSeparators)),
    };
    const kept = this.properties.flatMap(({ name: property, path }) => {
      const found = propertyAt(value, path);
      return found === undefined ? [] : [[property, found] as const];
    });
    // Own keys, also when one is called __proto__.
    if (kept.length > 0) entity.properties = Object.fromEntries(kept);
    return entity;
  }

  private textAt(record: unknown, path: readonly string[]): string {
    return cleanText(scalarText(valuesAt(record, path)[0]) ?? '');
  }
}

function problemOf({ value, problem }: FoundRecord): string | undefined {
  if (problem !== undefined) return problem;
  if (!isJsonObject(value)) return 'the record is no object';
  return isFlatEnough(value) ? undefined : `the record has more than ${DEEPEST_RECORD} levels`;
}
