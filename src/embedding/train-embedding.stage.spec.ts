import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readOpenkeJson } from '../formats/openke-json.js';
import { buildSnapshot } from '../graph/build-snapshot.js';
import { writeSnapshot } from '../graph/snapshot-file.js';
import type { Artefact } from '../runs/artefact.js';
import type { StageEvent, StageFigures } from '../runs/stage.js';
import { loadEmbedding } from './load-embedding.js';
import { openModelFile } from './model-file.store.js';
import { trainEmbedding } from './train-embedding.stage.js';
import { TrainEmbeddingSettings } from './train-embedding-settings.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-embed-'));
afterAll(() => rmSync(root, { recursive: true }));
const graph = join(root, 'graph');
const empty = join(root, 'empty');
let folders = 0;

/** In the order of numbers, which is that of ids. */
const keyOf = (i: number) => `k${String(i).padStart(2, '0')}`;

/** 30 entities of which two share a name, two relations; entity 29 has no triple. */
beforeAll(async () => {
  const entities = Array.from({ length: 30 }, (_, i) => ({
    key: keyOf(i),
    name: i === 1 ? '头晕' : i === 2 ? '头晕' : `实体${i}`,
    types: [],
    aliases: [],
  }));
  const triples = Array.from({ length: 58 }, (_, i) => ({
    head: keyOf(i % 29),
    relation: i < 29 ? '有症状' : '并发症',
    tail: keyOf((i * 5 + 3) % 29),
  }));
  mkdirSync(graph);
  mkdirSync(empty);
  await writeSnapshot(graph, buildSnapshot(entities, triples));
  await writeSnapshot(empty, buildSnapshot(entities, []));
});

const SMALL = { kg: 'toy', dimension: 8, epochs: 4, warmStartEpochs: 4, evaluateEvery: 2 };

async function run(
  values: Partial<TrainEmbeddingSettings>,
  {
    snapshot = graph,
    scratch = join(root, `scratch${folders}`),
    controller = new AbortController(),
    stopAfter = Number.POSITIVE_INFINITY,
  } = {},
): Promise<{ folder: string; events: StageEvent[]; figures: StageFigures }> {
  const folder = join(root, String(folders++));
  mkdirSync(folder);
  const settings = Object.assign(new TrainEmbeddingSettings(), SMALL, values);
  mkdirSync(scratch, { recursive: true });
  const { signal } = controller;
  const context = { folder, home: root, threads: 1, signal, scratch: async () => scratch };
  const running = trainEmbedding.run(settings, { graph: { folder: snapshot } as Artefact }, context);
  const events: StageEvent[] = [];
  for (;;) {
    const step = await running.next();
    if (step.done) return { folder, events, figures: step.value };
    events.push(step.value);
    if (events.filter(({ kind }) => kind === 'metric').length === stopAfter) controller.abort();
  }
}

