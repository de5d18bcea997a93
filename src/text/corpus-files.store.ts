/**
 * The files of a corpus: those that are named, and those below named folders whose endings say what they are. The order is
 * that of the names, so that the same folder gives the same corpus on every machine. Links are not followed: what lies in a
 * folder is what is read.
 */
import { readdirSync, statSync } from 'node:fs';
import { basename, join, relative } from 'node:path';

/** A text a line; a record a line, or a list of them; a table with a header. */
export type CorpusFormat = 'lines' | 'json' | 'csv' | 'tsv';

export interface CorpusFile {
  readonly path: string;
  readonly format: CorpusFormat;
}

export interface FoundCorpus {
  readonly files: readonly CorpusFile[];
  /** Below the folders, and of no known ending, or no file. */
  readonly skipped: readonly string[];
}

const FORMATS: Readonly<Record<string, CorpusFormat>> = {
  txt: 'lines',
  jsonl: 'json',
  json: 'json',
  csv: 'csv',
  tsv: 'tsv',
};
/** As a sentence shows them. */
export const CORPUS_ENDINGS = `${Object.keys(FORMATS)
  .map((ending) => `.${ending}`)
  .join(', ')}, each also with .gz`;
const ENDING = /\.([^.]+?)(?:\.gz)?$/i;

/**
 * @param paths files, read as plain text where their ending is unknown, and folders; what does not exist is kept as it is,
 * for the reader to tell
 */
export function findCorpusFiles(paths: readonly string[]): FoundCorpus {
  const files: CorpusFile[] = [];
  const skipped: string[] = [];
  for (const path of paths) {
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) addFolder(path, files, skipped);
    else files.push({ path, format: formatOf(path) ?? 'lines' });
  }
  return { files, skipped };
}

/** What the files below folders are called: endings decide how a file is read, names in which order. */
export function namesOfCorpus(paths: readonly string[]): Record<string, string> {
  const folders = paths.filter((path) => statSync(path, { throwIfNoEntry: false })?.isDirectory());
  return Object.fromEntries(
    folders.map((folder, i) => [
      `folder ${i + 1}`,
      findCorpusFiles([folder])
        .files.map(({ path }) => relative(folder, path))
        .join('\n'),
    ]),
  );
}

function addFolder(folder: string, files: CorpusFile[], skipped: string[]): void {
  const entries = readdirSync(folder, { withFileTypes: true });
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = join(folder, entry.name);
    const format = entry.isFile() && !entry.name.startsWith('.') ? formatOf(path) : undefined;
    if (entry.isDirectory()) addFolder(path, files, skipped);
    else if (format === undefined) skipped.push(path);
    else files.push({ path, format });
  }
}

function formatOf(path: string): CorpusFormat | undefined {
  const ending = ENDING.exec(basename(path))?.[1].toLowerCase() ?? '';
  return Object.hasOwn(FORMATS, ending) ? FORMATS[ending] : undefined;
}
