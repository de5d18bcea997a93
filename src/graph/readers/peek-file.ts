/** The beginning of a file, for guesses: nothing is read beyond it. */
import { DelimitedScanner } from '../../formats/delimited.js';
import { isJsonArray, readJsonArray } from '../../formats/json-array.js';
import { readText } from '../../formats/text-chunks.js';
import { readLines } from '../../formats/text-lines.js';

const ROWS = 20;
const DELIMITERS = ['\t', ',', ';', '|'];

export interface FirstRows {
  delimiter: string;
  rows: string[][];
}

/** Rows by the delimiter that cuts them into most columns, all the same number; undefined when none does. */
export async function firstRows(file: string): Promise<FirstRows | undefined> {
  let text = '';
  for await (const piece of readText(file)) {
    text = piece;
    break;
  }
  const cuts = DELIMITERS.map((delimiter) => ({ delimiter, rows: cut(file, text, delimiter) }));
  const fitting = cuts.filter(({ rows }) => rows.length > 0 && rows[0].length > 1 && sameWidth(rows));
  return fitting.sort((a, b) => b.rows[0].length - a.rows[0].length)[0];
}

function cut(file: string, text: string, delimiter: string): string[][] {
  const scanner = new DelimitedScanner(file, { delimiter });
  const records = scanner.push(text);
  // The last record may be cut, unless it is the only one.
  const whole = records.length > 0 ? records : scanner.finish();
  return whole.slice(0, ROWS).map(({ fields }) => fields);
}

/** Bad rows are what a check is for: most of the rows decide. */
function sameWidth(rows: readonly string[][]): boolean {
  const width = rows[0].length;
  return rows.filter((row) => row.length === width).length * 2 > rows.length;
}

/** The first records of a JSON array or of JSON Lines that are JSON. */
export async function firstJson(file: string): Promise<unknown[]> {
  const found: unknown[] = [];
  if (await isJsonArray(file)) {
    for await (const { value } of readJsonArray(file)) if (found.push(value) === ROWS) break;
    return found;
  }
  let lines = 0;
  for await (const { text } of readLines(file)) {
    if (++lines > ROWS) break;
    try {
      found.push(JSON.parse(text));
    } catch {
      // A bad line is told of by the check.
    }
  }
  return found;
}
