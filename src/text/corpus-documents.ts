/**
 * The documents of a corpus, cleaned: a line or a record each. Corpora of single sentences are joined, one after the other,
 * to documents; an empty line then ends a document.
 */
import { cleanText } from './clean-text.js';
import type { CorpusFile } from './corpus-files.store.js';
import type { CorpusProblems } from './corpus-problems.js';
import { readTexts } from './corpus-texts.js';

export interface DocumentOptions {
  /** Of records and tables: keys or columns with the text. */
  readonly textFields: readonly string[];
  /** Whether tables begin with the names of their columns; else these are 1, 2, 3. */
  readonly header: boolean;
  /** Shorter documents are dropped; in UTF-16 units after cleaning. */
  readonly minimumCharacters: number;
  readonly joinLines: boolean;
  /** A document of joined lines ends before it gets longer, in UTF-16 units, once it has the minimum. */
  readonly joinedCharacters: number;
}

export interface DocumentCounts {
  /** Lines, or records with text. */
  lines: number;
  kept: number;
  dropped: number;
}

/** @param counts is kept up to date, as are the problems */
export async function* readDocuments(
  files: readonly CorpusFile[],
  options: DocumentOptions,
  counts: DocumentCounts,
  problems: CorpusProblems,
): AsyncGenerator<string, void> {
  for (const file of files) {
    const cleaned = cleanTexts(readTexts(file, options.textFields, problems, options.header), counts);
    for await (const document of options.joinLines ? joinTexts(cleaned, options) : cleaned) {
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

async function* cleanTexts(texts: AsyncIterable<string>, counts: DocumentCounts): AsyncGenerator<string, void> {
  for await (const text of texts) {
    counts.lines++;
    yield cleanText(text);
  }
}

async function* joinTexts(texts: AsyncIterable<string>, options: DocumentOptions): AsyncGenerator<string, void> {
  let document = '';
  for await (const text of texts) {
    const full = document.length + 1 + text.length > options.joinedCharacters;
    if (text === '' || (full && document.length >= options.minimumCharacters)) {
      yield document;
      document = text;
    } else document = document === '' ? text : `${document} ${text}`;
  }
  yield document;
}
