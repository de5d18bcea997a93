/**
 * `kg.export`: a graph as files for other programs, with a `mapping.yaml` by which `kg.import` reads them again. What a
 * format cannot hold is told.
 */
import { join } from 'node:path';
import { stringify } from 'yaml';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { STORE_FILE } from './graph-files.store.js';
import type { SourceRecord } from './graph-store.js';
import { EmbeddedGraphStore } from './store/embedded/embedded-graph.store.js';
import { exportGraphLines } from './writers/write-graph-lines.js';
import { type ExportGraph, writeText } from './writers/write-lines.store.js';
import { exportNTriples } from './writers/write-n-triples.js';
import { exportNeo4j } from './writers/write-neo4j.js';
import { exportDglKe, exportLibKge, exportOpenKe, exportPyKeen } from './writers/write-numbered-triples.js';
import { exportParquet, exportTsv } from './writers/write-tables.js';
import { exportTriples } from './writers/write-triples.js';

const FORMATS = {
  'neo4j-admin': exportNeo4j,
  tsv: exportTsv,
  jsonl: exportGraphLines,
  parquet: exportParquet,
  'n-triples': exportNTriples,
  triples: exportTriples,
  openke: exportOpenKe,
  'dgl-ke': exportDglKe,
  libkge: exportLibKge,
  pykeen: exportPyKeen,
} satisfies Record<string, ExportGraph>;

export class ExportGraphSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning:
      'What is written: files for `neo4j-admin database import`, tables, JSON Lines, RDF, or bare triples for embedding programs.',
    choices: Object.keys(FORMATS),
  })
  format: keyof typeof FORMATS = 'neo4j-admin';

  @Setting({
    type: 'boolean',
    meaning:
      'Also in files for neo4j-admin an apostrophe keeps a spreadsheet from running cells that begin with = + - @; ' +
      'Neo4j would keep the apostrophes. Tables are escaped always.',
  })
  escapeFormulas = false;
}

async function* run(
  { kg, format, escapeFormulas }: ExportGraphSettings,
  { graph }: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const store = EmbeddedGraphStore.open(join(graph.folder, STORE_FILE));
  try {
    const { mapping, lost } = yield* FORMATS[format](store, { folder, signal }, { escapeFormulas });
    await writeText({ folder }, 'mapping.yaml', stringify({ ...about(kg, await store.sources()), ...mapping }));
    if (lost !== undefined) yield { kind: 'note', message: `not in these files: ${lost}` };
    const { entities, triples } = await store.counts();
    return { entities, triples, contentHash: String(graph.manifest.figures['contentHash']), exact: lost === undefined };
  } finally {
    await store.close();
  }
}

/** What mapping.yaml says of the files' origin. */
function about(kg: string, sources: readonly SourceRecord[]): Record<string, string | undefined> {
  const all = (key: 'licence' | 'origin') => [...new Set(sources.flatMap((source) => source[key] ?? []))].join('; ');
  return { title: `The graph ${kg}`, licence: all('licence') || undefined, source: all('origin') || undefined };
}

export const exportGraph: Stage<ExportGraphSettings> = {
  name: 'kg.export',
  summary: 'Write a graph as files for Neo4j, tables, Parquet or JSON Lines, with a mapping that reads them again.',
  version: 1,
  kind: 'artefact',
  settings: ExportGraphSettings,
  labels: ['kg', 'format'],
  needs: { graph: 'kg.import' },
  run,
};
