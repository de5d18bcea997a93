/**
 * Files of triples as three numbers a line, separated by blanks or tabs, as OpenKE (`train2id.txt`, with the count in the
 * first line), DGL-KE (`udd_*`) and LibKGE (`train.del`, both without) and PyKEEN (`numeric_triples.tsv.gz`, with a header)
 * read them. A bad line is handed on with its problem.
 */
import { readLines } from './text-lines.js';

export interface NumberedTriple {
  /** From 1. */
  readonly line: number;
  /** Columns as they stand; empty for a bad line. */
  readonly numbers: readonly number[];
  readonly problem?: string;
}

/** What the first line is. */
export type FirstLine = 'count' | 'header' | 'triple';

const HEADER = 'head relation tail';

/** @throws MedgraftError as `readLines` */
export async function* readNumberedTriples(path: string, first: FirstLine): AsyncGenerator<NumberedTriple, void> {
  let count: number | undefined;
  let firstLine = 0;
  let rows = 0;
  for await (const { line, text } of readLines(path)) {
    const words = text.trim().split(/[ \t]+/);
    if (words[0] === '') continue;
    if (first !== 'triple' && firstLine === 0) {
      firstLine = line;
      const isCount = words.length === 1 && isNumber(words[0]);
      if (first === 'count' && isCount) count = Number(words[0]);
      else if (first === 'count') yield { line, numbers: [], problem: 'the first line is no count' };
      else if (words.join(' ') !== HEADER) yield { line, numbers: [], problem: `the first line is not: ${HEADER}` };
      continue;
    }
    rows++;
    if (words.length === 3 && words.every(isNumber)) yield { line, numbers: words.map(Number) };
    else yield { line, numbers: [], problem: 'the line is not three numbers' };
  }
  if (count === undefined || count === rows) return;
  yield { line: firstLine, numbers: [], problem: `the file counts ${count} triples and has ${rows}` };
}

function isNumber(word: string): boolean {
  return /^\d{1,10}$/.test(word);
}
