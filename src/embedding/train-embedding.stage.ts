/**
 * `kg.embed`: vectors of a graph's entities and relations, trained on most of its triples, scored on the rest. Leaves a
 * DGL-KE folder, OpenKE's JSON and `evaluation.json` (by model: figures of the held-out triples and how they were taken).
 */
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import type {
  EstimateContext,
  Stage,
  StageContext,
  StageEstimate,
  StageEvent,
  StageFigures,
  StageInputs,
} from '../runs/stage.js';
import { assertSettingsFit } from './embedding-options.js';
import { describeSplit, evaluationFigures } from './evaluation/embedding-report.js';
import { TrainEmbeddingSettings } from './train-embedding-settings.js';
import { EmbeddingTraining } from './training/embedding-training.store.js';
import { estimateTraining } from './training/estimate-training.store.js';
import { splitOf } from './training/held-out.store.js';
import { followWorld, leaveWorld } from './training/training-world.store.js';
import { importanceAt } from './training/triple-importance.js';
import { type Triples, tripleCount } from './triples.js';
import { filesOfVectors } from './vectors/locate-vectors.store.js';
import { startingVectors } from './vectors/start-from.store.js';
import { writeEmbedding } from './write-embedding.store.js';

async function* run(
  settings: TrainEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal, scratch }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { snapshot, split } = await begin(settings, inputs);
  yield { kind: 'note', message: describeSplit(split) };
  if (split.dropped > 0) {
    yield { kind: 'warning', message: `${split.dropped} held-out triples name what the graph does not have` };
  }
  const lonely = unseenEntities(split.train, snapshot.entityCount);
  if (lonely > 0)
    yield { kind: 'warning', message: `${lonely} entities have no triple to train on: their vectors stay random` };
  if (settings.lockFree && settings.threads > 1) {
    yield {
      kind: 'note',
      message: 'threads do not wait for each other: the same seed will not give these vectors again',
    };
  }
  const weights = importanceAt(snapshot, split.places, settings.importance);
  const starting = yield* startingVectors(settings, snapshot);
  const training = new EmbeddingTraining(snapshot, split, weights, settings, await scratch(), signal, starting);
  yield* training.resume();
  const trained = yield* training.trainAll();
  await writeEmbedding(folder, trained, snapshot, settings);
  const text = new TextEncoder().encode(`${JSON.stringify(training.evaluation, undefined, 2)}\n`);
  await writeFile(join(folder, 'evaluation.json'), (sink) => sink.write(text));
  return evaluationFigures(training.evaluation, trained, snapshot.tripleCount, snapshot.relationCount);
}

/** Reads the graph and splits it; refuses what cannot be trained. */
async function begin(settings: TrainEmbeddingSettings, inputs: StageInputs) {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  assertHasTriples(snapshot, settings);
  assertSettingsFit(settings);
  const split = await splitOf(snapshot, settings);
  assertLeft(split.train, settings);
  return { snapshot, split };
}

async function* estimate(
  settings: TrainEmbeddingSettings,
  inputs: StageInputs,
  { signal }: EstimateContext,
): AsyncGenerator<StageEvent, StageEstimate> {
  const { snapshot, split } = await begin(settings, inputs);
  return yield* estimateTraining(snapshot, split, settings, signal);
}

function assertHasTriples(snapshot: GraphSnapshot, { kg }: TrainEmbeddingSettings): void {
  if (snapshot.tripleCount > 0) return;
  throw new MedgraftError('input', 'embedding.empty', 'the graph has no triples to train on', { place: kg });
}

function assertLeft(train: Triples, { kg }: TrainEmbeddingSettings): void {
  if (tripleCount(train) > 0) return;
  throw new MedgraftError('input', 'embedding.empty', 'no triple is left to train on: all are held out', { place: kg });
}

function unseenEntities({ heads, tails }: Triples, entities: number): number {
  const isSeen = new Uint8Array(entities);
  for (const column of [heads, tails]) for (const entity of column) isSeen[entity] = 1;
  return isSeen.filter((seen) => seen === 0).length;
}

export const trainEmbedding: Stage<TrainEmbeddingSettings> = {
  name: 'kg.embed',
  summary: 'Train vectors of entities and relations (TransE to RESCAL) and score them on held-out triples.',
  version: 3,
  kind: 'artefact',
  settings: TrainEmbeddingSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  sources: ({ valid, test, startFrom }) => [
    ...[valid, test].filter((file) => file !== undefined),
    ...(startFrom === undefined ? [] : filesOfVectors(startFrom)),
  ],
  estimate,
  follow: ({ processes }) => followWorld(processes),
  leave: leaveWorld,
  run,
};
