/**
 * What a fine-tuning would take: memory and disk by the plan of its parameters, time by a few steps and a few judgements on
 * batches of real lengths. Weights are changed on the way and thrown away; nothing is written.
 */
import type { Engine } from '../../engine/engine.js';
import type { Bucket } from '../../nn/length-buckets.js';
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
import type { FinetuneSettings } from '../finetune-settings.js';
import { checkpointParts, modelBytes, weightParts } from '../model/estimate-parts.js';
import { FinetuningTask } from './finetuning-task.js';
import type { Finetuning, JudgedExamples } from './open-finetuning.store.js';
import { bucketExamples } from './task-batches.js';
import { scoredModelOf } from './task-model.store.js';
import { TaskScorer } from './task-scorer.js';

/** Of the log of steps. */
const LOG_BYTES_A_STEP = 300;

interface ProbedBatch {
  readonly tokens: number;
  readonly compileSeconds: number;
  readonly passSeconds: number;
}

/** Of one use of the model, training or judging. */
interface Probe {
  /** Shortest first. */
  readonly batches: readonly ProbedBatch[];
  /** That the longest batch takes. */
  readonly bytes: number;
}

/** The opened fine-tuning, with the test set where there is one. */
export interface PlannedFinetuning {
  readonly finetuning: Finetuning;
  readonly test: JudgedExamples | undefined;
  readonly settings: FinetuneSettings;
  readonly seeds: readonly number[];
  readonly engine: Engine;
  /** That opening took. */
  readonly openSeconds: number;
}