describe('kg.embed', () => {
  it('trains TransE, then TransR from it, and writes both formats and both evaluations', async () => {
    const { folder, events, figures } = await run({});
    const loaded = await loadEmbedding(folder);
    expect(loaded).toMatchObject({ model: 'TransR', dimension: 8, relationDimension: 8 });
    expect([loaded.entity.length, loaded.relation.length, loaded.projection?.length]).toEqual([240, 16, 128]);
    expect(loaded.entityNames.slice(0, 3)).toEqual(['实体0', '头晕', '头晕 (k02)']);
    expect(loaded.relationNames).toHaveLength(2);
    const { entities, relations, transfer } = await readOpenkeJson(join(folder, 'transr_transr.json'));
    expect(entities.values).toEqual(loaded.entity);
    expect(relations.values).toEqual(loaded.relation);
    expect(transfer?.values).toEqual(loaded.projection);
    const evaluation = JSON.parse(readFileSync(join(folder, 'evaluation.json'), 'utf8'));
    expect(Object.keys(evaluation)).toEqual(['transe', 'transr']);
    expect(evaluation.transr).toMatchObject({ split: 'test', count: 4, training: { epochs: 4 } });
    expect(figures['transrMrr']).toBe(evaluation.transr.realistic.mrr);
    const steps = events.flatMap((event) => (event.kind === 'metric' ? [`${event.phase} ${event.step}`] : []));
    expect(steps).toEqual(['transe', 'transr'].flatMap((phase) => [1, 2, 3, 4].map((epoch) => `${phase} ${epoch}`)));
    expect(events.some((event) => event.kind === 'warning' && event.message.startsWith('1 entities'))).toBe(true);
  });

  it('writes the graph’s own relations only when reciprocal ones were trained', async () => {
    const { folder } = await run({ model: 'transe', reciprocal: true, exportOpenKe: false });
    const loaded = await loadEmbedding(folder);
    expect(loaded.model).toBe('TransE_l2');
    expect(loaded.relation).toHaveLength(16);
    await expect(readOpenkeJson(join(folder, 'transe_transe.json'))).rejects.toThrow();
  });

  it('names the entity whose vector was spoilt', async () => {
    const { folder } = await run({ model: 'transe', exportOpenKe: false });
    const [table] = readdirSync(folder).filter((name) => name.startsWith('TransE'));
    const [file] = readdirSync(join(folder, table)).filter((name) => name.endsWith('entity.npy'));
    const bytes = readFileSync(join(folder, table, file));
    bytes.writeFloatLE(Number.NaN, bytes.length - 4);
    writeFileSync(join(folder, table, file), bytes);
    await expect(loadEmbedding(folder)).rejects.toMatchObject({
      code: 'embedding.not-finite',
      details: { got: expect.stringContaining('实体29') },
    });
  });

  it.each([
    ['transr', 3, { optimizer: 'adam', learningRate: 0.01 }],
    ['transr', 6, { threads: 1 }],
    ['complex', 2, { optimizer: 'adagrad-diagonal', schedule: 'plateau', evaluateEvery: 1 }],
    ['transr', 2, { partitions: 3 }],
    ['transr', 6, { partitions: 4, threads: 1, evaluateEvery: 1 }],
  ] as const)('goes on with %s after %i epochs to the same bytes', async (model, stopAfter, values) => {
    const settings = { ...values, model, checkpointSeconds: 0 };
    const scratch = join(root, `scratch-resumed${folders}`);
    await expect(run(settings, { scratch, stopAfter })).rejects.toMatchObject({ code: 'run.cancelled' });
    const resumed = await run(settings, { scratch });
    expect(resumed.events).toContainEqual(expect.objectContaining({ message: expect.stringMatching(/^goes on with/) }));
    const whole = await run(settings);
    const vectors = async ({ folder }: { folder: string }) => (await loadEmbedding(folder)).entity;
    expect(await vectors(resumed)).toEqual(await vectors(whole));
    const evaluation = ({ folder }: { folder: string }) => readFileSync(join(folder, 'evaluation.json'), 'utf8');
    expect(evaluation(resumed)).toBe(evaluation(whole));
  });

  it('writes partitioned tables in the order of ids, and scores them', async () => {
    const { folder, figures } = await run({ model: 'transe', partitions: 4, epochs: 30, reciprocal: true });
    const loaded = await loadEmbedding(folder);
    expect([loaded.entity.length, loaded.relation.length]).toEqual([240, 16]);
    const { entities } = await readOpenkeJson(join(folder, 'transe_transe.json'));
    expect(entities.values).toEqual(loaded.entity);
    const { model, scorer } = await openModelFile(folder);
    expect(Array.from(model.tables.entity)).toEqual(Array.from(loaded.entity));
    expect(scorer.shape).toMatchObject({ entities: 30, relations: 2 });
    const whole = await run({ model: 'transe', epochs: 30, reciprocal: true });
    expect(figures['transeLoss']).toBeCloseTo(whole.figures['transeLoss'] as number, -1);
  });

  it('refuses more partitions than entities, and all answers at once with partitions', async () => {
    await expect(run({ model: 'transe', partitions: 31 })).rejects.toMatchObject({ code: 'embedding.partitions' });
    const answers = { model: 'complex', partitions: 2, targets: 'answers' } as const;
    await expect(run(answers)).rejects.toMatchObject({ code: 'embedding.partitions' });
  });

  it('gives the same vectors again', async () => {
    const [a, b, other] = await Promise.all([run({}), run({}), run({ seed: 1 })]);
    const vectors = async ({ folder }: { folder: string }) => (await loadEmbedding(folder)).entity;
    expect(await vectors(a)).toEqual(await vectors(b));
    expect(await vectors(a)).not.toEqual(await vectors(other));
  });

  it('trains on everything when nothing is held out', async () => {
    const { events, figures } = await run({ model: 'transe', validationShare: 0, testShare: 0 });
    expect(events[0]).toMatchObject({ kind: 'note', message: '58 triples to train on, 0 to stop by, 0 to test on' });
    expect(figures).not.toHaveProperty('transeMrr');
  });

  it('stops on the signal', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(run({}, { controller })).rejects.toMatchObject({ code: 'run.cancelled' });
  });

  it('trains the TransE of a warm start at a rate of its own', async () => {
    const ratesOf = async (values: Partial<TrainEmbeddingSettings>, phase: string) =>
      (await run({ rateDecay: 0.5, ...values })).events
        .filter((event) => event.kind === 'metric' && event.phase === phase)
        .map((event) => event.kind === 'metric' && event.values['learningRate']);
    const rates = { learningRate: 0.01, warmStartRate: 0.1 };
    expect((await ratesOf(rates, 'transe'))[0]).toBe(0.1);
    expect((await ratesOf(rates, 'transr'))[0]).toBe(0.01);
    expect((await ratesOf({ learningRate: 0.01 }, 'transe'))[0]).toBe(0.01);
    expect((await ratesOf({ ...rates, model: 'transe' }, 'transe'))[0]).toBe(0.01);
  });

  it('refuses an empty graph, and a warm start into another width', async () => {
    await expect(run({}, { snapshot: empty })).rejects.toMatchObject({ code: 'embedding.empty' });
    await expect(run({ relationDimension: 5 })).rejects.toMatchObject({ code: 'embedding.warm-start' });
    const { folder } = await run({ relationDimension: 5, warmStart: false });
    expect((await loadEmbedding(folder)).relationDimension).toBe(5);
  });
});

describe('loadEmbedding', () => {
  it('refuses a folder without an embedding', async () => {
    await expect(loadEmbedding(empty)).rejects.toMatchObject({ code: 'embedding.folder' });
  });
});
