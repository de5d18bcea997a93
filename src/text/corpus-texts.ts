/**
 * The texts of one corpus file: its lines, or fields of its records (JSON Lines, a JSON list, CSV and TSV with a header or without),
 * several joined by a space. A bad record is handed to `problems` and the rest goes on; memory holds one record.
 */
import { MedgraftError } from '../base/errors.js';
import { readDelimited } from '../formats/delimited.js';
import { isJsonArray, readJsonArray } from '../formats/json-array.js';
import { readLines } from '../formats/text-lines.js';
import { DEEPEST_RECORD, isFlatEnough, isJsonObject, scalarText, valuesAt } from '../graph/readers/record-values.js';
import type { CorpusFile } from './corpus-files.store.js';
import type { CorpusProblem, CorpusProblems } from './corpus-problems.js';

/** As many keys are named in a message. */
const KEYS_SHOWN = 12;

export interface CorpusText {
  /** From 1. */
  readonly line: number;
  readonly text: string;
  /** Of a record that says it. */
  readonly id?: string;
}

/** Where records hold what; dotted keys, or columns. */
export interface RecordFields {
  readonly texts: readonly string[];
  readonly id?: string;
  /** Whether tables begin with the names of their columns, as they do where nothing is said; else these are 1, 2, 3. */
  readonly header?: boolean;
}

/**
 * @param fields of no use to plain text
 * @throws MedgraftError `text.fields` where records need fields and none are given or the table lacks one; what the readers throw
 */
export async function* readTexts(
  file: CorpusFile,
  fields: readonly string[],
  problems: CorpusProblems,
  header = true,
): AsyncGenerator<string, void> {
  for await (const { text } of readCorpusTexts(file, { texts: fields, header }, problems)) yield text;
}

/** The same with the place of each text and its id. A record without the id that is asked for is a bad one. */
export function readCorpusTexts(
  { path, format }: CorpusFile,
  fields: RecordFields,
  problems: CorpusProblems,
): AsyncGenerator<CorpusText, void> {
  if (format === 'lines') return readLines(path);
  if (format === 'json') return recordTexts(path, fields, problems);
  return tableTexts(path, format === 'csv' ? ',' : '\t', fields, problems);
}

async function* recordTexts(path: string, fields: RecordFields, problems: CorpusProblems): AsyncGenerator<CorpusText> {
  const paths = fields.texts.map((field) => field.split('.'));
  const idPath = fields.id?.split('.');
  const values = (await isJsonArray(path)) ? readJsonArray(path) : parsedLines(path, problems);
  for await (const { line, value } of values) {
    if (paths.length === 0) throw noFields(`${path}:${line}`, isJsonObject(value) ? Object.keys(value) : []);
    const text = isJsonObject(value) ? textOf(value, paths) : malformed('the record is no object');
    const id = idPath && typeof text === 'string' ? scalarText(valuesAt(value, idPath)[0]) : undefined;
    if (typeof text !== 'string') problems.add({ file: path, line, ...text });
    else if (idPath && !id) problems.add({ file: path, line, ...withoutId(fields) });
    else yield { line, text, id };
  }
}

async function* parsedLines(path: string, problems: CorpusProblems) {
  for await (const { line, text } of readLines(path)) {
    if (text.trim() === '') continue;
    const value = parseJson(text);
    if (value instanceof SyntaxError) problems.add({ file: path, line, ...malformed(`no JSON: ${value.message}`) });
    else yield { line, value };
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    if (error instanceof SyntaxError) return error;
    throw error;
  }
}

type Refusal = Pick<CorpusProblem, 'code' | 'reason'>;

function textOf(record: unknown, paths: readonly string[][]): string | Refusal {
  if (!isFlatEnough(record)) return malformed(`the record has more than ${DEEPEST_RECORD} levels`);
  const values = paths.flatMap((path) => valuesAt(record, path).map((value) => ({ path, text: scalarText(value) })));
  const other = values.find(({ text }) => text === undefined);
  if (other) return malformed(`the field ${other.path.join('.')} holds an object, not a text`);
  if (values.length > 0) return values.map(({ text }) => text).join(' ');
  const names = paths.map((path) => path.join('.')).join(', ');
  return { code: 'text.row-without-text', reason: `the record has none of the fields ${names}` };
}

function withoutId({ id }: RecordFields): Refusal {
  return { code: 'text.row-without-id', reason: `the record has no ${id}` };
}

function malformed(reason: string): Refusal {
  return { code: 'text.row-malformed', reason };
}

async function* tableTexts(
  path: string,
  delimiter: string,
  fields: RecordFields,
  problems: CorpusProblems,
): AsyncGenerator<CorpusText> {
  const { header = true } = fields;
  let columns: { texts: number[]; id?: number } | undefined;
  for await (const { line, fields: cells, problem } of readDelimited(path, { delimiter, columns: 'first' })) {
    if (columns === undefined) {
      const names = header ? cells : cells.map((_, column) => String(column + 1));
      columns = columnsOf(`${path}:${line}`, names, fields);
      if (header) continue;
    }
    const id = columns.id === undefined ? undefined : cells[columns.id];
    if (problem !== undefined) problems.add({ file: path, line, ...malformed(problem) });
    else if (columns.id !== undefined && !id) problems.add({ file: path, line, ...withoutId(fields) });
    else yield { line, text: columns.texts.map((column) => cells[column]).join(' '), id };
  }
}

function columnsOf(place: string, header: readonly string[], { texts, id }: RecordFields) {
  if (texts.length === 0) throw noFields(place, header);
  const names = header.map((name) => name.trim());
  const wanted = id === undefined ? texts : [...texts, id];
  const missing = wanted.filter((field) => !names.includes(field));
  if (missing.length === 0) {
    return { texts: texts.map((field) => names.indexOf(field)), ...(id !== undefined && { id: names.indexOf(id) }) };
  }
  throw new MedgraftError('input', 'text.fields', `the table has no column ${missing.join(', ')}`, {
    place,
    expected: wanted.join(', '),
    got: shownKeys(header),
    hint: 'correct the named columns; .csv has commas between its columns, .tsv tabs',
  });
}

function noFields(place: string, keys: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'text.fields', 'which fields of the records hold the text is not said', {
    place,
    expected: '--text-fields with keys (a.b for one within another) or columns',
    got: keys.length === 0 ? undefined : shownKeys(keys),
  });
}

function shownKeys(keys: readonly string[]): string {
  const shown = keys.slice(0, KEYS_SHOWN).map((key) => key.slice(0, 40));
  return keys.length > KEYS_SHOWN ? `${shown.join(', ')} and ${keys.length - KEYS_SHOWN} more` : shown.join(', ');
}
