import { badRecord } from './task-errors.js';
import type { TextSpan } from './task-example.js';

/** Checked access to the fields of a record from a file that nobody vouches for. */
export type PlainRecord = Readonly<Record<string, unknown>>;

export function recordOf(value: unknown, place: string, expected: string): PlainRecord {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as PlainRecord;
  throw badRecord(place, 'this is not a JSON object', expected, value);
}

export function textField(record: PlainRecord, name: string, place: string): string {
  const value = own(record, name);
  if (typeof value === 'string' && value.trim() !== '') return value;
  throw badRecord(`${place}, ${name}`, `${name} is missing or no text`, 'text that is not empty', value);
}

/** A label: text, or a number as JSON writers like to put it. */
export function labelField(record: PlainRecord, name: string, place: string): string | undefined {
  const value = own(record, name);
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value === 'string' && value.trim() !== '') return value.trim();
  throw badRecord(`${place}, ${name}`, 'the label is neither text nor a number', 'for example "1"', value);
}

export function listField(record: PlainRecord, name: string, place: string): readonly unknown[] {
  const value = own(record, name);
  if (Array.isArray(value)) return value;
  throw badRecord(`${place}, ${name}`, `${name} is missing or no list`, 'a JSON list', value);
}

/** `start` and `end` of a record, within a text. */
export function spanOf(record: PlainRecord, text: string, place: string): TextSpan {
  const start = own(record, 'start');
  const end = own(record, 'end');
  const whole = Number.isInteger(start) && Number.isInteger(end);
  if (whole && 0 <= (start as number) && (start as number) < (end as number) && (end as number) <= text.length) {
    return { start: start as number, end: end as number };
  }
  throw badRecord(place, 'the place lies outside the text', `0 <= start < end <= ${text.length}`, { start, end });
}

/** The id that a record gives itself, or the one of its line. */
export function idOf(record: PlainRecord, otherwise: string): string {
  const value = own(record, 'id');
  return typeof value === 'string' || typeof value === 'number' ? String(value) : otherwise;
}

export function own(record: PlainRecord, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

/** Fields of a tab-separated row. */
export function fieldsOf(row: unknown, count: number, names: string, place: string): readonly string[] {
  const fields = row as readonly string[];
  if (fields.length !== count) {
    throw badRecord(place, `${fields.length} fields instead of ${count}`, `${names}, with tabs between`, fields);
  }
  const empty = fields.findIndex((field) => field.trim() === '');
  if (empty < 0) return fields;
  throw badRecord(place, `field ${empty + 1} is empty`, names, fields);
}
