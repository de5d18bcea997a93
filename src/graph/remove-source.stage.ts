/** `kg.remove`: takes out of a graph what only one source tells. The graph that is left takes the place of the old one. */
import { MedgraftError } from '../base/errors.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { Setting } from '../settings/setting.js';
import { GraphBuilder } from './graph-builder.js';
import { readGraphFiles, writeGraphFiles } from './graph-files.store.js';

export class RemoveSourceSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({ type: 'string', meaning: 'Name of the source within the graph.', required: true })
  source!: string;
}

async function* run(
  { kg, source }: RemoveSourceSettings,
  { graph }: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const builder = new GraphBuilder();
  await readGraphFiles(graph.folder, builder);
  if (!builder.removeSource(source)) throw unknownSource(kg, source, String(graph.manifest.figures['sources']));
  const before = builder.tripleRows;
  const content = builder.finish();
  if (content.snapshot.tripleCount === 0) throw lastSource(kg, source);
  const figures = yield* writeGraphFiles(content, context);
  // Triples of other sources whose ends only the removed source knew are gone with it.
  const kept = content.parts?.edges.heads.length ?? content.snapshot.tripleCount;
  return { ...figures, danglingTriples: before - kept };
}

function unknownSource(kg: string, source: string, known: string): MedgraftError {
  return new MedgraftError('missing', 'graph.source-unknown', `the graph ${kg} has no such source`, {
    place: 'source',
    expected: `one of ${known}`,
    got: source,
  });
}

function lastSource(kg: string, source: string): MedgraftError {
  return new MedgraftError('input', 'graph.source-last', `nothing would be left of the graph ${kg}`, {
    place: 'source',
    got: source,
    hint: `medgraft kg delete --kg ${kg} removes the whole graph`,
  });
}

export const removeSource: Stage<RemoveSourceSettings> = {
  name: 'kg.remove',
  summary: 'Take a source out of a graph.',
  version: 1,
  kind: 'artefact',
  resultOf: 'kg.import',
  settings: RemoveSourceSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  run,
};
