/**
 * The documents of text files, one a line, cleaned. Corpora of single sentences are joined line by line to documents;
 * an empty line then ends a document.
 */
import { readLines } from '../formats/text-lines.js';
import { cleanText } from './clean-text.js';

export interface DocumentOptions {
  /** Shorter documents are dropped; in UTF-16 units after cleaning. */
  readonly minimumCharacters: number;
  readonly joinLines: boolean;
  /** A document of joined lines ends before it gets longer, in UTF-16 units, once it has the minimum. */
  readonly joinedCharacters: number;
}

export interface DocumentCounts {
  lines: number;
  kept: number;
  dropped: number;
}

/** @param counts is kept up to date */
export async function* readDocuments(
  files: readonly string[],
  options: DocumentOptions,
  counts: DocumentCounts,
): AsyncGenerator<string, void> {
  for (const file of files) {
    const cleaned = cleanLines(file, counts);
    for await (const document of options.joinLines ? joinLines(cleaned, options) : cleaned) {
      if (document === '') continue;
      if (document.length < options.minimumCharacters) {
        counts.dropped++;
        continue;
      }
      counts.kept++;
      yield document;
    }
  }
}

async function* cleanLines(file: string, counts: DocumentCounts): AsyncGenerator<string, void> {
  for await (const { text } of readLines(file)) {
    counts.lines++;
    yield cleanText(text);
  }
}

async function* joinLines(lines: AsyncIterable<string>, options: DocumentOptions): AsyncGenerator<string, void> {
  let document = '';
  for await (const line of lines) {
    const full = document.length + 1 + line.length > options.joinedCharacters;
    if (line === '' || (full && document.length >= options.minimumCharacters)) {
      yield document;
      document = line;
    } else document = document === '' ? line : `${document} ${line}`;
  }
  yield document;
}
