/**
 * Own senses of a file: YAML (a list), JSON Lines (one a line), or TSV with the header `abbreviation expansion description
 * example remove` (the first two needed, in any order; further examples in further lines). Plain data only: no aliases and no
 * tags of YAML. Errors name the line.
 */
import { readFile, stat } from 'node:fs/promises';
import { extname } from 'node:path';
import { isSeq, LineCounter, parseDocument, visit } from 'yaml';
import { MedgraftError } from '../../base/errors.js';
import { readDelimited } from '../../formats/delimited.js';
import { readJsonLines } from '../../formats/json-lines.js';
import { SenseEditReader, type SenseEdits } from './own-senses.js';

const LARGEST_YAML_BYTES = 16 << 20;
const COLUMNS = ['abbreviation', 'expansion', 'description', 'example', 'remove'];

interface PlacedValue {
  readonly value: unknown;
  readonly place: string;
}

/** @throws MedgraftError `medal.own-sense`, `medal.own-senses`, and as the readers of lines */
export async function readOwnSenses(path: string): Promise<SenseEdits> {
  const reader = new SenseEditReader();
  for await (const { value, place } of valuesOf(path)) reader.add(value, place);
  return reader.finish();
}

function valuesOf(path: string): AsyncIterable<PlacedValue> {
  const extension = extname(path.replace(/\.gz$/i, '')).toLowerCase();
  if (extension === '.yaml' || extension === '.yml') return yamlValues(path);
  if (extension === '.jsonl') return jsonValues(path);
  if (extension === '.tsv') return tableValues(path);
  throw bad(path, 'the kind of file is not known', '.yaml, .jsonl or .tsv', extension === '' ? path : extension);
}

async function* jsonValues(path: string): AsyncGenerator<PlacedValue> {
  for await (const { line, value } of readJsonLines(path)) yield { value, place: `${path}:${line}` };
}

async function* yamlValues(path: string): AsyncGenerator<PlacedValue> {
  const lines = new LineCounter();
  const document = parseDocument(await yamlText(path), { lineCounter: lines, schema: 'core', merge: false });
  const placeOf = (offset: number | undefined) => `${path}:${lines.linePos(offset ?? 0).line}`;
  const [problem] = [...document.errors, ...document.warnings];
  if (problem)
    throw bad(placeOf(problem.pos[0]), 'this is no YAML', 'a list of senses', problem.message.split('\n')[0]);
  visit(document, {
    Alias: (_, { range }) => {
      throw bad(placeOf(range?.[0]), 'a value refers to another', 'plain data', 'an alias');
    },
  });
  if (document.contents === null) return;
  if (!isSeq(document.contents)) throw bad(placeOf(0), 'this is no list of senses', '- abbreviation: ...', 'no list');
  for (const item of document.contents.items) {
    const node = item as { range?: [number, number, number]; toJS?(of: typeof document): unknown } | null;
    yield { value: node?.toJS?.(document), place: placeOf(node?.range?.[0]) };
  }
}

async function yamlText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size <= LARGEST_YAML_BYTES) return await readFile(path, 'utf8');
    throw bad(path, 'the file is too large', `at most ${LARGEST_YAML_BYTES} bytes; .jsonl is streamed`, String(size));
  } catch (error) {
    if (error instanceof MedgraftError) throw error;
    const got = error instanceof Error ? error.message : String(error);
    throw new MedgraftError('missing', 'medal.own-senses', 'the file cannot be read', {
      place: path,
      got,
      cause: error,
    });
  }
}

async function* tableValues(path: string): AsyncGenerator<PlacedValue> {
  let header: readonly string[] | undefined;
  for await (const { line, fields, problem } of readDelimited(path, { delimiter: '\t', columns: 'first' })) {
    const place = `${path}:${line}`;
    if (problem !== undefined) throw bad(place, problem, `${header?.length ?? 0} fields`, String(fields.length));
    if (header === undefined) header = checkedHeader(fields, place);
    else yield { value: rowOf(header, fields, place), place };
  }
}

function checkedHeader(fields: readonly string[], place: string): readonly string[] {
  const names = fields.map((field) => field.trim().toLowerCase());
  const needed = COLUMNS.slice(0, 2).every((name) => names.includes(name));
  if (needed && names.every((name, i) => COLUMNS.includes(name) && names.indexOf(name) === i)) return names;
  throw bad(place, 'the header is not one of senses', COLUMNS.join(' TAB '), fields.join(' '));
}

function rowOf(header: readonly string[], fields: readonly string[], place: string): Record<string, unknown> {
  const row: Record<string, unknown> = {};
  for (const [i, name] of header.entries()) {
    const text = fields[i].trim();
    if (text === '') continue;
    if (name === 'example') row['examples'] = [text];
    else if (name !== 'remove') row[name] = text;
    else if (text === 'true' || text === 'false') row['remove'] = text === 'true';
    else throw bad(place, 'the column remove is not clear', 'true, false or nothing', text);
  }
  return row;
}

function bad(place: string, message: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'medal.own-senses', message, { place, expected, got: got.slice(0, 80) });
}
