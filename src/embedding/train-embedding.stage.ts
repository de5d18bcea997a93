import { join } from 'node:path';
import { writeFile } from '../formats/byte-sink.js';
import { writeDglKe } from '../formats/dgl-ke.js';
import type { Matrix } from '../formats/matrix.js';
import { writeOpenkeJson } from '../formats/openke-json.js';
import type { GraphSnapshot } from '../graph/graph-snapshot.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import { uniqueNames } from '../graph/unique-names.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { createEmbedding, type EmbeddingModelName, type TrainableEmbedding } from './create-embedding.js';
import { type EmbedSettings, TrainEmbeddingSettings } from './embed-settings.js';
import { startFrom } from './initialise-embedding.js';
import { KnownTriples } from './known-triples.js';
import { evaluateRanking, type RankingReport } from './ranking-evaluation.js';
import { reciprocalScorer } from './reciprocal-scorer.js';
import { splitTriples, type TripleSplit } from './split-triples.js';
import { type TrainingEvent, type TrainingOutcome, trainEmbedding as trainTables } from './train-embedding.js';
import { tripleCount, triplesOf } from './triples.js';

/**
 * `kg.embed`: trains vectors of a graph's entities and relations, TransR started from TransE, scores them on held-out
 * triples, and leaves them as DGL-KE's folder, as OpenKE's JSON and as `evaluation.json`.
 */
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

async function* run(
  settings: TrainEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const split = splitTriples(triplesOf(snapshot), settings.validationShare, settings.testShare, settings.seed);
  const [train, valid, test] = [split.train, split.valid, split.test].map(tripleCount);
  yield { kind: 'note', message: `${train} triples to train on, ${valid} to validate, ${test} to test` };
  const figures: StageFigures = { train, validation: valid, test };
  const reports: Record<string, RankingReport> = {};
  let source: TrainableEmbedding | undefined;
  for (const name of chainOf(settings)) {
    const embedding = createEmbedding(optionsOf(name, settings, snapshot));
    if (source) startFrom(embedding.model, source.model);
    const outcome = yield* trainOne(name, embedding, split, settings, source !== undefined, signal);
    const report = score(embedding, split, settings);
    if (report) {
      reports[name] = report;
      yield { kind: 'metric', phase: `${name} test`, step: outcome.epochs, values: { ...report.realistic } };
    }
    Object.assign(figures, figuresOf(name, outcome, report));
    source = embedding;
  }
  await writeFileAtomically(join(folder, 'evaluation.json'), `${JSON.stringify(reports, null, 2)}\n`);
  if (source) await exportTables(folder, source, snapshot, settings);
  return figures;
}

/** The models that are trained, each started from the one before. */
function chainOf({ model, warmStart }: EmbedSettings): EmbeddingModelName[] {
  return model === 'transr' && warmStart ? ['transe', 'transr'] : [model as EmbeddingModelName];
}

function optionsOf(model: EmbeddingModelName, settings: EmbedSettings, snapshot: GraphSnapshot) {
  const relationDimension = model === 'transe' || settings.warmStart ? settings.dimension : settings.relationDimension;
  const relations = snapshot.relationCount * (settings.reciprocal ? 2 : 1);
  return {
    model,
    shape: { entities: snapshot.entityCount, relations, dimension: settings.dimension, relationDimension },
    norm: settings.norm as 1 | 2,
    loss:
      settings.loss === 'margin'
        ? ({ kind: 'margin', margin: settings.margin } as const)
        : ({ kind: 'cross-entropy' } as const),
    capacity: { positives: settings.chunkSize, negatives: settings.negatives },
    optimizer: {
      kind: settings.optimizer as 'adagrad' | 'adam',
      projectionRate: settings.projectionRate,
      normaliseEntities: settings.normaliseEntities,
    },
    initial: { kind: 'uniform', bound: settings.initialBound } as const,
    seed: settings.seed,
  };
}

