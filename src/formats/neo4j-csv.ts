/**
 * The header dialect of Neo4j's bulk import (Neo4j operations manual, "Neo4j-admin import", "CSV header format"): a field is
 * `name:TYPE(space){options}`. Identifiers, labels and relation types are kinds of columns; all others are properties with a
 * type, lists as `TYPE[]`. Texts to values and back; nothing here touches a file.
 */
import { MedgraftError } from '../base/errors.js';

export type Neo4jKind = 'id' | 'label' | 'start' | 'end' | 'type' | 'property' | 'ignore';
type ValueKind = 'integer' | 'number' | 'boolean' | 'text';

export interface Neo4jColumn {
  readonly kind: Neo4jKind;
  /** Of the property; also an id may have one, which Neo4j keeps as a property then. Empty: none. */
  readonly name: string;
  /** The id space of `id`, `start` and `end`; undefined: the one of the whole import. */
  readonly space?: string;
  readonly value: ValueKind;
  readonly isList: boolean;
}

export type Neo4jValue = string | number | boolean | string[] | number[] | boolean[];

/** The text is no value of the column's type. */
export class InvalidNeo4jValue extends Error {}

const MARKS: ReadonlyMap<string, Neo4jKind> = new Map([
  ['id', 'id'],
  ['label', 'label'],
  ['start_id', 'start'],
  ['end_id', 'end'],
  ['type', 'type'],
  ['ignore', 'ignore'],
]);

/** Times, durations and points are kept as they are written. */
const TYPES: ReadonlyMap<string, ValueKind> = new Map([
  ...['int', 'long', 'short', 'byte', 'integer'].map((type) => [type, 'integer'] as const),
  ...['float', 'double'].map((type) => [type, 'number'] as const),
  ...['boolean'].map((type) => [type, 'boolean'] as const),
  ...['string', 'char', 'date', 'time', 'localtime', 'datetime', 'localdatetime', 'duration', 'point'].map(
    (type) => [type, 'text'] as const,
  ),
]);

/** The name is as long as what follows it is no type: names may hold colons. */
const FIELD = /^(.*?):([A-Za-z_]+)(\[\])?(?:\(([^()]*)\))?(?:\{[^{}]*\})?$/s;

/**
 * @param place of the header, for messages
 * @throws MedgraftError `formats.neo4j-header` for a type that Neo4j does not know, a column that is there twice, or a
 *   relationship without both ends
 */
export function parseNeo4jHeader(fields: readonly string[], place: string): Neo4jColumn[] {
  const columns = fields.map((field) => parseField(field.trim(), place));
  const kinds = columns.map(({ kind }) => kind);
  for (const kind of ['id', 'start', 'end', 'type'] as const) {
    if (kinds.indexOf(kind) !== kinds.lastIndexOf(kind))
      throw headerError(place, 'a column is there twice', kind, fields);
  }
  const names = columns.filter(({ kind }) => kind === 'property').map(({ name }) => name);
  const repeated = names.find((name, i) => names.indexOf(name) < i);
  if (repeated !== undefined) throw headerError(place, 'a property is there twice', 'different names', [repeated]);
  const isNode = kinds.includes('id');
  const ends = Number(kinds.includes('start')) + Number(kinds.includes('end'));
  if (isNode ? ends === 0 && !kinds.includes('type') : ends === 2) return columns;
  throw headerError(place, 'this is no header of nodes or relationships', ':ID, or :START_ID and :END_ID', fields);
}

function parseField(field: string, place: string): Neo4jColumn {
  const parts = FIELD.exec(field);
  if (parts === null) return { kind: field === '' ? 'ignore' : 'property', name: field, value: 'text', isList: false };
  const [, name, type, list, space] = parts;
  const word = type.toLowerCase();
  const kind = MARKS.get(word);
  if (kind !== undefined) return { kind, name, space: space || undefined, value: 'text', isList: false };
  const value = TYPES.get(word);
  if (value !== undefined) return { kind: 'property', name, value, isList: list !== undefined };
  const known = [...MARKS.keys()].map((mark) => mark.toUpperCase()).concat(...TYPES.keys());
  throw headerError(place, `the type ${type} is unknown`, known.join(', '), [field]);
}

function headerError(place: string, message: string, expected: string, got: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'formats.neo4j-header', message, {
    place,
    expected,
    got: got.join(', ').slice(0, 200),
    hint: 'headers are those of neo4j-admin: id:ID(space), name, age:int, names:string[], :LABEL, :START_ID, :END_ID, :TYPE',
  });
}

/**
 * @param text of one cell
 * @returns undefined for an empty cell
 * @throws InvalidNeo4jValue
 */
export function parseNeo4jValue(
  { value, isList }: Neo4jColumn,
  text: string,
  arrayDelimiter: string,
): Neo4jValue | undefined {
  if (!isList) return text === '' ? undefined : parseScalar(value, text);
  const items = splitNeo4jList(text, arrayDelimiter).map((item) => parseScalar(value, item));
  // The items of a column are all of one kind, but for integers too large to be numbers.
  return items.length === 0 ? undefined : sameKind(items);
}

/** Empty items are none. */
export function splitNeo4jList(text: string, arrayDelimiter: string): string[] {
  return text.split(arrayDelimiter).filter((item) => item !== '');
}

function sameKind(items: (string | number | boolean)[]): string[] | number[] | boolean[] {
  const isOne = items.every((item) => typeof item === typeof items[0]);
  return (isOne ? items : items.map(String)) as string[] | number[] | boolean[];
}

const INTEGER = /^[+-]?\d+$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function parseScalar(kind: ValueKind, text: string): string | number | boolean {
  if (kind === 'text') return text;
  const trimmed = text.trim();
  if (kind === 'boolean') return parseBoolean(trimmed);
  if (!(kind === 'integer' ? INTEGER : NUMBER).test(trimmed)) throw new InvalidNeo4jValue(`${trimmed} is no ${kind}`);
  const number = Number(trimmed);
  if (kind === 'integer') return Number.isSafeInteger(number) ? number : trimmed;
  if (!Number.isFinite(number)) throw new InvalidNeo4jValue(`${trimmed} is too large`);
  return number;
}

function parseBoolean(text: string): boolean {
  const word = text.toLowerCase();
  if (word === 'true' || word === 'false') return word === 'true';
  throw new InvalidNeo4jValue(`${text} is neither true nor false`);
}

/** The name of the type that holds all of a property's values: `long`, `double`, `boolean` or `string`, `[]` after it for lists. */
export function neo4jTypeOf(values: Iterable<Neo4jValue>): string {
  let type: string | undefined;
  let isList = false;
  for (const value of values) {
    isList = Array.isArray(value);
    for (const item of Array.isArray(value) ? value : [value]) type = commonType(type, scalarType(item));
  }
  return `${type ?? 'string'}${isList ? '[]' : ''}`;
}

function scalarType(value: string | number | boolean): string {
  if (typeof value !== 'number') return typeof value === 'boolean' ? 'boolean' : 'string';
  return Number.isSafeInteger(value) ? 'long' : 'double';
}

/** Whole numbers among others are written as such and read back as the same numbers. */
function commonType(a: string | undefined, b: string): string {
  if (a === undefined || a === b) return b;
  return [a, b].every((type) => type === 'long' || type === 'double') ? 'double' : 'string';
}

export function formatNeo4jValue(value: Neo4jValue | undefined, arrayDelimiter: string): string {
  if (value === undefined) return '';
  return Array.isArray(value) ? value.join(arrayDelimiter) : String(value);
}
