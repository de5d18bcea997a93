/**
 * `kg.merge`: one more source into a graph, or a source's new edition in place of its old one. Entities meet by their keys;
 * what both tell is joined (merge-entity.ts). The graph that comes out takes the place of the old one.
 */
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { addSource, ImportGraphSettings, sourceFiles, sourceRecord } from './add-source.store.js';
import { GraphBuilder } from './graph-builder.js';
import { readGraphFiles } from './graph-files.store.js';
import { findSource } from './readers/load-mapping.js';

export class MergeGraphSettings extends ImportGraphSettings {}

async function* run(
  settings: MergeGraphSettings,
  { graph }: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const builder = new GraphBuilder();
  await readGraphFiles(graph.folder, builder);
  const found = await findSource(settings);
  const record = sourceRecord(found, settings);
  const replaced = builder.removeSource(record.name);
  if (replaced) yield { kind: 'note', message: `what ${record.name} told before is replaced` };
  builder.beginSource(record);
  return yield* addSource(builder, found, settings, context);
}

export const mergeGraph: Stage<MergeGraphSettings> = {
  name: 'kg.merge',
  summary: 'Add a source to a graph, or put its new edition in place of its old one.',
  version: 1,
  kind: 'artefact',
  resultOf: 'kg.import',
  settings: MergeGraphSettings,
  labels: ['kg'],
  positional: 'files',
  needs: { graph: 'kg.import' },
  sources: sourceFiles,
  run,
};
