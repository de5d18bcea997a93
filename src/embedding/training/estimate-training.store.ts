/**
 * What a `kg.embed` would take: memory and disk by the plan that its allocation follows, time by a probe of chunks and of a
 * small ranking on tables of the real size, which are thrown away.
 */
import { setImmediate } from 'node:timers/promises';
import { MedgraftError, throwIfCancelled } from '../../base/errors.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import type { EstimatePart, StageEstimate, StageEvent } from '../../runs/stage.js';
import { type EmbeddingModelName, type EmbeddingOptions, planAllocation } from '../create-embedding.js';
import { embeddingOptions, startsFromTransE } from '../embedding-options.js';
import type { RankingTask } from '../evaluation/ranking-lane.js';
import { optionsInMemory } from '../partitions/partition-team.store.js';
import type { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { selectTriples, tripleCount } from '../triples.js';
import { shuffledRange } from './shuffle.js';
import type { TripleSplit } from './split-triples.js';
import { TrainingTeam } from './training-team.js';

const PROBE_MILLISECONDS = 1500;
/** Compilers and caches are warm then. */
const WARM_MILLISECONDS = 300;
const PROBED_RANKINGS = 256;
/** Of a number in OpenKE's JSON. */
const TEXT_BYTES = 14;
/** Of a name with its number. */
const NAME_BYTES = 24;

interface ProbedSpeed {
  readonly openSeconds: number;
  readonly epochSeconds: number;
  readonly rankSeconds: number;
  /** Of the process, without the embedding. */
  readonly restBytes: number;
}

interface PlannedModel {
  readonly name: EmbeddingModelName;
  readonly epochs: number;
  readonly options: EmbeddingOptions;
}

export async function* estimateTraining(
  snapshot: GraphSnapshot,
  split: TripleSplit,
  settings: TrainEmbeddingSettings,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, StageEstimate> {
  const models = plannedModels(snapshot, settings);
  const time: EstimatePart[] = [];
  let rest = process.memoryUsage().rss;
  let isTold = true;
  for (const model of models) {
    if (settings.partitions > 1) {
      isTold = false;
      continue;
    }
    yield { kind: 'note', message: `tries ${model.name} for a few seconds` };
    try {
      const speed = await probe(model, split, settings, signal);
      rest = Math.max(rest, speed.restBytes);
      time.push(...timeOf(model, speed, split, settings));
    } catch (error) {
      if (!(error instanceof MedgraftError && error.code === 'engine.memory')) throw error;
      isTold = false;
      const message = `${model.name} cannot be tried: ${error.message} (--partitions keeps a part in memory)`;
      yield { kind: 'warning', message };
    }
  }
  const memory = [...memoryOf(models, split, settings), { what: 'program, graph and threads', amount: rest }];
  return { memory, disk: diskOf(models, split, settings, snapshot), time: isTold ? time : undefined };
}

function plannedModels(
  { entityCount, relationCount }: GraphSnapshot,
  settings: TrainEmbeddingSettings,
): PlannedModel[] {
  const planned = (name: EmbeddingModelName, epochs: number) => ({
    name,
    epochs,
    options: embeddingOptions(name, entityCount, relationCount, settings),
  });
  const { model, epochs, warmStartEpochs } = settings;
  const first = startsFromTransE(settings) ? [planned('transe', warmStartEpochs)] : [];
  return [...first, planned(model, epochs)];
}

async function probe(
  { options }: PlannedModel,
  split: TripleSplit,
  settings: TrainEmbeddingSettings,
  signal: AbortSignal,
): Promise<ProbedSpeed> {
  const task = probedRanking(split);
  const start = performance.now();
  const { threads } = settings;
  const team = await TrainingTeam.open(options, settings, split.train, { threads, rankings: task ? [task] : [] });
  try {
    const openSeconds = secondsSince(start);
    const rankSeconds = task ? rankingSeconds(team) : 0;
    const epochSeconds = await epochSecondsOf(team, settings, signal);
    const restBytes = process.memoryUsage().rss - planAllocation(options, threads).tables;
    return { openSeconds, epochSeconds, rankSeconds, restBytes };
  } finally {
    team.close();
  }
}

function probedRanking({ train, valid, test }: TripleSplit): RankingTask | undefined {
  const held = tripleCount(valid) > 0 ? valid : test;
  const order = shuffledRange(tripleCount(held), 0, 'embedding.probe', 0).subarray(0, PROBED_RANKINGS);
  return order.length === 0 ? undefined : { triples: selectTriples(held, order), known: [train, valid, test] };
}

/** For each triple, the second time. */
function rankingSeconds(team: TrainingTeam): number {
  const { count } = team.rank(0);
  const start = performance.now();
  team.rank(0);
  return secondsSince(start) / count;
}

/** Trains until the pace is known. */
async function epochSecondsOf(
  team: TrainingTeam,
  { learningRate }: TrainEmbeddingSettings,
  signal: AbortSignal,
): Promise<number> {
  const start = performance.now();
  let warm: { at: number; done: number } | undefined;
  for (let epoch = 1; ; epoch++) {
    for (const rounds = team.epoch(epoch, learningRate); ; ) {
      const { done: isOver, value } = rounds.next();
      const at = performance.now();
      const done = epoch - 1 + (isOver ? 1 : value.done / value.total);
      if (warm && at - warm.at >= PROBE_MILLISECONDS) return (at - warm.at) / 1000 / (done - warm.done);
      if (!warm && at - start >= WARM_MILLISECONDS) warm = { at, done };
      if (isOver) break;
      throwIfCancelled(signal);
      await setImmediate();
    }
  }
}

function timeOf(
  { name, epochs }: PlannedModel,
  { openSeconds, epochSeconds, rankSeconds }: ProbedSpeed,
  { valid, test }: TripleSplit,
  { evaluateEvery, evaluatedTriples }: TrainEmbeddingSettings,
): EstimatePart[] {
  const compared = Math.min(tripleCount(valid), evaluatedTriples);
  const evaluations = compared > 0 ? Math.ceil(epochs / evaluateEvery) : 0;
  const final = tripleCount(test) || tripleCount(valid);
  return [
    { what: `${name}: begin`, amount: openSeconds },
    { what: `${name}: ${epochs} epochs, unless it stops early`, amount: epochs * epochSeconds },
    { what: `${name}: ${evaluations} rankings of ${compared} triples`, amount: evaluations * compared * rankSeconds },
    { what: `${name}: ranking of ${final} triples at the end`, amount: final * rankSeconds },
  ];
}

/** The TransE that another model starts from stays in memory with it. */
function memoryOf(
  models: readonly PlannedModel[],
  { valid }: TripleSplit,
  { threads, partitions }: TrainEmbeddingSettings,
): EstimatePart[] {
  const held = models.map(({ name, options }) => {
    const plan = planAllocation(partitions > 1 ? optionsInMemory(options, partitions) : options, threads);
    return { what: `${name}: tables, optimizer and scratch of ${threads} threads`, amount: plan.total, plan };
  });
  const best = tripleCount(valid) > 0 && partitions === 1 ? held[held.length - 1].plan.tables : 0;
  return [...held.map(({ what, amount }) => ({ what, amount })), { what: 'best vectors so far', amount: best }];
}

function diskOf(
  models: readonly PlannedModel[],
  { valid }: TripleSplit,
  { exportOpenKe }: TrainEmbeddingSettings,
  snapshot: GraphSnapshot,
): EstimatePart[] {
  const { options } = models[models.length - 1];
  const { tables, optimizer } = planAllocation(options, 1);
  const best = tripleCount(valid) > 0 ? tables : 0;
  const names = 2 * (snapshot.entityNames.length + snapshot.entityKeys.length) * NAME_BYTES;
  return [
    { what: 'result: DGL-KE folder and model.safetensors', amount: 2 * tables + names },
    { what: "result: OpenKE's JSON", amount: exportOpenKe ? (tables / 4) * TEXT_BYTES : 0 },
    { what: 'checkpoints on the way, two while one is written', amount: 2 * (tables + optimizer + best) },
  ];
}

function secondsSince(start: number): number {
  return (performance.now() - start) / 1000;
}
