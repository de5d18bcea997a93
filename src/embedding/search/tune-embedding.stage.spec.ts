import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { drawGraph } from '../../../test/support/drawn-graph.js';
import { writeSnapshot } from '../../graph/snapshot-file.js';
import type { Artefact } from '../../runs/artefact.js';
import type { StageEvent, StageFigures } from '../../runs/stage.js';
import { parseSettings } from '../../settings/parse-settings.js';
import { trainEmbedding } from '../train-embedding.stage.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';
import { triplesOf } from '../triples.js';
import type { TrialRow } from './trial-table.store.js';
import { tuneEmbedding } from './tune-embedding.stage.js';
import { TuneEmbeddingSettings } from './tune-embedding-settings.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-tune-'));
afterAll(() => rmSync(root, { recursive: true }));
const graph = { folder: join(root, 'graph') } as Artefact;
const space = join(root, 'space.yaml');
const { snapshot } = drawGraph({ entities: 40, triples: 400, seed: 1 });
let folders = 0;

beforeAll(async () => {
  mkdirSync(graph.folder);
  await writeSnapshot(graph.folder, snapshot);
  writeFileSync(space, 'model: distmult\ndimension: { values: [8, 16] }\nlearningRate: { log: [0.05, 0.5] }\n');
});

const SMALL = {
  kg: 'drawn',
  space,
  trials: 6,
  epochs: 12,
  firstEpochs: 2,
  reduction: 2,
  evaluateEvery: 2,
  patience: 3,
  validationShare: 0.1,
  testShare: 0.1,
  threads: 1,
};

function newFolder(): string {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  return folder;
}

interface Searched {
  folder: string;
  events: StageEvent[];
  figures: StageFigures;
  rows: TrialRow[];
}

/** @param stopAfter events, as a kill would */
async function search(
  values: Partial<TuneEmbeddingSettings>,
  { scratch = newFolder(), stopAfter = Number.POSITIVE_INFINITY } = {},
): Promise<Searched> {
  const folder = newFolder();
  const controller = new AbortController();
  const context = { folder, home: root, threads: 1, signal: controller.signal, scratch: async () => scratch };
  const settings = Object.assign(new TuneEmbeddingSettings(), SMALL, values);
  const running = tuneEmbedding.run(settings, { graph }, context);
  const events: StageEvent[] = [];
  for (;;) {
    const step = await running.next();
    if (step.done) return { folder, events, figures: step.value, rows: rowsIn(folder) };
    events.push(step.value);
    if (events.length === stopAfter) controller.abort();
  }
}

function rowsIn(folder: string): TrialRow[] {
  const lines = readFileSync(join(folder, 'trials.jsonl'), 'utf8').trimEnd().split('\n');
  return lines.map((line) => JSON.parse(line));
}

/** As lines of a file of triples. */
function knownTriples(): Set<string> {
  const { heads, relations, tails } = triplesOf(snapshot);
  const line = (_: unknown, i: number) =>
    [snapshot.entityKeys.at(heads[i]), snapshot.relationNames.at(relations[i]), snapshot.entityKeys.at(tails[i])].join(
      '\t',
    );
  return new Set(Array.from(heads, line));
}

const timeless = (rows: readonly TrialRow[]) => rows.map(({ seconds, ...row }) => row);
const messages = (events: readonly StageEvent[]) =>
  events.flatMap((event) => ('message' in event ? [event.message] : []));