/** @throws MedgraftError `run.cancelled` */
export async function* estimateFinetuning(
  plan: PlannedFinetuning,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, StageEstimate> {
  const { finetuning, settings, seeds, engine } = plan;
  const { model, training } = finetuning;
  const { store } = await finetuning.newStore(seeds[0]);
  const [chosenBy] = model.task.figures;
  const scored = scoredModelOf({ ...model, store });
  const task = new FinetuningTask(scored, training, model.batches, seeds[0], chosenBy, async () => ({}));
  const lengths = probedBuckets(task.buckets).map(({ tokens }) => tokens);
  yield { kind: 'note', message: `tries samples of ${lengths.join(', ')} tokens` };
  const touched = touchedBytes(store);
  const rest = Math.max(0, process.memoryUsage().rss - touched);
  const trained = await probeTraining(task, engine, settings.batchSize, signal);
  const judged = await probeJudging(finetuning, store, engine, signal);
  const epochSeconds =
    secondsThrough(task.buckets, settings.batchSize, trained) + task.batchesPerEpoch * updateSecondsOf(store);
  const steps = settings.epochs * task.batchesPerEpoch;
  return {
    figures: figuresOf(plan, task, store, epochSeconds),
    memory: [
      ...weightParts(store, 1),
      { what: 'activations', amount: inAllBuckets(task.buckets) * trained.bytes },
      { what: 'activations of judging', amount: inAllBuckets(judgedBuckets(finetuning)) * judged.bytes },
      { what: 'program, graph and examples', amount: rest },
    ],
    disk: [
      { what: `models of ${seeds.length} seeds`, amount: seeds.length * modelBytes(store) },
      ...checkpointParts(store, 2),
      { what: 'logs', amount: seeds.length * steps * LOG_BYTES_A_STEP },
    ],
    time: timesOf(plan, task, trained, judged, epochSeconds),
  };
}

function figuresOf(
  { finetuning: { training }, settings }: PlannedFinetuning,
  task: FinetuningTask,
  store: ParameterStore,
  epochSeconds: number,
): Record<string, number> {
  const tokens = training.encoded.reduce((sum, example) => sum + example.tokens.length, 0);
  const positions = overBatches(task.buckets, settings.batchSize, (length) => settings.batchSize * length);
  return {
    parameters: store.scalarCount(),
    'parameters trained': store.trainable,
    'training examples': training.encoded.length,
    'steps a seed': settings.epochs * task.batchesPerEpoch,
    'tokens a second': Math.round(tokens / epochSeconds),
    'padding, %': roundFigure(100 * (1 - tokens / positions)),
  };
}

function timesOf(
  { finetuning, test, settings, seeds, openSeconds }: PlannedFinetuning,
  task: FinetuningTask,
  trained: Probe,
  judged: Probe,
  epochSeconds: number,
): EstimatePart[] {
  const { epochs, batchSize } = settings;
  const dev = judgedBuckets(finetuning);
  const times = [
    { what: 'begin: model, graph and examples', amount: openSeconds },
    {
      what: 'programs, compiled when they are first needed',
      amount: seeds.length * (compileSeconds(task.buckets, trained) + compileSeconds(dev, judged)),
    },
    {
      what: `${seeds.length} x ${epochs * task.batchesPerEpoch} steps, unless they stop early`,
      amount: seeds.length * epochs * epochSeconds,
    },
    {
      what: `${seeds.length * epochs} times ${finetuning.dev.examples.length} development examples`,
      amount: seeds.length * epochs * secondsThrough(dev, batchSize, judged),
    },
  ];
  if (test === undefined) return times;
  const buckets = bucketExamples(test.encoded, finetuning.model.batches);
  const testSeconds = secondsThrough(buckets, batchSize, judged) + compileSeconds(buckets, judged);
  const what = `${seeds.length} times ${test.examples.length} test examples`;
  return [...times, { what, amount: seeds.length * testSeconds }];
}

function judgedBuckets({ dev, model }: Pick<Finetuning, 'dev' | 'model'>): Bucket[] {
  return bucketExamples(dev.encoded, model.batches);
}

async function probeTraining(
  task: FinetuningTask,
  engine: Engine,
  batchSize: number,
  signal: AbortSignal,
): Promise<Probe> {
  const runner = new StepRunner(task, engine, 0);
  try {
    return await probe(task.buckets, signal, (bucket) => {
      const batch = task.batchOf({ bucket, segments: segmentsOf(bucket, batchSize) });
      return () => runner.run(batch, 0);
    });
  } finally {
    await runner.dispose();
  }
}

async function probeJudging(
  { model, dev }: Finetuning,
  store: ParameterStore,
  engine: Engine,
  signal: AbortSignal,
): Promise<Probe> {
  const scorer = new TaskScorer(scoredModelOf({ ...model, store }), engine, model.batches);
  try {
    return await probe(judgedBuckets({ model, dev }), signal, (bucket) => {
      const examples = segmentsOf(bucket, model.batches.batchSize).map((i) => dev.encoded[i]);
      return () => scorer.rows(examples);
    });
  } finally {
    await scorer.dispose();
  }
}

async function probe(
  buckets: readonly Bucket[],
  signal: AbortSignal,
  passOf: (bucket: Bucket) => () => Promise<unknown>,
): Promise<Probe> {
  const before = process.memoryUsage().rss;
  const batches: ProbedBatch[] = [];
  let bytes = 0;
  for (const bucket of probedBuckets(buckets).reverse()) {
    const pass = passOf(bucket);
    const compileSeconds = await secondsOf(pass);
    batches.unshift({ tokens: bucket.tokens, compileSeconds, passSeconds: await paceOf(pass, signal) });
    if (batches.length === 1) bytes = newBytesSince(before);
  }
  return { batches, bytes };
}

function secondsThrough(buckets: readonly Bucket[], batchSize: number, { batches }: Probe): number {
  return overBatches(buckets, batchSize, (tokens) => atLength(batches, tokens, ({ passSeconds }) => passSeconds));
}

function compileSeconds(buckets: readonly Bucket[], { batches }: Probe): number {
  const seconds = (tokens: number) => atLength(batches, tokens, (batch) => batch.compileSeconds);
  return buckets.reduce((sum, { tokens }) => sum + seconds(tokens), 0);
}

/** As many times the longest batch, as all lengths together are. */
function inAllBuckets(buckets: readonly Bucket[]): number {
  return buckets.reduce((sum, { tokens }) => sum + tokens / buckets[buckets.length - 1].tokens, 0);
}
