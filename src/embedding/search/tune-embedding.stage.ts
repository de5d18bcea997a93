/**
 * `kg.tune`: a search for the settings of `kg.embed` that rank validation triples best. Leaves the trials (`trials.jsonl`,
 * `trials.tsv`), the space, a summary, and `best.yaml`, which `medgraft kg embed --config` trains.
 */
import { join } from 'node:path';
import { stringify } from 'yaml';
import { MedgraftError } from '../../base/errors.js';
import { writeFile } from '../../formats/byte-sink.js';
import { loadSnapshot } from '../../graph/snapshot-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../../runs/stage.js';
import { settingsOf } from '../../settings/setting.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { splitOf } from '../training/held-out.store.js';
import type { TripleSplit } from '../training/split-triples.js';
import { tripleCount } from '../triples.js';
import { EmbeddingSearch, type SearchPlan } from './embedding-search.store.js';
import { type Rung, rungsOf, standings } from './halving.js';
import { loadSpace, ownSettings } from './load-space.store.js';
import { drawTrial, type SearchSpace } from './search-space.js';
import { type TrialRow, TrialTable, writeTrials } from './trial-table.store.js';
import { TuneEmbeddingSettings } from './tune-embedding-settings.js';

/** How many trials the summary names. */
const NAMED = 5;

async function* run(
  settings: TuneEmbeddingSettings,
  inputs: StageInputs,
  { folder, signal, scratch }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { space, text } = await loadSpace(settings);
  const snapshot = loadSnapshot(inputs['graph'].folder);
  const whole = await splitOf(snapshot, settings);
  assertComparable(whole, settings);
  const split = { ...whole, test: { heads: new Int32Array(), relations: new Int32Array(), tails: new Int32Array() } };
  const kept = await scratch();
  const table = await TrialTable.open(kept);
  if (table.rows.length > 0) yield { kind: 'note', message: `goes on after ${table.rows.length} rows of its table` };
  const plan = planOf(settings, space);
  if (split.dropped > 0) {
    yield { kind: 'warning', message: `${split.dropped} held-out triples name what the graph does not have` };
  }
  yield { kind: 'note', message: describePlan(plan.rungs, space, split) };
  yield* new EmbeddingSearch(snapshot, split, plan, table, kept, signal).run();
  const best = standings(table.rows);
  await writeTrials(folder, table.rows);
  await writeText(join(folder, 'space.yaml'), text);
  const recipe = plan.settingsOf(best[0].settings, plan.rungs[best[0].rung].epochs);
  await writeText(join(folder, 'best.yaml'), recipeOf(best[0], recipe));
  const validation = { triples: tripleCount(split.valid), filter: 'training and validation' };
  const summary = { method: settings.method, rungs: plan.rungs, validation, best: best.slice(0, NAMED) };
  await writeText(join(folder, 'summary.json'), `${JSON.stringify(summary, undefined, 2)}\n`);
  return figuresOf(best[0], table.rows);
}

function planOf(settings: TuneEmbeddingSettings, space: SearchSpace): SearchPlan {
  const own = Object.fromEntries(ownSettings().map((name) => [name, settings[name as keyof TuneEmbeddingSettings]]));
  const { method, trials, epochs } = settings;
  return {
    rungs: method === 'halving' ? rungsOf(settings) : [{ epochs, trials }],
    drawn: (trial) => drawTrial(space, settings.seed, trial),
    settingsOf: (drawn, upTo) => Object.assign(new TrainEmbeddingSettings(), own, space.fixed, drawn, { epochs: upTo }),
  };
}

function assertComparable({ train, valid }: TripleSplit, { kg }: TuneEmbeddingSettings): void {
  const [trained, compared] = [tripleCount(train), tripleCount(valid)];
  if (trained > 0 && compared > 0) return;
  throw new MedgraftError('input', 'embedding.empty-split', 'a search needs triples to train on and to compare by', {
    place: kg,
    expected: 'some of both',
    got: `${trained} to train on, ${compared} to compare by`,
    hint: 'give --valid, or a larger --validation-share',
  });
}

function describePlan(rungs: readonly Rung[], { searched }: SearchSpace, { train, valid }: TripleSplit): string {
  const names = searched.map(({ name }) => name).join(', ');
  const steps = rungs.map(({ trials, epochs }) => `${trials} x ${epochs}`).join(', ');
  const [trained, compared] = [tripleCount(train), tripleCount(valid)];
  return `searches ${names}; trials x epochs: ${steps}; ${trained} triples to train on, ${compared} to compare by`;
}

/** All settings, also those that are defaults: another version's defaults would be another training. */
function recipeOf({ trial, mrr }: TrialRow, settings: TrainEmbeddingSettings): string {
  const values = settings as unknown as Record<string, unknown>;
  const names = settingsOf(TrainEmbeddingSettings).map(({ name }) => name);
  const given = Object.fromEntries(
    names.map((name) => [name, values[name]]).filter(([, value]) => value !== undefined),
  );
  return `# Trial ${trial} of kg.tune: validation MRR ${mrr?.toFixed(4)}. medgraft kg embed --config best.yaml\n${stringify(given)}`;
}

function figuresOf(best: TrialRow, rows: readonly TrialRow[]): StageFigures {
  return {
    trials: new Set(rows.map(({ trial }) => trial)).size,
    failed: rows.filter(({ state }) => state === 'failed').length,
    bestTrial: best.trial,
    validationMrr: best.mrr ?? 0,
    validationHits10: best.hits10 ?? 0,
    ...Object.fromEntries(Object.entries(best.settings).map(([name, value]) => [`best.${name}`, value])),
  };
}

async function writeText(path: string, text: string): Promise<void> {
  await writeFile(path, (sink) => sink.write(new TextEncoder().encode(text)));
}

export const tuneEmbedding: Stage<TuneEmbeddingSettings> = {
  name: 'kg.tune',
  summary: 'Search the settings of kg.embed that rank validation triples best, at random or by successive halving.',
  version: 1,
  kind: 'artefact',
  settings: TuneEmbeddingSettings,
  labels: ['kg'],
  needs: { graph: 'kg.import' },
  sources: ({ space, valid, test }) => [space, valid, test].filter((file) => file !== undefined),
  run,
};