describe('kg.tune', () => {
  it('halves: every trial a few epochs, the better ones more, and tells the best', async () => {
    const { rows, figures, events, folder } = await search({});
    expect(rows.map(({ trial, rung }) => `${rung}:${trial}`).slice(0, 6)).toEqual(
      Array.from({ length: 6 }, (_, trial) => `0:${trial}`),
    );
    expect([0, 1, 2].map((rung) => rows.filter((row) => row.rung === rung).length)).toEqual([6, 3, 1]);
    const first = rows.filter(({ rung }) => rung === 0).map(({ mrr }) => mrr ?? 0);
    const kept = rows.filter(({ rung }) => rung === 1).map(({ trial }) => first[trial]);
    expect([...kept].sort()).toEqual([...first].sort().slice(-3));
    const best = rows[rows.length - 1];
    expect(figures).toMatchObject({ trials: 6, failed: 0, bestTrial: best.trial, validationMrr: best.mrr });
    expect(messages(events).at(-1)).toMatch(/best so far: trial \d/);
    const tsv = readFileSync(join(folder, 'trials.tsv'), 'utf8').split('\n');
    expect(tsv[0]).toMatch(/^trial\trung\tstate\t.*\tdimension\tlearningRate\treason$/);
    expect(tsv).toHaveLength(rows.length + 2);
    const summary = JSON.parse(readFileSync(join(folder, 'summary.json'), 'utf8'));
    expect(summary).toMatchObject({ method: 'halving', best: { length: 5, 0: best } });
  });

  it.each([
    ['random', { trials: 3, method: 'random' }],
    ['halving', { trials: 4 }],
  ] as const)('writes a recipe of its best trial that trains to the same figures: %s', async (_, values) => {
    const { folder, rows, figures } = await search(values);
    const recipe = parse(readFileSync(join(folder, 'best.yaml'), 'utf8'));
    const settings = parseSettings(TrainEmbeddingSettings, recipe, 'best.yaml');
    const target = newFolder();
    const { signal } = new AbortController();
    const context = { folder: target, home: root, threads: 1, signal, scratch: async () => newFolder() };
    const running = trainEmbedding.run(settings, { graph }, context);
    while (!(await running.next()).done);
    const { training } = JSON.parse(readFileSync(join(target, 'evaluation.json'), 'utf8'))['distmult'];
    const best = rows.findLast(({ trial }) => trial === figures['bestTrial']);
    expect(training).toMatchObject({ bestEpoch: best?.bestEpoch, epochs: best?.epochs, loss: best?.loss });
    expect(training.bestMrr).toBeCloseTo(best?.mrr ?? 0, 12);
  });

  it('goes on where it was stopped, to the same table', async () => {
    const values = { checkpointSeconds: 0 };
    const whole = await search(values);
    const scratch = newFolder();
    for (const stopAfter of [5, 25, 1, 12]) {
      await expect(search(values, { scratch, stopAfter })).rejects.toMatchObject({ code: 'run.cancelled' });
    }
    const resumed = await search(values, { scratch });
    expect(messages(resumed.events)).toContainEqual(expect.stringMatching(/^goes on after \d+ rows/));
    expect(timeless(resumed.rows)).toEqual(timeless(whole.rows));
    expect(readFileSync(join(resumed.folder, 'best.yaml'))).toEqual(readFileSync(join(whole.folder, 'best.yaml')));
  });

  it('has a row with the reason for a trial that diverges or does not fit', async () => {
    const file = join(root, 'unfit.yaml');
    writeFileSync(file, 'model: complex\ndimension: { values: [8, 9] }\nlearningRate: { values: [0.1, 1e39] }\n');
    const { rows, figures } = await search({ space: file, method: 'random', trials: 12, epochs: 4 });
    const failed = rows.filter(({ state }) => state === 'failed');
    expect(rows).toHaveLength(12);
    expect(figures['failed']).toBe(failed.length);
    expect(new Set(failed.map(({ reason }) => reason?.split(':')[0]))).toEqual(
      new Set(['embedding.width', 'embedding.diverged']),
    );
    for (const { settings, state } of rows) {
      expect(state === 'failed').toBe(settings['dimension'] === 9 || settings['learningRate'] === 1e39);
    }
  });

  it('never looks at the test triples, and does not train on them', async () => {
    const triple = (i: number) => `e${i % 40}\tr${i % 4}\te${(i * i) % 40}`;
    const known = knownTriples();
    const inGraph = [...known].slice(0, 40);
    const foreign = Array.from({ length: 90 }, (_, i) => triple(i)).filter((line) => !known.has(line));
    const file = (name: string, lines: readonly string[]) => {
      const path = join(root, name);
      writeFileSync(path, `${lines.join('\n')}\n`);
      return path;
    };
    const given = { valid: file('valid.txt', inGraph.slice(0, 20)), trials: 2, method: 'random' } as const;
    const [one, other] = [foreign.slice(0, 30), foreign.slice(30)].map((lines, i) =>
      file(`test${i}.txt`, [...lines, ...inGraph.slice(20)]),
    );
    const searched = await search({ ...given, test: one });
    expect(messages(searched.events)[0]).toContain(`${known.size - 40} triples to train on, 20 to compare by`);
    expect(timeless((await search({ ...given, test: other })).rows)).toEqual(timeless(searched.rows));
    const summary = JSON.parse(readFileSync(join(searched.folder, 'summary.json'), 'utf8'));
    expect(summary.validation).toEqual({ triples: 20, filter: 'training and validation' });
  });

  it('refuses what leaves nothing to compare or to train', async () => {
    await expect(search({ validationShare: 0 })).rejects.toMatchObject({ code: 'embedding.empty-split' });
    const file = join(root, 'odd.yaml');
    writeFileSync(file, 'model: rotate\ndimension: { values: [7, 9] }\n');
    await expect(search({ space: file })).rejects.toMatchObject({
      code: 'embedding.search',
      details: { got: expect.stringContaining('embedding.width') },
    });
    await expect(search({ model: 'transe' })).rejects.toMatchObject({ code: 'embedding.space' });
    await expect(search({ space: join(root, 'none.yaml') })).rejects.toMatchObject({ code: 'embedding.space-missing' });
    writeFileSync(file, `# ${'x'.repeat(1 << 18)}`);
    await expect(search({ space: file })).rejects.toMatchObject({ code: 'embedding.space' });
  });
});
