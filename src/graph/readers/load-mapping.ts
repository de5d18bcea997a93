/**
 * Finds and reads a mapping: by the name of a folder under kg-import/, or by the path of a `mapping.yaml`; and finds the
 * files that it reads, which stand beside it unless the user names others.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { MedgraftError } from '../../base/errors.js';
import type { SourceRecord } from '../graph-store.js';
import { type GuessedMapping, guessMapping } from './guess-mapping.js';
import { type Mapping, mappingFiles, parseMapping } from './mapping.js';

/** As far from src/graph/readers as from dist/graph/readers. */
const KNOWN_SOURCES = fileURLToPath(new URL('../../../kg-import/', import.meta.url));

export interface LoadedMapping {
  readonly mapping: Mapping;
  /** What the graph's provenance says of these files. */
  readonly source: SourceRecord;
  /** Of the `mapping.yaml`. */
  readonly path: string;
}

/** A source that is ready to be read. */
export interface FoundSource {
  readonly mapping: Mapping;
  readonly source: SourceRecord;
  /** From a file as the mapping names it to its path. */
  readonly located: ReadonlyMap<string, string>;
  /** The mapping, when nobody named one. */
  readonly guessed?: GuessedMapping;
}

export interface SourceSettings {
  mapping?: string;
  files: readonly string[];
}

/**
 * @throws MedgraftError `graph.mapping-missing`, `graph.mapping`, `graph.files`, and as `guessMapping` where no mapping is
 *   named
 */
export async function findSource({ mapping: named, files }: SourceSettings): Promise<FoundSource> {
  if (named !== undefined) {
    const loaded = loadMapping(named);
    return { ...loaded, located: locateFiles(loaded, files) };
  }
  const paths = neededFiles(files).map((file) => resolve(file));
  const guessed = await guessMapping(paths);
  const mapping = parseMapping(guessed, 'guessed mapping');
  const located = new Map(mappingFiles(mapping).map((file) => [file, file]));
  return { mapping, located, guessed, source: { name: basename(paths[0]).replace(/\..*$/, '') || 'source' } };
}

/** Files whose contents decide what is read. */
export function filesOfSource({ mapping, files }: SourceSettings): string[] {
  if (mapping === undefined) return neededFiles(files).map((file) => resolve(file));
  const loaded = loadMapping(mapping);
  return [loaded.path, ...locateFiles(loaded, files).values()];
}

function neededFiles(files: readonly string[]): readonly string[] {
  if (files.length > 0) return files;
  throw new MedgraftError('input', 'graph.files', 'neither a mapping nor a file is named', {
    place: 'files',
    hint: 'name the files, or a folder of kg-import/ as the mapping',
  });
}

/** @throws MedgraftError `graph.mapping-missing`, `graph.mapping` */
export function loadMapping(nameOrPath: string): LoadedMapping {
  const isName = !/[\\/]|\.ya?ml$/i.test(nameOrPath);
  const path = isName ? join(KNOWN_SOURCES, nameOrPath, 'mapping.yaml') : resolve(nameOrPath);
  if (!existsSync(path)) throw missingMapping(nameOrPath);
  const yaml = parseYaml(path);
  const mapping = parseMapping(yaml, path);
  // Checked by now: an object whose `licence` and `source` are texts or absent.
  const { licence, source: origin } = yaml as { licence?: string; source?: string };
  return { mapping, path, source: { name: basename(dirname(path)), licence, origin } };
}

/**
 * @param files paths of the user; each stands for the file of the mapping with the same base name, or for the only one
 * @returns from a file as the mapping names it to its path
 * @throws MedgraftError `graph.files` for a path that fits no file of the mapping
 */
export function locateFiles({ mapping, path }: LoadedMapping, files: readonly string[]): Map<string, string> {
  const named = mappingFiles(mapping);
  const located = new Map(named.map((file) => [file, resolve(dirname(path), file)]));
  for (const file of files) {
    const only = named.length === 1 && files.length === 1 ? named[0] : undefined;
    const target = only ?? named.find((candidate) => basename(candidate) === basename(file));
    if (target === undefined) throw unknownFile(file, named);
    located.set(target, resolve(file));
  }
  return located;
}

function parseYaml(path: string): unknown {
  try {
    return parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    const got = cause instanceof Error ? cause.message.split('\n')[0] : undefined;
    throw new MedgraftError('input', 'graph.mapping', 'the mapping is not YAML', { place: path, got, cause });
  }
}

function missingMapping(nameOrPath: string): MedgraftError {
  const known = existsSync(KNOWN_SOURCES) ? readdirSync(KNOWN_SOURCES).sort() : [];
  return new MedgraftError('missing', 'graph.mapping-missing', 'there is no such mapping', {
    place: nameOrPath,
    expected: `one of ${known.join(', ')}, or the path of a mapping.yaml`,
    hint: 'copy a folder of kg-import/ and describe your files in its mapping.yaml',
  });
}

function unknownFile(file: string, named: readonly string[]): MedgraftError {
  return new MedgraftError('input', 'graph.files', 'the mapping reads no file of this name', {
    place: file,
    expected: named.map((name) => basename(name)).join(', '),
    hint: 'rename the file, or name it in a mapping.yaml of your own',
  });
}
