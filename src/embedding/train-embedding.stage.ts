/**
 * `kg.embed`: vectors of a graph's entities and relations, trained on most of its triples, scored on the rest. Leaves a
 * DGL-KE folder, OpenKE's JSON and `evaluation.json` (by model: figures of the held-out triples and how they were taken).
 */
import { join } from 'node:path';
import { setImmediate } from 'node:timers/promises';
import { MedgraftError } from '../base/errors.js';
import { writeFile } from '../formats/byte-sink.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import type { EmbeddingModelName } from './create-embedding.js';
import type { EmbeddingModel } from './embedding-model.js';
import { assertSettingsFit, embeddingOptions, startsFromTransE } from './embedding-options.js';
import {
  describeEvaluation,
  describeSplit,
  type Evaluation,
  evaluationFigures,
  evaluationOf,
  finalTask,
} from './embedding-report.js';
import { startFrom } from './initialise-embedding.js';
import { rankingReport } from './ranking-evaluation.js';
import type { RankingTask } from './ranking-lane.js';
import { splitTriples, type TripleSplit } from './split-triples.js';
import { type TrainingEvent, trainEmbedding as train, validationTask } from './train-embedding.js';
import { TrainEmbeddingSettings } from './train-embedding-settings.js';
import { type TrainingFacts, trainingFacts } from './training-facts.js';
import { TrainingTeam } from './training-team.js';
import { tripleImportance } from './triple-importance.js';
import { triplesOf } from './triples.js';
import { writeEmbedding } from './write-embedding.store.js';

async function* run(
  settings: TrainEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
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
  const training = new Training(snapshot, split, weights, settings, signal);
  let start: EmbeddingModel | undefined;
  if (startsFromTransE(settings)) start = yield* training.train('transe', settings.warmStartEpochs);
  const trained = yield* training.train(settings.model, settings.epochs, start);
  await writeEmbedding(folder, trained, snapshot, settings);
  const text = new TextEncoder().encode(`${JSON.stringify(training.evaluation, undefined, 2)}\n`);
  await writeFile(join(folder, 'evaluation.json'), (sink) => sink.write(text));
  return evaluationFigures(training.evaluation, trained, snapshot.tripleCount, snapshot.relationCount);
}

/** One model after the other on the same split. */
class Training {
  readonly evaluation: Record<string, Evaluation> = {};
  private readonly validation: RankingTask | undefined;
  private readonly final: RankingTask | undefined;
  private readonly facts: TrainingFacts;

  constructor(
    private readonly snapshot: GraphSnapshot,
    private readonly split: TripleSplit,
    private readonly weights: Float32Array | undefined,
    private readonly settings: TrainEmbeddingSettings,
    private readonly signal: AbortSignal,
  ) {
    this.validation = validationTask(split, settings);
    this.final = finalTask(split);
    this.facts = trainingFacts(split.train, { entities: snapshot.entityCount, relations: snapshot.relationCount });
  }

  async *train(
    name: EmbeddingModelName,
    epochs: number,
    start?: EmbeddingModel,
  ): AsyncGenerator<StageEvent, EmbeddingModel> {
    const { snapshot, split, weights, settings } = this;
    const { entityCount, relationCount } = snapshot;
    const options = embeddingOptions(name, entityCount, relationCount, settings);
    const rankings = [this.validation, this.final].filter((task) => task !== undefined);
    const team = await TrainingTeam.open(options, settings, split.train, { ...settings, weights, rankings });
    try {
      if (start) startFrom(team.embedding.model, start);
      return yield* this.trainBy(team, name, epochs);
    } finally {
      team.close();
    }
  }

  private async *trainBy(
    team: TrainingTeam,
    name: EmbeddingModelName,
    epochs: number,
  ): AsyncGenerator<StageEvent, EmbeddingModel> {
    const { split, settings, signal, validation, final } = this;
    const { model } = team.embedding;
    const { entityCount } = this.snapshot;
    const validate = validation && (() => rankingReport(team.rank(0), validation.triples, entityCount));
    const training = train(team, { ...settings, epochs }, signal, validate);
    let step = training.next();
    for (; !step.done; step = training.next()) {
      yield stageEvent(name, step.value, epochs);
      // Training computes without a pause: let the signal and the readers of events have their turn.
      await setImmediate();
    }
    const table = final && team.rank(validation ? 1 : 0);
    const report = table && rankingReport(table, final.triples, entityCount, this.facts);
    this.evaluation[name] = evaluationOf(split, step.value, report);
    yield { kind: 'note', message: describeEvaluation(model.name, this.evaluation[name]) };
    return model;
  }
}

function assertHasTriples(snapshot: GraphSnapshot, { kg }: TrainEmbeddingSettings): void {
  if (snapshot.tripleCount > 0) return;
  throw new MedgraftError('input', 'embedding.empty', 'the graph has no triples to train on', { place: kg });
}

function stageEvent(name: EmbeddingModelName, event: TrainingEvent, epochs: number): StageEvent {
  if (event.kind === 'progress') {
    const done = event.epoch - 1 + event.done / event.total;
    return { kind: 'progress', phase: name, done, total: epochs, unit: 'epochs' };
  }
  const { epoch, loss, learningRate, validation } = event;
  const values: Record<string, number> = { loss, learningRate };
  if (validation) Object.assign(values, { mrr: validation.realistic.mrr, hits10: validation.realistic.hits10 });
  return { kind: 'metric', phase: name, step: epoch, values };
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
