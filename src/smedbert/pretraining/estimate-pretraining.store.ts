/**
 * What a pre-training would take: parameters by the store's own plan, memory and pace by a few steps on batches of real
 * lengths. Weights are changed on the way and thrown away; nothing is written.
 */
import type { Engine } from '../../engine/engine.js';
import type { BatchSegments, BatchSource, Bucket } from '../../nn/length-buckets.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import {
  atLength,
  newBytesSince,
  overBatches,
  paceOf,
  probedBuckets,
  roundFigure,
  secondsOf,
  segmentsOf,
  touchedBytes,
  updateSecondsOf,
} from '../../nn/step-probe.js';
import { StepRunner } from '../../nn/step-runner.js';
import type { EstimatePart, StageEstimate, StageEvent } from '../../runs/stage.js';
import { checkpointParts, modelBytes, weightParts } from '../model/estimate-parts.js';
import type { PretrainSettings } from '../pretrain-settings.js';
import type { Experiment } from './experiment.store.js';
import { evaluationOf, pretrainingTask } from './open-task.js';

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
  const probed = probedBuckets(training.buckets);
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
      'padding, %': roundFigure(100 * (1 - epochTokens / positions)),
      epochs: roundFigure((settings.steps * settings.accumulation) / training.batchesPerEpoch),
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
  const touched = touchedBytes(store);
  const before = process.memoryUsage().rss;
  let [trainingBytes, evaluationBytes] = [0, 0];
  const buckets: ProbedBucket[] = [];
  try {
    for (const bucket of [...chosen].reverse()) {
      const place = firstBatch(experiment.training, bucket, settings.batchSize);
      const pass = () => runner.run(task.batchAt(place, 0), 0);
      const held: BatchSegments = { bucket, epoch: 0, segments: place.segments.slice(0, settings.batchSize) };
      const heldBatch = experiment.batches(settings.graph as 'on').collate(held, 0);
      const evaluate = () => evaluation.outputs(held, heldBatch);
      const trainingSeconds = await secondsOf(pass);
      const passSeconds = await paceOf(pass, signal);
      if (buckets.length === 0) trainingBytes = newBytesSince(before);
      const compileSeconds = trainingSeconds + (await secondsOf(evaluate));
      buckets.unshift({
        tokens: bucket.tokens,
        compileSeconds,
        passSeconds,
        evaluationSeconds: await secondsOf(evaluate),
      });
      if (buckets.length === 1) evaluationBytes = newBytesSince(before + trainingBytes);
    }
    return {
      buckets,
      updateSeconds: updateSecondsOf(store),
      trainingBytes,
      evaluationBytes,
      restBytes: before - touched,
    };
  } finally {
    await runner.dispose();
    await evaluation.dispose();
  }
}

function firstBatch(training: BatchSource, bucket: Bucket, samples: number): BatchSegments {
  // A single bucket may be one of packs, which know their segments.
  if (training.buckets.length === 1) return training.at(0);
  return { bucket, epoch: 0, segments: segmentsOf(bucket, samples) };
}

/** Mean over the batches of an epoch. */
function batchSeconds(training: BatchSource, settings: PretrainSettings, probe: Probe): number {
  if (settings.packing) return probe.buckets[0].passSeconds;
  const passSeconds = (tokens: number) => atLength(probe.buckets, tokens, (bucket) => bucket.passSeconds);
  return overBatches(training.buckets, settings.batchSize, passSeconds) / training.batchesPerEpoch;
}

function compileSeconds({ buckets }: BatchSource, probe: Probe): number {
  return buckets.reduce(
    (sum, { tokens }) => sum + atLength(probe.buckets, tokens, (bucket) => bucket.compileSeconds),
    0,
  );
}

function evaluationTime({ held }: Experiment, settings: PretrainSettings, probe: Probe): EstimatePart {
  const { steps, evaluateEvery, evaluationBatches } = settings;
  const count = (evaluateEvery > 0 ? Math.ceil(steps / evaluateEvery) - 1 : 0) + 1;
  const batches = Math.min(evaluationBatches, held.batchesPerEpoch);
  const seconds = (tokens: number) => atLength(probe.buckets, tokens, (bucket) => bucket.evaluationSeconds);
  const mean = overBatches(held.buckets, settings.batchSize, seconds) / held.batchesPerEpoch;
  return { what: `${count} evaluations of ${batches} batches`, amount: count * batches * mean };
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
  return overBatches(buckets, batchSize, (tokens) => batchSize * tokens);
}

function memoryOf({ store, training, held }: Experiment, settings: PretrainSettings, probe: Probe): EstimatePart[] {
  const longest = training.buckets[training.buckets.length - 1].tokens;
  const lengths = ({ buckets }: BatchSource) => buckets.map(({ tokens }) => tokens).join(', ');
  const inAll = ({ buckets }: BatchSource) => buckets.reduce((sum, { tokens }) => sum + tokens / longest, 0);
  return [
    ...weightParts(store, settings.accumulation),
    { what: `activations, samples of ${lengths(training)} tokens`, amount: inAll(training) * probe.trainingBytes },
    { what: `activations of the evaluation, ${lengths(held)} tokens`, amount: inAll(held) * probe.evaluationBytes },
    { what: 'program, graph and corpus', amount: Math.max(0, probe.restBytes) },
  ];
}

function diskOf(store: ParameterStore, { keepCheckpoints, steps }: PretrainSettings): EstimatePart[] {
  return [
    ...checkpointParts(store, keepCheckpoints + 1),
    { what: 'result', amount: modelBytes(store) },
    { what: 'logs', amount: steps * LOG_BYTES_A_STEP },
  ];
}
