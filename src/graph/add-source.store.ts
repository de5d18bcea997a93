/**
 * What `kg.import` and `kg.merge` share: their settings, and the files of one mapping read into a builder and written as a
 * graph, with `rejected.jsonl` for the rows that could not be used.
 */
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import { writeJsonLines } from '../formats/json-lines.js';
import type { StageContext, StageEvent, StageFigures } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import type { GraphBuilder } from './graph-builder.js';
import { writeGraphFiles } from './graph-files.store.js';
import { type ImportReport, importRows } from './import-rows.js';
import { type FoundSource, filesOfSource } from './readers/load-mapping.js';
import { readSource } from './readers/read-source.js';

export class ImportGraphSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning:
      'How the files are read: a folder of kg-import/, or the path of a mapping.yaml; not set: guessed from the files.',
    optional: true,
    path: 'mapping',
  })
  mapping?: string;

  @Setting({
    type: 'strings',
    meaning:
      'Files to read in place of those that the mapping names, matched by file name; a single file needs no match.',
    path: 'data',
  })
  files: string[] = [];

  @Setting({
    type: 'string',
    meaning: "Name of this source within the graph; not set: that of the mapping's folder.",
    optional: true,
  })
  source?: string;

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

/** Reads the files of a mapping into the builder, and writes the graph that it holds then. */
export async function* addSource(
  builder: GraphBuilder,
  found: FoundSource,
  { maximumErrors, errorsListed }: ImportGraphSettings,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  if (found.guessed !== undefined) yield { kind: 'note', message: `guessed mapping: ${JSON.stringify(found.guessed)}` };
  const rows = readSource(found.mapping, found.located);
  const before = builder.tripleRows;
  const report = yield* importRows(rows, builder, { maximumErrors, errorsListed, signal: context.signal });
  for (const { file, line, code, reason } of report.listed.slice(0, WARNINGS)) {
    yield { kind: 'warning', place: `${file}:${line}`, message: `${reason} [${code}]` };
  }
  if (report.tripleRows === 0) throw emptyGraph(found, report);
  await writeFile(join(context.folder, 'rejected.jsonl'), (sink) => writeJsonLines(sink, report.listed));
  const content = builder.finish();
  const figures = yield* writeGraphFiles(content, context);
  return {
    ...figures,
    ...reportFigures(report),
    repeatedTriples: before + report.tripleRows - content.snapshot.tripleCount,
  };
}

export function sourceRecord({ source }: FoundSource, { source: name }: ImportGraphSettings) {
  return { ...source, name: name ?? source.name };
}

/** Files whose contents decide the result. */
export function sourceFiles(settings: ImportGraphSettings): string[] {
  return filesOfSource(settings);
}

/** Bad rows that are also shown while the import runs. */
const WARNINGS = 10;

function reportFigures(report: ImportReport): StageFigures {
  return {
    repeatedEntities: report.repeatedEntities,
    otherNames: report.otherNames,
    rejectedRows: report.errors,
    ...Object.fromEntries(Object.entries(report.errorsByCode).map(([code, count]) => [`rejected ${code}`, count])),
  };
}

function emptyGraph({ located }: FoundSource, report: ImportReport): MedgraftError {
  const first = report.listed[0];
  return new MedgraftError('input', 'graph.empty', 'no triple could be imported', {
    place: first ? `${first.file}:${first.line}` : [...located.values()].at(-1),
    got: first ? `${report.errors} bad rows, the first: ${first.reason}` : 'no rows that the mapping speaks of',
    hint: 'compare the columns or predicates of the files with the mapping',
  });
}
