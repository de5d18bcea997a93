/**
 * What `medgraft kg check` and the stage `kg.check` share: a source is read as an import would read it, and nothing is kept
 * but the report and, when asked for, a cleaned copy of what an import would take.
 */
import { mkdir } from 'node:fs/promises';
import { stringify } from 'yaml';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { StageEvent } from '../runs/stage.js';
import type { CheckReport } from './check-report.js';
import { type CheckOptions, RowCheck } from './check-rows.js';
import { GraphBuilder } from './graph-builder.js';
import type { FoundSource } from './readers/load-mapping.js';
import { readSource } from './readers/read-source.js';
import type { SourceRow } from './readers/source-row.js';
import { contentGraph } from './writers/content-graph.js';
import { writeText } from './writers/write-lines.store.js';
import { exportTsv } from './writers/write-tables.js';

export interface CheckSourceOptions extends CheckOptions {
  /** Folder of the cleaned copy, made when it is not there. */
  fix?: string;
  signal: AbortSignal;
}

/** Rows between two progress events. */
const PROGRESS_ROWS = 50_000;

/**
 * The cleaned copy is `entities.tsv`, `triples.tsv` and `mapping.yaml`: without rows in error, dangling triples, repeats and
 * self-loops; what is told of one entity in several rows is joined. Isolated entities stay.
 * @throws MedgraftError as `readSource`, `run.cancelled`
 */
export async function* checkSource(
  { mapping, located, source }: FoundSource,
  { fix, signal, ...options }: CheckSourceOptions,
): AsyncGenerator<StageEvent, CheckReport> {
  const check = new RowCheck(options);
  const builder = fix === undefined ? undefined : new GraphBuilder();
  builder?.beginSource(source);
  let rows = 0;
  let told = 0;
  for await (const block of readSource(mapping, located)) {
    throwIfCancelled(signal);
    for (const row of block) if (check.add(row) && builder !== undefined) addRow(builder, row);
    rows += block.length;
    if (rows - told < PROGRESS_ROWS) continue;
    told = rows;
    yield { kind: 'progress', phase: 'check', done: rows, unit: 'rows' };
  }
  yield { kind: 'progress', phase: 'check', done: rows, total: rows, unit: 'rows' };
  if (builder !== undefined && fix !== undefined) yield* writeCopy(builder, fix, signal);
  return check.finish();
}

function addRow(builder: GraphBuilder, row: SourceRow): void {
  if (row.kind === 'entity') builder.addEntity(row.entity);
  else if (row.kind === 'triple') builder.addTriple(row.triple);
}

async function* writeCopy(builder: GraphBuilder, folder: string, signal: AbortSignal): AsyncGenerator<StageEvent> {
  if (builder.tripleRows === 0) throw nothingLeft();
  await mkdir(folder, { recursive: true });
  const graph = contentGraph(builder.finish());
  const { mapping } = yield* exportTsv(graph, { folder, signal });
  const [{ name, licence, origin }] = await graph.sources();
  const about = { title: `${name}, cleaned`, licence, source: origin };
  await writeText({ folder }, 'mapping.yaml', stringify({ ...about, ...mapping }));
}

function nothingLeft(): MedgraftError {
  return new MedgraftError('input', 'graph.empty', 'no triple is left for a cleaned copy', {
    hint: 'check without a copy, and mend the first errors',
  });
}
