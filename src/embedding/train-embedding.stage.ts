/**
 * `kg.embed`: vectors of a graph's entities and relations, trained on most of its triples, scored on the rest. Leaves a
 * DGL-KE folder, OpenKE's JSON and `evaluation.json` (by model: figures of the held-out triples and how they were taken).
 */
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { assertSettingsFit } from './embedding-options.js';
import { describeSplit, evaluationFigures } from './embedding-report.js';
import { EmbeddingTraining } from './embedding-training.store.js';
import { splitTriples } from './split-triples.js';
import { TrainEmbeddingSettings } from './train-embedding-settings.js';
import { tripleImportance } from './triple-importance.js';
import { triplesOf } from './triples.js';
import { writeEmbedding } from './write-embedding.store.js';

async function* run(
  settings: TrainEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal, scratch }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  assertHasTriples(snapshot, settings);
  assertSettingsFit(settings);
  const triples = triplesOf(snapshot);
  const split = splitTriples(triples, settings.validationShare, settings.testShare, settings.seed);
  yield { kind: 'note', message: describeSplit(split) };
  const lonely = entitiesWithoutTriples(snapshot);
  if (lonely > 0) yield { kind: 'warning', message: `${lonely} entities have no triple: their vectors stay random` };

  const importance = tripleImportance(snapshot, triples, settings.importance);
  const weights = importance && Float32Array.from(split.places, (place) => importance[place]);
  const training = new EmbeddingTraining(snapshot, split, weights, settings, await scratch(), signal);
  yield* training.resume();
  const trained = yield* training.trainAll();
  await writeEmbedding(folder, trained, snapshot, settings);
  const text = new TextEncoder().encode(`${JSON.stringify(training.evaluation, undefined, 2)}\n`);
  await writeFile(join(folder, 'evaluation.json'), (sink) => sink.write(text));
  return evaluationFigures(training.evaluation, trained, snapshot.tripleCount, snapshot.relationCount);
}

function assertHasTriples(snapshot: GraphSnapshot, { kg }: TrainEmbeddingSettings): void {
  if (snapshot.tripleCount > 0) return;
  throw new MedgraftError('input', 'embedding.empty', 'the graph has no triples to train on', { place: kg });
}

function entitiesWithoutTriples({ entityCount, outgoing, incoming }: GraphSnapshot): number {
  let count = 0;
  for (let e = 0; e < entityCount; e++) {
    const degree = outgoing.offsets[e + 1] - outgoing.offsets[e] + incoming.offsets[e + 1] - incoming.offsets[e];
    if (degree === 0) count++;
  }
  return count;
}

export const trainEmbedding: Stage<TrainEmbeddingSettings> = {
  name: 'kg.embed',
  summary: 'Train vectors of entities and relations (TransE to RESCAL) and score them on held-out triples.',
  version: 2,
  kind: 'artefact',
  settings: TrainEmbeddingSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  run,
};
