import { join } from 'node:path';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { writeJsonLines } from '../formats/json-lines.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { FinetuneSettings, seedsOf } from './finetune-settings.js';
import { judgeModel } from './tasks/judge-model.js';
import { type Finetuning, type JudgedExamples, openFinetuning, openJudged } from './tasks/open-finetuning.store.js';
import { predictionLine } from './tasks/prediction-lines.js';
import { filesOfExamples } from './tasks/readers/read-examples.store.js';
import {
  bestSeed,
  resultsCsv,
  resultsMarkdown,
  type SeedResult,
  summarise,
  type TaskResults,
} from './tasks/results-table.js';
import { trainSeed } from './tasks/seed-training.store.js';
import { filesOfStart } from './tasks/start-model.store.js';
import { openTaskModel, type SeedRecord, scoredModelOf } from './tasks/task-model.store.js';
import { TaskScorer } from './tasks/task-scorer.js';

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
  run,
};

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
  await writeFileAtomically(join(context.folder, 'results.json'), `${JSON.stringify(results, undefined, 2)}\n`);
  await writeFileAtomically(join(context.folder, 'results.md'), resultsMarkdown(results));
  await writeFileAtomically(join(context.folder, 'results.csv'), resultsCsv(results));
  return figuresOf(results);
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
  const model = await openTaskModel(folder);
  const scorer = new TaskScorer(scoredModelOf(model), engine, model.batches);
  try {
    const { predictions, figures } = await judgeModel(model, scorer, test, signal);
    const lines = test.examples.map((example, i) => predictionLine(example, test.encoded[i], predictions[i]));
    await writeFileAtomically(join(folder, 'test-predictions.jsonl'), (sink) => writeJsonLines(sink, lines));
    return figures;
  } finally {
    await scorer.dispose();
  }
}

function figuresOf({ summary, best, figures }: TaskResults): StageFigures {
  const flat = Object.entries(summary).flatMap(([set, values]) =>
    figures.flatMap((figure): [string, number][] => [
      [`${set}.${figure}.mean`, values[figure].mean],
      [`${set}.${figure}.deviation`, values[figure].deviation],
    ]),
  );
  return { bestSeed: best, ...Object.fromEntries(flat) };
}
