/**
 * The files of a corpus: those that are named, and those below named folders whose endings say what they are. The order is
 * that of the names, so that the same folder gives the same corpus on every machine. Links are not followed: what lies in a
 * folder is what is read.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** A text a line; a record a line, or a list of them; a table with a header. */
export type CorpusFormat = 'lines' | 'json' | 'csv' | 'tsv';

export interface CorpusFile<F extends string = CorpusFormat> {
  readonly path: string;
  readonly format: F;
}

/** What a file is by the ending of its name, without the `.gz`. */
export type FormatEndings<F extends string> = Readonly<Record<string, F>>;

export interface FoundCorpus<F extends string = CorpusFormat> {
  readonly files: readonly CorpusFile<F>[];
  /** Below the folders, and of no known ending, or no file. */
  readonly skipped: readonly string[];
}

export const CORPUS_FORMATS: FormatEndings<CorpusFormat> = {
  txt: 'lines',
  jsonl: 'json',
  json: 'json',
  csv: 'csv',
  tsv: 'tsv',
};
/** As a sentence shows them. */
export const CORPUS_ENDINGS = shownEndings(CORPUS_FORMATS);
const ENDING = /\.([^.]+?)(?:\.gz)?$/i;

export function shownEndings(formats: FormatEndings<string>): string {
  const endings = Object.keys(formats).map((ending) => `.${ending}`);
  return `${endings.join(', ')}, each also with .gz`;
}

/** As `findFiles`, those that every corpus may have. */
export function findCorpusFiles(paths: readonly string[]): FoundCorpus {
  return findFiles(paths, CORPUS_FORMATS);
}

/**
 * @param paths files, read as plain text where their ending is unknown, and folders; what does not exist is kept as it is,
 * for the reader to tell
 */
export function findFiles<F extends string>(
  paths: readonly string[],
  formats: FormatEndings<F>,
): FoundCorpus<F | 'lines'> {
  const files: CorpusFile<F | 'lines'>[] = [];
  const skipped: string[] = [];
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) addFolder(path, formats, files, skipped);
    else files.push({ path, format: formatOf(path, formats) ?? 'lines' });
  }
  return { files, skipped };
}

/** What the files below folders are called: endings decide how a file is read, names in which order. */
export function namesOfCorpus(
  paths: readonly string[],
  formats: FormatEndings<string> = CORPUS_FORMATS,
): Record<string, string> {
  const folders = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  return Object.fromEntries(
    folders.map((folder, i) => [
      `folder ${i + 1}`,
      findFiles([folder], formats)
        .files.map(({ path }) => relative(folder, path))
        .join('\n'),
    ]),
  );
}

function addFolder<F extends string>(
  folder: string,
  formats: FormatEndings<F>,
  files: CorpusFile<F | 'lines'>[],
  skipped: string[],
): void {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const format = entry.isFile() && !entry.name.startsWith('.') ? formatOf(path, formats) : undefined;
    if (entry.isDirectory()) addFolder(path, formats, files, skipped);
    else if (format === undefined) skipped.push(path);
    else files.push({ path, format });
  }
}

function formatOf<F extends string>(path: string, formats: FormatEndings<F>): F | undefined {
  const ending = ENDING.exec(basename(path))?.[1].toLowerCase() ?? '';
  return Object.hasOwn(formats, ending) ? formats[ending] : undefined;
}
