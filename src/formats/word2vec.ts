/**
 * Vectors as text, as word2vec, fastText and gensim write them: a line with count and width (GloVe leaves it out), then a name
 * and its numbers, with blanks in between. Names may hold no blank, so white space, control characters and `%` are written as
 * `%20`, `%25` and so on (RFC 3986, UTF-8), and only those are read back. Where the first line gives the width, names that
 * hold blanks as they are can be read too.
 */
import { MedgraftError } from '../base/errors.js';
import type { ByteSink } from './byte-sink.js';
import { float32Text } from './float32-text.js';
import { assertFilled, type Matrix } from './matrix.js';
import { readLines } from './text-lines.js';

export interface Word2vec {
  readonly names: readonly string[];
  readonly vectors: Matrix;
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what a name may not hold
const UNFIT = /[\s%\u0000-\u001f\u007f-\u009f]/gu;
const ESCAPES = /(?:%[0-9a-f]{2})+/gi;
const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;
/** As Python and C print what is no finite number. */
const NOT_FINITE = /^[+-]?(?:nan|inf(?:inity)?)$/i;

/** @throws RangeError when a matrix is not filled */
export async function writeWord2vec(sink: ByteSink, { names, vectors }: Word2vec): Promise<void> {
  assertFilled('vectors', vectors);
  const { rows, columns, values } = vectors;
  const encoder = new TextEncoder();
  await sink.write(encoder.encode(`${rows} ${columns}\n`));
  for (let row = 0; row < rows; row++) {
    const numbers = Array.from(values.subarray(row * columns, (row + 1) * columns), float32Text);
    await sink.write(encoder.encode(`${escapeName(names[row])} ${numbers.join(' ')}\n`));
  }
}

/**
 * What is no finite number is handed on as NaN: the reader of the vectors names the row.
 * @throws MedgraftError `formats.word2vec` naming the line, and as `readLines`
 */
export async function readWord2vec(path: string): Promise<Word2vec> {
  const rows: Float32Array[] = [];
  const lineOfName = new Map<string, number>();
  let header: { count: number; width: number } | undefined;
  let width: number | undefined;
  for await (const { line, text } of readLines(path)) {
    const place = `${path}:${line}`;
    const words = text.trim().split(/[ \t]+/);
    if (words[0] === '') continue;
    if (width === undefined && words.length === 2 && words.every((word) => /^\d{1,9}$/.test(word))) {
      header = { count: Number(words[0]), width: Number(words[1]) };
      width = header.width;
      if (width === 0) throw word2vecError(place, 'the vectors have no width', 'count and width', text);
      continue;
    }
    width ??= words.length - 1;
    if (width < 1 || words.length <= width) {
      const got = `${words.length} words: ${text.slice(0, 60)}`;
      throw word2vecError(place, 'the line is malformed', `a name and ${width || 'some'} numbers`, got);
    }
    const name = unescapeName(words.slice(0, -width).join(' '));
    if (header === undefined && words.length > width + 1) {
      throw word2vecError(
        place,
        'the line is longer than the first one',
        `a name and ${width} numbers`,
        text.slice(0, 60),
      );
    }
    const earlier = lineOfName.get(name);
    if (earlier !== undefined) {
      throw word2vecError(place, `the name ${JSON.stringify(name)} is on line ${earlier} already`);
    }
    lineOfName.set(name, line);
    rows.push(numbersOf(words.slice(-width), place));
  }
  if (width === undefined || rows.length === 0) throw word2vecError(path, 'the file holds no vectors');
  if (header !== undefined && header.count !== rows.length) {
    throw word2vecError(path, 'the first line does not count the lines', `${header.count}`, `${rows.length} vectors`);
  }
  return { names: [...lineOfName.keys()], vectors: stacked(rows, width) };
}

export function escapeName(name: string): string {
  return name.replace(UNFIT, (sign) => encodeURIComponent(sign));
}

/** Only what `escapeName` writes is read back; any other `%` stays. */
export function unescapeName(text: string): string {
  return text.replace(ESCAPES, (escapes) => {
    try {
      const signs = decodeURIComponent(escapes);
      return signs.replace(UNFIT, '') === '' ? signs : escapes;
    } catch {
      return escapes;
    }
  });
}

function numbersOf(words: readonly string[], place: string): Float32Array {
  return Float32Array.from(words, (word) => {
    if (NUMBER.test(word)) return Number(word);
    if (NOT_FINITE.test(word)) return Number.NaN;
    throw word2vecError(place, 'this is no number', 'numbers after the name', word.slice(0, 40));
  });
}

function stacked(rows: readonly Float32Array[], columns: number): Matrix {
  const values = new Float32Array(rows.length * columns);
  for (const [row, numbers] of rows.entries()) values.set(numbers, row * columns);
  return { rows: rows.length, columns, values };
}

function word2vecError(place: string, message: string, expected?: string, got?: string): MedgraftError {
  return new MedgraftError('input', 'formats.word2vec', message, {
    place,
    expected,
    got,
    hint: 'a line is a name and its numbers; blanks within a name are written %20',
  });
}
