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
import { createEmbedding, type EmbeddingModelName, type TrainableEmbedding } from './create-embedding.js';
import type { EmbeddingModel } from './embedding-model.js';
import { startFrom } from './initialise-embedding.js';
import { KnownTriples } from './known-triples.js';
import { evaluateRanking, type RankingReport } from './ranking-evaluation.js';
import { reciprocalScorer } from './reciprocal-scorer.js';
import { splitTriples, type TripleSplit } from './split-triples.js';
import { type TrainingEvent, type TrainingOutcome, trainEmbedding as train } from './train-embedding.js';
import { TrainEmbeddingSettings } from './train-embedding-settings.js';
import { tripleCount, triplesOf } from './triples.js';
import { writeEmbedding } from './write-embedding.store.js';

async function* run(
  settings: TrainEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  assertTrainable(snapshot, settings);
  const split = splitTriples(triplesOf(snapshot), settings.validationShare, settings.testShare, settings.seed);
  yield { kind: 'note', message: describeSplit(split) };
  const lonely = entitiesWithoutTriples(snapshot);
  if (lonely > 0) yield { kind: 'warning', message: `${lonely} entities have no triple: their vectors stay random` };

  const evaluation: Record<string, Evaluation> = {};
  let start: EmbeddingModel | undefined;
  if (settings.model === 'transr' && settings.warmStart) {
    start = yield* trainModel('transe', settings.warmStartEpochs, snapshot, split, settings, signal, evaluation);
  }
  const { model, epochs } = settings;
  const trained = yield* trainModel(model, epochs, snapshot, split, settings, signal, evaluation, start);
  await writeEmbedding(folder, trained, snapshot, settings);
  const text = new TextEncoder().encode(`${JSON.stringify(evaluation, undefined, 2)}\n`);
  await writeFile(join(folder, 'evaluation.json'), (sink) => sink.write(text));
  return figuresOf(evaluation, trained, snapshot);
}

/** What `evaluation.json` says of a model. */
interface Evaluation extends Partial<RankingReport> {
  readonly training: TrainingOutcome;
  /** The triples that were ranked. */
  readonly split: 'test' | 'validation' | 'none';
  /** The triples that were left out of the ranking as known to be true. */
  readonly filter: string;
}

async function* trainModel(
  name: EmbeddingModelName,
  epochs: number,
  snapshot: GraphSnapshot,
  split: TripleSplit,
  settings: TrainEmbeddingSettings,
  signal: AbortSignal,
  evaluation: Record<string, Evaluation>,
  start?: EmbeddingModel,
): AsyncGenerator<StageEvent, EmbeddingModel> {
  const embedding = embeddingOf(name, snapshot, settings);
  if (start) startFrom(embedding.model, start);
  const training = train(embedding, split, { ...settings, epochs }, signal);
  let step = training.next();
  for (; !step.done; step = training.next()) {
    yield stageEvent(name, step.value, epochs);
    // Training computes without a pause: let the signal and the readers of events have their turn.
    await setImmediate();
  }
  evaluation[name] = evaluate(embedding.model, split, settings, step.value);
  yield { kind: 'note', message: describeEvaluation(embedding.model.name, evaluation[name]) };
  return embedding.model;
}

function embeddingOf(
  name: EmbeddingModelName,
  { entityCount, relationCount }: GraphSnapshot,
  settings: TrainEmbeddingSettings,
): TrainableEmbedding {
  const { dimension, reciprocal, chunkSize, negatives, loss, margin, initial, initialBound } = settings;
  return createEmbedding({
    model: name,
    shape: {
      entities: entityCount,
      relations: reciprocal ? 2 * relationCount : relationCount,
      dimension,
      relationDimension: name === 'transr' ? relationWidth(settings) : dimension,
    },
    norm: settings.norm,
    loss: loss === 'margin' ? { kind: loss, margin } : { kind: loss },
    capacity: { positives: chunkSize, negatives: Math.min(negatives, entityCount) },
    optimizer: {
      kind: settings.optimizer,
      projectionRate: settings.projectionRate,
      normaliseEntities: settings.normaliseEntities,
    },
    initial: initial === 'uniform' ? { kind: initial, bound: initialBound } : { kind: initial },
    seed: settings.seed,
  });
}

