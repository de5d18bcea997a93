/**
 * `kg.import`: a foreign graph by its mapping into the embedded store `kgs/<kg>/graph.db` and, as the artefact, into the
 * snapshot that the other stages read, with `rejected.jsonl` for the rows that could not be used. The store is built
 * under a temporary name and takes the old one's place last.
 */
import { mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { writeJsonLines } from '../formats/json-lines.js';
import { removeAbandoned } from '../runs/atomic-folder.js';
import { NODE_FILE_SYSTEM, syncFolder } from '../runs/durable-file-system.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { createTemporary } from '../runs/temporary-name.js';
import { Setting } from '../settings/setting.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { type ImportReport, importRows } from './import-rows.js';
import { type LoadedMapping, loadMapping, locateFiles } from './readers/load-mapping.js';
import { readSource } from './readers/read-source.js';
import { writeSnapshot } from './snapshot-file.js';
import { countSelfLoops, snapshotOfStore } from './snapshot-of-store.js';
import { EmbeddedGraphStore } from './store/embedded/embedded-graph.store.js';

export class ImportGraphSettings {
  @Setting({ type: 'string', meaning: 'Name that the graph gets.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning: 'How the files are read: a folder of kg-import/, or the path of a mapping.yaml.',
    required: true,
  })
  mapping!: string;

  @Setting({
    type: 'strings',
    meaning:
      'Files to read in place of those that the mapping names, matched by file name; a single file needs no match.',
  })
  files: string[] = [];

  @Setting({ type: 'integer', meaning: 'More bad rows end the import; not set: never.', minimum: 0, optional: true })
  maximumErrors?: number;

  @Setting({
    type: 'integer',
    meaning: 'So many bad rows are listed in rejected.jsonl.',
    minimum: 0,
    maximum: 1_000_000,
  })
  errorsListed = 1000;
}

async function* run(
  settings: ImportGraphSettings,
  _inputs: StageInputs,
  { folder, home, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const loaded = loadMapping(settings.mapping);
  const kgFolder = join(home, 'kgs', settings.kg);
  await mkdir(kgFolder, { recursive: true });
  await removeAbandoned(kgFolder);
  const target = join(kgFolder, 'graph.db');
  const temporary = (await createTemporary(target, 'tmp', (path) => mkdir(path))).path;
  try {
    const path = join(temporary, 'graph.db');
    const figures = yield* fillStore(path, loaded, settings, folder, signal);
    await putInPlace(path, target);
    await syncFolder(NODE_FILE_SYSTEM, kgFolder);
    return figures;
  } finally {
    await NODE_FILE_SYSTEM.remove(temporary);
  }
}

/** Imports into a new store at `path`, then writes snapshot and rejected rows into `folder`. */
async function* fillStore(
  path: string,
  loaded: LoadedMapping,
  settings: ImportGraphSettings,
  folder: string,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, StageFigures> {
  const store = EmbeddedGraphStore.open(path);
  try {
    const rows = readSource(loaded.mapping, locateFiles(loaded, settings.files));
    const { maximumErrors, errorsListed } = settings;
    const report = yield* importRows(rows, store, { maximumErrors, errorsListed, signal });
    for (const { file, line, code, reason } of report.listed.slice(0, WARNINGS)) {
      yield { kind: 'warning', place: `${file}:${line}`, message: `${reason} [${code}]` };
    }
    yield { kind: 'progress', phase: 'snapshot', done: 0, total: 1, unit: 'files' };
    const { snapshot, contentHash } = await snapshotOfStore(store);
    throwIfCancelled(signal);
    if (snapshot.tripleCount === 0) throw emptyGraph(loaded, report);
    await writeSnapshot(folder, snapshot);
    await writeFile(join(folder, 'rejected.jsonl'), (sink) => writeJsonLines(sink, report.listed));
    yield { kind: 'progress', phase: 'snapshot', done: 1, total: 1, unit: 'files' };
    return figuresOf(snapshot, report, contentHash);
  } finally {
    await store.close();
  }
}

/** Bad rows that are also shown while the import runs. */
const WARNINGS = 10;

function figuresOf(snapshot: GraphSnapshot, report: ImportReport, contentHash: string): StageFigures {
  return {
    entities: snapshot.entityCount,
    triples: snapshot.tripleCount,
    relations: snapshot.relationCount,
    types: snapshot.typeCount,
    aliases: snapshot.aliasTexts.length,
    selfLoops: countSelfLoops(snapshot),
    repeatedEntities: report.repeatedEntities,
    repeatedTriples: report.tripleRows - snapshot.tripleCount,
    rejectedRows: report.errors,
    ...Object.fromEntries(Object.entries(report.errorsByCode).map(([code, count]) => [`rejected ${code}`, count])),
    contentHash,
  };
}

/** A log left beside the old store would be replayed into the new one, so it goes first. */
async function putInPlace(path: string, target: string): Promise<void> {
  for (const suffix of ['-wal', '-shm']) await NODE_FILE_SYSTEM.remove(`${target}${suffix}`);
  await rename(path, target);
}

function emptyGraph({ path }: LoadedMapping, report: ImportReport): MedgraftError {
  const first = report.listed[0];
  return new MedgraftError('input', 'graph.empty', 'no triple could be imported', {
    place: first ? `${first.file}:${first.line}` : path,
    got: first ? `${report.errors} bad rows, the first: ${first.reason}` : 'no rows that the mapping speaks of',
    hint: 'compare the columns or predicates of the files with the mapping',
  });
}

export const importGraph: Stage<ImportGraphSettings> = {
  name: 'kg.import',
  summary: 'Import a knowledge graph by a mapping, checking each row.',
  version: 1,
  kind: 'artefact',
  settings: ImportGraphSettings,
  labels: ['kg'],
  needs: {},
  sources(settings) {
    const loaded = loadMapping(settings.mapping);
    return [loaded.path, ...locateFiles(loaded, settings.files).values()];
  },
  run,
};
