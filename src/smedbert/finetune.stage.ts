import { join } from 'node:path';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import type {
  EstimateContext,
  Stage,
  StageContext,
  StageEstimate,
  StageEvent,
  StageFigures,
  StageInputs,
} from '../runs/stage.js';
import { FinetuneSettings, seedsOf } from './finetune-settings.js';
import { estimateFinetuning } from './tasks/estimate-finetuning.store.js';
import { type Finetuning, type JudgedExamples, openFinetuning, openJudged } from './tasks/open-finetuning.store.js';
import { filesOfExamples } from './tasks/readers/read-examples.store.js';
import { bestSeed, type SeedResult, summarise, type TaskResults } from './tasks/results-table.js';
import { trainSeed } from './tasks/seed-training.store.js';
import { filesOfStart } from './tasks/start-model.store.js';
import { openTaskModel, type SeedRecord } from './tasks/task-model.store.js';
import { testModel } from './tasks/test-model.store.js';
import { resultFigures, writeResults } from './tasks/write-results.store.js';

/** Fine-tuning for a downstream task, a training for each seed; taken up where it stopped. */
export const finetune: Stage<FinetuneSettings> = {
  name: 'smedbert.finetune',
  summary: 'Fine-tune a pre-trained model for a task, once for each seed, and score it (resumes where it stopped).',
  version: 1,
  kind: 'run',
  settings: FinetuneSettings,
  labels: ['kg', 'corpus', 'task'],
  needs: {
    graph: 'kg.import',
    ranks: 'kg.rank',
    vectors: 'kg.embed',
    corpus: 'corpus.link',
    model: 'smedbert.pretrain',
  },
  uses: ({ model }) => ['graph', 'ranks', 'vectors', 'corpus', ...(model === undefined ? ['model'] : [])],
  sources: ({ train, dev, test, model }) => [
    ...[train, dev, ...(test === undefined ? [] : [test])].flatMap(filesOfExamples),
    ...(model === undefined ? [] : filesOfStart(model)),
  ],
  estimate,
  run,
};

/** The test set is read for its size, and asked of no trained model. */
async function* estimate(
  settings: FinetuneSettings,
  inputs: StageInputs,
  { home, threads, signal }: EstimateContext,
): AsyncGenerator<StageEvent, StageEstimate> {
  const start = performance.now();
  const seeds = seedsOf(settings);
  const finetuning = await openFinetuning(inputs, settings, home);
  const { model, encoder } = finetuning;
  const test =
    settings.test === undefined ? undefined : await openJudged(settings.test, { ...model, encoder }, settings);
  const engine = await createEngine(settings.engine as Engine['name'], threads);
  const openSeconds = (performance.now() - start) / 1000;
  return yield* estimateFinetuning({ finetuning, test, settings, seeds, engine, openSeconds }, signal);
}

async function* run(
  settings: FinetuneSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const seeds = seedsOf(settings);
  const finetuning = await openFinetuning(inputs, settings, context.home);
  yield { kind: 'note', message: finetuning.note };
  const engine = await createEngine(settings.engine as Engine['name'], context.threads);
  const records: SeedRecord[] = [];
  for (const [i, seed] of seeds.entries()) {
    const phase = `seed ${seed} (${i + 1} of ${seeds.length})`;
    const folder = seedFolder(context.folder, seed);
    const { signal } = context;
    records.push(yield* trainSeed({ seed, phase, folder, finetuning, settings, engine, signal }));
  }
  const results = yield* testSeeds(records, finetuning, settings, engine, context);
  await writeResults(context.folder, results);
  return resultFigures(results);
}

function seedFolder(run: string, seed: number): string {
  return join(run, `seed-${seed}`);
}

/** The only place where the test set is read: every choice has been made. */
async function* testSeeds(
  records: readonly SeedRecord[],
  finetuning: Finetuning,
  settings: FinetuneSettings,
  engine: Engine,
  context: StageContext,
): AsyncGenerator<StageEvent, TaskResults> {
  const { model, training, dev, encoder } = finetuning;
  const { test: path, kg, corpus } = settings;
  const test = path === undefined ? undefined : await openJudged(path, { ...model, encoder }, settings);
  const seeds: SeedResult[] = [];
  for (const [i, { seed, epoch, dev: figures }] of records.entries()) {
    yield { kind: 'progress', phase: 'test', done: i, total: records.length, unit: 'seeds' };
    const folder = seedFolder(context.folder, seed);
    const result = { seed, epoch, dev: figures };
    seeds.push(test ? { ...result, test: await testSeed(folder, test, engine, context.signal) } : result);
    if (seeds[i].test) yield { kind: 'metric', phase: `test, seed ${seed}`, step: i, values: { ...seeds[i].test } };
  }
  const { task, graphMode } = model;
  return {
    task: task.name,
    title: task.title,
    kg,
    corpus,
    graph: graphMode,
    figures: task.figures,
    examples: {
      train: training.encoded.length,
      dev: dev.examples.length,
      ...(test && { test: test.examples.length }),
    },
    seeds,
    summary: summarise(seeds),
    best: bestSeed(seeds, task.figures[0]),
  };
}

async function testSeed(
  folder: string,
  test: JudgedExamples,
  engine: Engine,
  signal: AbortSignal,
): Promise<Record<string, number>> {
  return testModel(await openTaskModel(folder), test, join(folder, 'test-predictions.jsonl'), engine, signal);
}