function relationWidth({ dimension, relationDimension }: TrainEmbeddingSettings): number {
  return relationDimension ?? dimension;
}

function assertTrainable(snapshot: GraphSnapshot, settings: TrainEmbeddingSettings): void {
  if (snapshot.tripleCount === 0) {
    throw new MedgraftError('input', 'embedding.empty', 'the graph has no triples to train on', { place: settings.kg });
  }
  const { model, warmStart, dimension } = settings;
  if (model === 'transr' && warmStart && relationWidth(settings) !== dimension) {
    throw new MedgraftError('input', 'embedding.warm-start', 'TransE has one width, so TransR cannot start from it', {
      place: 'relationDimension',
      expected: String(dimension),
      got: String(relationWidth(settings)),
      hint: 'give equal widths, or train without --warm-start',
    });
  }
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

function evaluate(
  model: EmbeddingModel,
  { train: training, valid, test }: TripleSplit,
  { reciprocal }: TrainEmbeddingSettings,
  outcome: TrainingOutcome,
): Evaluation {
  const split = tripleCount(test) > 0 ? 'test' : tripleCount(valid) > 0 ? 'validation' : 'none';
  const common = { training: outcome, split, filter: 'training, validation and test' } as const;
  if (split === 'none') return common;
  const scorer = reciprocal ? reciprocalScorer(model) : model;
  const known = new KnownTriples(scorer.shape, training, valid, test);
  return { ...common, ...evaluateRanking(scorer, split === 'test' ? test : valid, known) };
}

function figuresOf(
  evaluation: Readonly<Record<string, Evaluation>>,
  { name, shape }: EmbeddingModel,
  { tripleCount: triples, relationCount: relations }: GraphSnapshot,
): StageFigures {
  const figures: StageFigures = { model: name, entities: shape.entities, relations, triples };
  for (const [model, { realistic, training }] of Object.entries(evaluation)) {
    figures[`${model}Epochs`] = training.epochs;
    figures[`${model}Loss`] = training.loss;
    if (!realistic) continue;
    figures[`${model}Mrr`] = realistic.mrr;
    figures[`${model}Hits10`] = realistic.hits10;
  }
  return figures;
}

function entitiesWithoutTriples({ entityCount, outgoing, incoming }: GraphSnapshot): number {
  let count = 0;
  for (let e = 0; e < entityCount; e++) {
    const degree = outgoing.offsets[e + 1] - outgoing.offsets[e] + incoming.offsets[e + 1] - incoming.offsets[e];
    if (degree === 0) count++;
  }
  return count;
}

function describeSplit({ train: training, valid, test }: TripleSplit): string {
  const [trained, stopping, tested] = [training, valid, test].map(tripleCount);
  return `${trained} triples to train on, ${stopping} to stop by, ${tested} to test on`;
}

function describeEvaluation(name: string, { training, split, filter, ...report }: Evaluation): string {
  const trained = `${name}: ${training.epochs} epochs, the best was ${training.bestEpoch}`;
  const { realistic, optimistic, pessimistic } = report;
  if (!realistic || !optimistic || !pessimistic) return `${trained}; nothing was held out to rank`;
  const three = (value: number) => value.toFixed(3);
  const gap = three(optimistic.mrr - pessimistic.mrr);
  return `${trained}; ${split} MRR ${three(realistic.mrr)}, hits@10 ${three(realistic.hits10)} (realistic ties, optimistic - pessimistic ${gap}; filtered by ${filter})`;
}

export const trainEmbedding: Stage<TrainEmbeddingSettings> = {
  name: 'kg.embed',
  summary: 'Train vectors of entities and relations (TransE, TransR) and score them on held-out triples.',
  version: 1,
  kind: 'artefact',
  settings: TrainEmbeddingSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  run,
};
