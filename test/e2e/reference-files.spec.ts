import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadRanks } from '../../src/graph/load-ranks.js';
import type { Artefact } from '../../src/runs/artefact.js';
import type { StageEvent } from '../../src/runs/stage.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';
import { ROOT } from '../house/source-files.js';

// What somebody made for SMedBERT's reference repository, all the way into a pre-training: docs/model-files.md.
const SAMPLE = join(ROOT, 'kg-import/smedbert-reference');
const WEIGHTS = JSON.parse(readFileSync(join(SAMPLE, 'global_PageRank.json'), 'utf8'));

let home: string;
let told: string[] = [];
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'reference-'));
  await run('kg.import', { kg: 'mine', mapping: 'smedbert-reference' });
});
afterAll(() => rm(home, { recursive: true, force: true }));

describe("files of SMedBERT's reference repository", () => {
  it('become ranks, neighbours, vectors and a pre-training', async () => {
    const ranks = await run('kg.rank', { kg: 'mine', from: join(SAMPLE, 'global_PageRank.json') });
    expect(ranks.manifest.figures).toMatchObject({ variant: 'given', ranked: 5, unranked: 0, unused: 0 });
    expect(JSON.parse(readFileSync(join(ranks.folder, 'global_PageRank.json'), 'utf8'))).toEqual(WEIGHTS);
    const top = await run('kg.topk', { kg: 'mine', count: 2 });
    const rows = readFileSync(join(top.folder, 'neighbours.jsonl'), 'utf8').trim().split('\n');
    const row = rows.map((line) => JSON.parse(line)).find(({ entity }) => entity === '春溪热');
    const scores = row.neighbours.map(({ score }: { score: number }) => score);
    expect(scores).toEqual([0.3, 0.2]);

    const adopt = { model: 'transr', dimension: 4, relationDimension: 4, epochs: 0 };
    const vectors = await run('kg.embed', { kg: 'mine', ...adopt, startFrom: SAMPLE });
    expect(told.join('\n')).toContain('5 entities and 3 relations');
    expect(told.join('\n')).toContain('row 0 is padding');
    const written = await run('kg.vectors', { kg: 'mine', format: 'smedbert', rowShift: 'one' });
    const [theirs, ours] = [SAMPLE, written.folder].map(namedRows);
    expect(ours).toEqual(theirs);
    expect(vectors.manifest.sources.map(({ path }) => path)).toContain(join(SAMPLE, 'transr_transr.json'));

    const corpus = join(home, 'corpus.txt');
    const text = '患者因春溪热入院，体温升高，出现发热和头痛，医生给予清溪片口服治疗，三天后雾角膜炎好转。';
    writeFileSync(corpus, `${Array.from({ length: 6 }, (_, i) => text.repeat(6) + i).join('\n')}\n`);
    await run('corpus.prepare', { corpus: 'mine', files: [corpus], maximumTokens: 60 });
    await run('corpus.link', { kg: 'mine', corpus: 'mine' });
    const small = {
      layers: 2,
      hiddenSize: 16,
      heads: 2,
      intermediateSize: 32,
      maximumPositions: 64,
      maximumTokens: 64,
    };
    const training = { kg: 'mine', corpus: 'mine', ...small, steps: 2, batchSize: 2, evaluationBatches: 1 };
    const model = await run('smedbert.pretrain', {
      ...training,
      validationShare: 0.2,
      neighbours: 2,
      neighbourOrder: 'pepr',
    });
    expect(told).toContain('choosing neighbours of 5 entities by pepr');
    expect(readdirSync(join(home, 'cache/pepr'))).toHaveLength(1);
    await run('smedbert.evaluate', { kg: 'mine', corpus: 'mine', evaluationBatches: 1, examples: 0 });
    expect(readdirSync(join(home, 'cache/pepr'))).toHaveLength(1);
    expect(model.manifest.inputs['ranks']).toBe(ranks.hash);
    expect(model.manifest.inputs['vectors']).toBe(vectors.hash);
    expect(Number(model.manifest.figures['last.loss.mnem'])).toBeGreaterThan(0);
  });

  it('give ranks by name, tell who has none, and are refused when they are of another graph', async () => {
    const file = join(home, 'weights.json');
    const rank = (weights: unknown) => {
      writeFileSync(file, JSON.stringify(weights));
      return run('kg.rank', { kg: 'mine', from: file });
    };
    const { 头痛: _, ...some } = WEIGHTS;
    const { folder, manifest } = await rank({ ...some, 某病: 1, 某药: 0.5 });
    expect(manifest.figures).toMatchObject({ ranked: 4, unranked: 1, unused: 2 });
    expect([...(await loadRanks(folder))].filter((value) => value === 0)).toHaveLength(1);
    expect(told).toContain('1 entities of the graph have no rank there and come last: "头痛"');
    expect(told).toContain('2 of its names are not in the graph: "某病", "某药"');
    for (const weights of [{ 某病: 1, 某药: 2, 头痛: 3, a: 1, b: 2 }, {}, { 头痛: -1 }, { 头痛: '1' }]) {
      await expect(rank(weights)).rejects.toMatchObject({ code: 'graph.given-ranks', details: { place: file } });
    }
    await expect(rank([1])).rejects.toMatchObject({ code: 'graph.reference' });
  });
});

/** Name -> its vector, of entities. */
function namedRows(folder: string): Record<string, number[]> {
  const list = ['ch_entity2id.txt', 'entity2id.txt'].flatMap((name) => {
    try {
      return [readFileSync(join(folder, name), 'utf8')];
    } catch {
      return [];
    }
  })[0];
  const entries = list
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split('\t'));
  const first = Math.min(...entries.map(([, id]) => Number(id)));
  const rows = JSON.parse(readFileSync(join(folder, 'transr_transr.json'), 'utf8'))['ent_embeddings.weight'];
  return Object.fromEntries(entries.map(([name, id]) => [name, rows[Number(id) - first + 1].map(Math.fround)]));
}

async function run(name: string, values: Record<string, unknown>): Promise<Artefact> {
  const stage = await loadStage(name);
  const settings = parseSettings(stage.settings, values, name);
  const options = { workspace: new Workspace(home), environment: { threads: 1 }, signal: new AbortController().signal };
  const steps = runStage(stage, settings, options);
  told = [];
  for (;;) {
    const next = await steps.next();
    if (next.done) return next.value;
    told.push(...messageOf(next.value));
  }
}

function messageOf(event: StageEvent): string[] {
  return event.kind === 'note' || event.kind === 'warning' ? [event.message] : [];
}
