/**
 * Vectors of words as text, one word a line, as fastText writes them (`.vec`): `word number number ...` with blanks in between,
 * after a line with count and width that may be missing. One pass looks at every line and keeps the words and where their
 * numbers begin; the numbers stay in the file. Of a word that stands there twice the first line counts.
 */
import { MedgraftError } from '../base/errors.js';
import { RowFile } from './row-file.js';
import { VecLines } from './vec-lines.js';
import { WordTable } from './word-table.js';
import type { WordVectors } from './word-vectors.js';

const NUMBER = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

/** @throws MedgraftError `formats.fasttext-vec` naming the line, `formats.missing`, `formats.unreadable`, `formats.not-a-file` */
export async function openFastTextVec(path: string): Promise<WordVectors> {
  const file = await RowFile.open(path);
  try {
    return new TextVectors(file, indexLines(file));
  } catch (error) {
    await file.close();
    throw error;
  }
}

interface LineIndex {
  readonly width: number;
  readonly words: WordTable;
  /** Of each word: where its numbers begin, how many bytes they take, and their line. */
  readonly starts: Float64Array;
  readonly lengths: Uint32Array;
  readonly lines: Uint32Array;
}

function indexLines(file: RowFile): LineIndex {
  const words = new WordTable();
  const [starts, lengths, lines]: [number[], number[], number[]] = [[], [], []];
  let header: { count: number; width: number } | undefined;
  let width: number | undefined;
  let rows = 0;
  for (const { line, position, bytes, fields, wordLength } of new VecLines(file)) {
    if (line === 1 && fields === 2) {
      header = parseHeader(Buffer.from(bytes).toString('latin1'));
      if (header !== undefined) {
        width = header.width;
        continue;
      }
    }
    width ??= fields - 1;
    if (wordLength === 0 || width < 1 || fields !== width + 1) {
      const text = JSON.stringify(Buffer.from(bytes.subarray(0, 60)).toString('utf8'));
      throw badVec(`${file.place}:${line}`, 'the line is malformed', `a word and ${width || 'some'} numbers`, text);
    }
    rows++;
    if (!words.add(bytes.subarray(0, wordLength))) continue;
    starts.push(position + wordLength);
    lengths.push(bytes.length - wordLength);
    lines.push(line);
  }
  if (width === undefined || rows === 0) throw badVec(file.place, 'the file holds no vectors');
  if (header !== undefined && header.count !== rows) {
    throw badVec(file.place, 'the first line does not count the lines', `${header.count}`, `${rows} vectors`);
  }
  return {
    ...{ width, words, starts: Float64Array.from(starts) },
    ...{ lengths: Uint32Array.from(lengths), lines: Uint32Array.from(lines) },
  };
}

class TextVectors implements WordVectors {
  readonly width: number;
  private readonly encoder = new TextEncoder();

  constructor(
    private readonly file: RowFile,
    private readonly index: LineIndex,
  ) {
    this.width = index.width;
  }

  /** @throws MedgraftError `formats.fasttext-vec` where the numbers are none, `formats.truncated`, `formats.unreadable` */
  vector(word: string, into: Float32Array): boolean {
    if (into.length !== this.width) throw new RangeError(`${into.length} numbers for a vector of ${this.width}`);
    const row = this.index.words.find(this.encoder.encode(word));
    into.fill(0);
    if (row < 0) return false;
    const text = Buffer.alloc(this.index.lengths[row]);
    this.file.read(this.index.starts[row], text);
    const numbers = text
      .toString('latin1')
      .trim()
      .split(/[ \t]+/);
    for (let i = 0; i < into.length; i++) into[i] = this.parse(numbers[i], row);
    return true;
  }

  close(): Promise<void> {
    return this.file.close();
  }

  private parse(number: string, row: number): number {
    if (NUMBER.test(number)) return Number(number);
    const place = `${this.file.place}:${this.index.lines[row]}`;
    throw badVec(place, 'this is no number', 'numbers after the word', number.slice(0, 40));
  }
}

function parseHeader(text: string): { count: number; width: number } | undefined {
  const found = /^(\d{1,9})[ \t]+(\d{1,9})[ \t]*$/.exec(text);
  return found === null ? undefined : { count: Number(found[1]), width: Number(found[2]) };
}

function badVec(place: string, message: string, expected?: string, got?: string): MedgraftError {
  const hint = 'a line is a word and its numbers, with blanks in between; the first one may say how many there are';
  return new MedgraftError('input', 'formats.fasttext-vec', message, { place, expected, got, hint });
}
