/**
 * What a pre-training would take: parameters by the store's own plan, memory and pace by a few steps on batches of real
 * lengths. Weights are changed on the way and thrown away; nothing is written.
 */
import { setImmediate } from 'node:timers/promises';
import { throwIfCancelled } from '../../base/errors.js';
import type { Engine } from '../../engine/engine.js';
import type { BatchSegments, BatchSource, Bucket } from '../../nn/length-buckets.js';
import { ADAMW_DEFAULTS, AdamW, gradientNorm } from '../../nn/optimizers/adamw.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { StepRunner } from '../../nn/step-runner.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import type { EstimatePart, StageEstimate, StageEvent } from '../../runs/stage.js';
import { isTable } from '../model/smedbert-model.js';
import type { PretrainSettings } from '../pretrain-settings.js';
import type { Experiment } from './experiment.store.js';
import { evaluationOf, pretrainingTask } from './open-task.js';

const PROBE_MILLISECONDS = 2000;
/** Passes of a bucket after the one that compiles it. */
const FEWEST_PASSES = 2;
const FLOAT = 4;
/** Of the two logs and TensorBoard. */
const LOG_BYTES_A_STEP = 2400;

interface ProbedBucket {
  readonly tokens: number;
  readonly compileSeconds: number;
  /** A pass forward and back, and one of the evaluation. */
  readonly passSeconds: number;
  readonly evaluationSeconds: number;
}

interface Probe {
  /** Shortest first. */
  readonly buckets: readonly ProbedBucket[];
  readonly updateSeconds: number;
  /** Of the longest bucket: its training and its evaluation. */
  readonly trainingBytes: number;
  readonly evaluationBytes: number;
  /** Of the process, without the parameters. */
  readonly restBytes: number;
}

