/**
 * `kg.import`: a foreign graph by its mapping becomes the graph of a name. What the name stood for before is replaced as a
 * whole.
 */
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { addSource, ImportGraphSettings, sourceFiles, sourceRecord } from './add-source.store.js';
import { GraphBuilder } from './graph-builder.js';
import { findSource } from './readers/load-mapping.js';

async function* run(
  settings: ImportGraphSettings,
  _inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const builder = new GraphBuilder();
  const found = await findSource(settings);
  builder.beginSource(sourceRecord(found, settings));
  return yield* addSource(builder, found, settings, context);
}

export const importGraph: Stage<ImportGraphSettings> = {
  name: 'kg.import',
  summary: 'Import a knowledge graph by a mapping, checking each row.',
  version: 2,
  kind: 'artefact',
  settings: ImportGraphSettings,
  labels: ['kg'],
  positional: 'files',
  needs: {},
  sources: sourceFiles,
  run,
};