async function* trainOne(
  name: EmbeddingModelName,
  embedding: TrainableEmbedding,
  split: TripleSplit,
  settings: EmbedSettings,
  warm: boolean,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, TrainingOutcome> {
  const epochs = warm ? settings.epochs : name === settings.model ? settings.epochs : settings.warmStartEpochs;
  const options = {
    epochs,
    chunkSize: settings.chunkSize,
    negatives: settings.negatives,
    corruption: settings.corruption as 'both' | 'uniform' | 'bernoulli',
    reciprocal: settings.reciprocal,
    learningRate: settings.learningRate,
    rateDecay: settings.rateDecay,
    seed: settings.seed,
    evaluateEvery: settings.evaluateEvery,
    evaluatedTriples: settings.evaluatedTriples,
    patience: settings.patience,
  };
  const events = trainTables(embedding, split, options, signal);
  for (;;) {
    const next = events.next();
    if (next.done) return next.value;
    yield eventOf(name, next.value, epochs);
    await new Promise((resolve) => setImmediate(resolve));
  }
}

function eventOf(name: string, event: TrainingEvent, epochs: number): StageEvent {
  if (event.kind === 'progress') {
    const done = event.epoch - 1 + event.done / event.total;
    return { kind: 'progress', phase: name, done: Math.round(done * 100) / 100, total: epochs, unit: 'epochs' };
  }
  const { epoch, loss, learningRate, validation } = event;
  const scores: Record<string, number> = validation
    ? { mrr: validation.realistic.mrr, hits10: validation.realistic.hits10 }
    : {};
  return { kind: 'metric', phase: name, step: epoch, values: { loss, learningRate, ...scores } };
}

/** Filtered ranking of the test triples. */
function score(
  { model }: TrainableEmbedding,
  split: TripleSplit,
  { reciprocal }: EmbedSettings,
): RankingReport | undefined {
  if (tripleCount(split.test) === 0) return undefined;
  const scorer = reciprocal ? reciprocalScorer(model) : model;
  return evaluateRanking(scorer, split.test, new KnownTriples(scorer.shape, split.train, split.valid, split.test));
}

function figuresOf(name: string, outcome: TrainingOutcome, report: RankingReport | undefined): StageFigures {
  const { epochs, bestEpoch, loss, stoppedEarly } = outcome;
  const figures: StageFigures = {
    [`${name}.epochs`]: epochs,
    [`${name}.bestEpoch`]: bestEpoch,
    [`${name}.loss`]: loss,
    [`${name}.stoppedEarly`]: stoppedEarly,
  };
  if (!report) return figures;
  const { mrr, hits1, hits10 } = report.realistic;
  return { ...figures, [`${name}.mrr`]: mrr, [`${name}.hits1`]: hits1, [`${name}.hits10`]: hits10 };
}

/** The tables of the graph's own relations; reciprocal ones served training only. */
async function exportTables(
  folder: string,
  { model }: TrainableEmbedding,
  snapshot: GraphSnapshot,
  settings: TrainEmbeddingSettings,
): Promise<void> {
  const { entityCount, relationCount } = snapshot;
  const { dimension, relationDimension } = model.shape;
  const matrix = (values: Float32Array, rows: number, columns: number): Matrix => ({
    rows,
    columns,
    values: values.subarray(0, rows * columns),
  });
  const { entity, relation, projection } = model.tables;
  const entities = matrix(entity, entityCount, dimension);
  const relations = matrix(relation, relationCount, relationDimension);
  const matrices = projection && matrix(projection, relationCount, dimension * relationDimension);
  await writeDglKe(folder, {
    model: model.name,
    dataset: settings.kg,
    entities,
    relations,
    projection: matrices,
    entityNames: uniqueNames(snapshot),
    relationNames: Array.from({ length: relationCount }, (_, r) => snapshot.relationNames.at(r)),
    settings: { lr: settings.learningRate, neg_sample_size: settings.negatives, batch_size: settings.chunkSize },
  });
  if (!settings.exportOpenke) return;
  const path = join(folder, `${settings.model}_${settings.model}.json`);
  await writeFile(path, (sink) => writeOpenkeJson(sink, { entities, relations, transfer: matrices }));
}