export async function* estimatePretraining(
  experiment: Experiment,
  engine: Engine,
  settings: PretrainSettings,
  openSeconds: number,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, StageEstimate> {
  const { training } = experiment;
  const probed = chosenBuckets(training.buckets);
  yield { kind: 'note', message: `tries samples of ${probed.map(({ tokens }) => tokens).join(', ')} tokens` };
  const probe = await probeBuckets(experiment, engine, settings, probed, signal);
  const perBatch = batchSeconds(training, settings, probe);
  const epochTokens = tokensOfEpoch(experiment);
  const batches = (settings.steps * settings.accumulation) / settings.processes;
  const update = probe.updateSeconds / (settings.accumulation / settings.processes);
  const positions = positionsOfEpoch(training, settings);
  return {
    figures: {
      parameters: experiment.store.scalarCount(),
      'parameters trained': experiment.store.trainable,
      'tokens a second': Math.round(
        (settings.processes * epochTokens) / (training.batchesPerEpoch * (perBatch + update)),
      ),
      'padding, %': round(100 * (1 - epochTokens / positions)),
      epochs: round((settings.steps * settings.accumulation) / training.batchesPerEpoch),
    },
    memory: memoryOf(experiment, settings, probe),
    disk: diskOf(experiment.store, settings),
    time: [
      { what: 'begin: graph, vectors and corpus', amount: openSeconds },
      {
        what: `${training.buckets.length} programs, compiled when they are first needed`,
        amount: compileSeconds(training, probe),
      },
      {
        what: `${settings.steps} steps of ${settings.accumulation} x ${settings.batchSize} samples, unless it stops early`,
        amount: batches * perBatch + settings.steps * probe.updateSeconds,
      },
      evaluationTime(experiment, settings, probe),
    ],
  };
}

/** The longest takes the most memory; with the shortest and the fullest, times of the others lie between. */
function chosenBuckets(buckets: readonly Bucket[]): Bucket[] {
  const fullest = buckets.reduce((most, bucket) => (bucket.segments.length > most.segments.length ? bucket : most));
  return [...new Set([buckets[0], fullest, buckets[buckets.length - 1]])].sort((a, b) => a.tokens - b.tokens);
}

async function probeBuckets(
  experiment: Experiment,
  engine: Engine,
  settings: PretrainSettings,
  chosen: readonly Bucket[],
  signal: AbortSignal,
): Promise<Probe> {
  const { store } = experiment;
  const evaluation = evaluationOf(experiment, engine, settings);
  const task = pretrainingTask(experiment, evaluation, settings);
  const runner = new StepRunner(task, engine, settings.seed);
  // Touched, so that what is measured afterwards is not theirs.
  for (const block of [store.gradients, store.firstMoments, store.secondMoments]) block.fill(0);
  const before = process.memoryUsage().rss;
  let [trainingBytes, evaluationBytes] = [0, 0];
  const newBytes = () => Math.max(0, process.memoryUsage().rss - before - trainingBytes);
  const buckets: ProbedBucket[] = [];
  try {
    for (const bucket of [...chosen].reverse()) {
      const place = firstBatch(experiment.training, bucket, settings.batchSize);
      const pass = () => runner.run(task.batchAt(place, 0), 0);
      const held: BatchSegments = { bucket, epoch: 0, segments: place.segments.slice(0, settings.batchSize) };
      const heldBatch = experiment.batches(settings.graph as 'on').collate(held, 0);
      const evaluate = () => evaluation.outputs(held, heldBatch);
      const trainingSeconds = await secondsOf(pass);
      const passSeconds = await pace(pass, signal);
      if (buckets.length === 0) trainingBytes = newBytes();
      const compileSeconds = trainingSeconds + (await secondsOf(evaluate));
      buckets.unshift({
        tokens: bucket.tokens,
        compileSeconds,
        passSeconds,
        evaluationSeconds: await secondsOf(evaluate),
      });
      if (buckets.length === 1) evaluationBytes = newBytes();
    }
    return {
      buckets,
      updateSeconds: updateSeconds(store),
      trainingBytes,
      evaluationBytes,
      restBytes: before - parameterBytes(store),
    };
  } finally {
    await runner.dispose();
    await evaluation.dispose();
  }
}

function firstBatch(training: BatchSource, bucket: Bucket, samples: number): BatchSegments {
  // A single bucket may be one of packs, which know their segments.
  if (training.buckets.length === 1) return training.at(0);
  const { segments } = bucket;
  return { bucket, epoch: 0, segments: Array.from({ length: samples }, (_, i) => segments[i % segments.length]) };
}

/** Seconds of a pass, over passes until the pace is known. */
async function pace(pass: () => Promise<unknown>, signal: AbortSignal): Promise<number> {
  const start = performance.now();
  for (let passes = 1; ; passes++) {
    await pass();
    const milliseconds = performance.now() - start;
    if (passes >= FEWEST_PASSES && milliseconds >= PROBE_MILLISECONDS) return milliseconds / 1000 / passes;
    throwIfCancelled(signal);
    await setImmediate();
  }
}

async function secondsOf(work: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await work();
  return (performance.now() - start) / 1000;
}

/** The second update: the first compiles. */
function updateSeconds(store: ParameterStore): number {
  const optimizer = new AdamW(ADAMW_DEFAULTS);
  let seconds = 0;
  for (const step of [1, 2]) {
    const start = performance.now();
    gradientNorm(store);
    optimizer.step(store, step, 0, 1);
    seconds = (performance.now() - start) / 1000;
  }
  return seconds;
}

/** Between two probed lengths along the line through them. */
function between(probe: Probe, tokens: number, of: (bucket: ProbedBucket) => number): number {
  const { buckets } = probe;
  const next = buckets.find((bucket) => bucket.tokens >= tokens) ?? buckets[buckets.length - 1];
  const last = buckets[Math.max(0, buckets.indexOf(next) - 1)];
  if (next === last) return of(next);
  return of(last) + ((of(next) - of(last)) * (tokens - last.tokens)) / (next.tokens - last.tokens);
}

/** Mean over the batches of an epoch. */
function batchSeconds(training: BatchSource, settings: PretrainSettings, probe: Probe): number {
  if (settings.packing) return probe.buckets[0].passSeconds;
  const all = training.buckets.reduce((sum, { tokens, segments }) => {
    return (
      sum + Math.ceil(segments.length / settings.batchSize) * between(probe, tokens, (bucket) => bucket.passSeconds)
    );
  }, 0);
  return all / training.batchesPerEpoch;
}

function compileSeconds({ buckets }: BatchSource, probe: Probe): number {
  return buckets.reduce((sum, { tokens }) => sum + between(probe, tokens, (bucket) => bucket.compileSeconds), 0);
}

function evaluationTime({ held }: Experiment, settings: PretrainSettings, probe: Probe): EstimatePart {
  const { steps, evaluateEvery, evaluationBatches } = settings;
  const count = (evaluateEvery > 0 ? Math.ceil(steps / evaluateEvery) - 1 : 0) + 1;
  const batches = Math.min(evaluationBatches, held.batchesPerEpoch);
  const longest = held.buckets.reduce((sum, { tokens, segments }) => {
    const share = Math.ceil(segments.length / settings.batchSize) / held.batchesPerEpoch;
    return sum + share * between(probe, tokens, (bucket) => bucket.evaluationSeconds);
  }, 0);
  return { what: `${count} evaluations of ${batches} batches`, amount: count * batches * longest };
}

function tokensOfEpoch({ training, sampleLength }: Experiment): number {
  let tokens = 0;
  for (const bucket of training.buckets) {
    for (const segment of bucket.segments) tokens += Math.min(bucket.tokens, sampleLength(segment));
  }
  return tokens;
}

function positionsOfEpoch({ buckets, batchesPerEpoch }: BatchSource, { batchSize, packing }: PretrainSettings): number {
  if (packing) return batchesPerEpoch * batchSize * buckets[0].tokens;
  return buckets.reduce(
    (sum, { tokens, segments }) => sum + Math.ceil(segments.length / batchSize) * batchSize * tokens,
    0,
  );
}

function memoryOf({ store, training, held }: Experiment, settings: PretrainSettings, probe: Probe): EstimatePart[] {
  const tables = store.names().filter((name) => isTable(name) || name === WORD_TABLE);
  const tableBytes = FLOAT * tables.reduce((sum, name) => sum + store.value(name).length, 0);
  const longest = training.buckets[training.buckets.length - 1].tokens;
  const lengths = ({ buckets }: BatchSource) => buckets.map(({ tokens }) => tokens).join(', ');
  const inAll = ({ buckets }: BatchSource) => buckets.reduce((sum, { tokens }) => sum + tokens / longest, 0);
  const trained = FLOAT * store.trainable;
  return [
    { what: 'tables of words, entities, relations and transfer matrices', amount: tableBytes },
    { what: 'weights', amount: FLOAT * store.values.length - tableBytes },
    { what: 'gradients', amount: trained + (settings.accumulation > 1 ? trained : 0) },
    { what: 'moments', amount: 2 * trained },
    { what: `activations, samples of ${lengths(training)} tokens`, amount: inAll(training) * probe.trainingBytes },
    { what: `activations of the evaluation, ${lengths(held)} tokens`, amount: inAll(held) * probe.evaluationBytes },
    { what: 'program, graph and corpus', amount: Math.max(0, probe.restBytes) },
  ];
}

function diskOf(store: ParameterStore, { keepCheckpoints, steps }: PretrainSettings): EstimatePart[] {
  const model = FLOAT * store.values.length;
  const checkpoint = model + 2 * FLOAT * store.trainable;
  const kept = keepCheckpoints + 1;
  return [
    { what: `${kept} checkpoints, the best among them`, amount: kept * checkpoint },
    { what: 'another while it is written', amount: checkpoint },
    { what: 'result', amount: model },
    { what: 'logs', amount: steps * LOG_BYTES_A_STEP },
  ];
}

function parameterBytes({ values, gradients, firstMoments, secondMoments }: ParameterStore): number {
  return [values, gradients, firstMoments, secondMoments].reduce((sum, block) => sum + block.byteLength, 0);
}

function round(value: number): number {
  return Number(value.toPrecision(3));
}
