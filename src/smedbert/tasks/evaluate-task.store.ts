import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { MedgraftError } from '../../base/errors.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import type { StageContext, StageEvent, StageFigures, StageInputs } from '../../runs/stage.js';
import type { EvaluateSettings } from '../evaluate-settings.js';
import { openJudged } from './open-finetuning.store.js';
import { type SeedResult, summarise, type TaskResults } from './results-table.js';
import {
  exampleEncoderOf,
  type OpenedTaskModel,
  openTaskModel,
  readSeedRecord,
  SEED_FILE,
} from './task-model.store.js';
import { testModel } from './test-model.store.js';
import { resultFigures, writeResults } from './write-results.store.js';

/** Scores every seed of a fine-tuning on a file, with the table that the fine-tuning leaves. */
export async function* evaluateTask(
  settings: EvaluateSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { file, task, kg, corpus } = settings;
  if (file === undefined) throw noFile(task);
  const engine = await createEngine(settings.engine as Engine['name'], context.threads);
  const folders = await seedFolders(settings.model ?? inputs['finetuned'].folder);
  const seeds: SeedResult[] = [];
  let shown: { model: OpenedTaskModel; count: number } | undefined;
  for (const [i, folder] of folders.entries()) {
    yield { kind: 'progress', phase: 'evaluate', done: i, total: folders.length, unit: 'seeds' };
    const model = await openTaskModel(folder);
    if (model.task.name !== task) throw otherTask(folder, task, model.task.name);
    const encoder = exampleEncoderOf(model);
    const judged = await openJudged(file, { task: model.task, labels: model.labels, encoder }, settings);
    const sealed = await readSeedRecord(folder);
    const { seed = 0, epoch = 0, dev = {} } = sealed?.record ?? {};
    const target = join(context.folder, `predictions-${seed}.jsonl`);
    const test = await testModel(model, judged, target, engine, context.signal);
    seeds.push({ seed, epoch, dev, test });
    shown = { model, count: judged.examples.length };
    yield { kind: 'metric', phase: `seed ${seed}`, step: i, values: test };
  }
  const results = resultsOf(seeds, shown as NonNullable<typeof shown>, kg, corpus);
  await writeResults(context.folder, results);
  return resultFigures(results);
}

function resultsOf(
  seeds: readonly SeedResult[],
  { model, count }: { model: OpenedTaskModel; count: number },
  kg: string,
  corpus: string,
): TaskResults {
  const { task, graphMode } = model;
  return {
    task: task.name,
    title: task.title,
    kg,
    corpus,
    graph: graphMode,
    figures: task.figures,
    examples: { test: count },
    seeds,
    summary: summarise(seeds),
  };
}

/** The seeds of a run, or the one folder. @throws MedgraftError `task.no-model` */
export async function seedFolders(folder: string): Promise<string[]> {
  if (existsSync(join(folder, SEED_FILE))) return [folder];
  const names = (await readdir(folder).catch(() => [])).filter((name) => /^seed-\d+$/.test(name));
  if (names.length === 0) await openTaskModel(folder);
  return names.sort((a, b) => Number(a.slice(5)) - Number(b.slice(5))).map((name) => join(folder, name));
}

function noFile(task: string): MedgraftError {
  return new MedgraftError('input', 'settings.invalid', 'it is not said what the model is scored on', {
    place: 'file',
    expected: `a file of the task ${task}`,
    hint: 'docs/tasks.md shows the formats',
  });
}

function otherTask(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('conflict', 'task.other', 'the model was fine-tuned for another task', {
    place,
    expected,
    got,
  });
}
