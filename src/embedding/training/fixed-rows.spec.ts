/** A graph has grown: what was known of it stays as it is, byte by byte, and what is new is trained. */
import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbedRuns } from '../../../test/support/embed-runs.js';
import { EMBEDDING_MODELS, type EmbeddingModelName } from '../create-embedding.js';
import { isOfEntities, type TableName } from '../embedding-model.js';
import { MODEL_FILE, openModelFile } from '../model-file.store.js';
import type { TrainEmbeddingSettings } from '../train-embedding-settings.js';

const runs = new EmbedRuns();
afterAll(() => rmSync(runs.root, { recursive: true }));

const [OLD, NEW] = [20, 26];
const RELATIONS = ['治疗', '有症状', '并发症'];
let graph: string;
let grown: string;
beforeAll(async () => {
  graph = await runs.graph(OLD, 'k', RELATIONS.slice(1));
  grown = await runs.graph(NEW, 'k', RELATIONS);
});

/** Ids follow the order of the keys, and of the relations. */
const keysOf = (count: number) => Array.from({ length: count }, (_, i) => `k${i}`).sort();
const sorted = (names: string[]) => [...names].sort();
const modelBytes = (folder: string) => readFileSync(join(folder, MODEL_FILE)).toString('hex');

/** Rows by name of entity or relation; reciprocal relations have a second name. */
async function rowsByName(folder: string, entities: string[], relations: string[]) {
  const { model } = await openModelFile(folder);
  const rows = new Map<string, string>();
  const names =
    model.shape.relations === relations.length ? relations : [...relations, ...relations.map((r) => `${r}'`)];
  for (const [table, values] of Object.entries(model.tables)) {
    const owners = isOfEntities(table as TableName) ? entities : names;
    const size = values.length / owners.length;
    for (const [id, name] of owners.entries()) {
      rows.set(`${table} ${name}`, Buffer.from(values.slice(id * size, (id + 1) * size).buffer).toString('hex'));
    }
  }
  return rows;
}

async function grow(model: EmbeddingModelName, values: Partial<TrainEmbeddingSettings>) {
  const first = await runs.embed(graph, { ...values, model });
  const settings = { ...values, model, startFrom: first.folder };
  const start = await runs.embed(grown, { ...settings, epochs: 0 });
  const kept = await runs.embed(grown, { ...settings, keepKnown: true });
  const of = (folder: string, count: number, relations: string[]) =>
    rowsByName(folder, keysOf(count), sorted(relations));
  return {
    settings,
    folder: kept.folder,
    known: await of(first.folder, OLD, RELATIONS.slice(1)),
    start: await of(start.folder, NEW, RELATIONS),
    rows: await of(kept.folder, NEW, RELATIONS),
  };
}

const HARD = { normaliseEntities: true, penaltyWeight: 0.1, filterNegatives: true } as const;

describe('kg.embed --keep-known', () => {
  it.each([
    ...EMBEDDING_MODELS.map((model) => [model, { ...HARD, threads: 1 }] as const),
    ['transr', { ...HARD, threads: 2, reciprocal: true, optimizer: 'adam' }],
    ['transd', { threads: 3, optimizer: 'adagrad-diagonal' }],
    ['complex', { threads: 2, reciprocal: true, targets: 'answers', chunkSize: 4 }],
    ['rotate', { threads: 2, optimizer: 'sgd', chunkSize: 4 }],
    ['distmult', { threads: 2, reciprocal: true, relationWeight: 0.5 }],
  ] as const)('moves nothing that %s knew, and all that is new (%o)', async (model, values) => {
    const { known, start, rows } = await grow(model, values);
    for (const [name, bytes] of known) expect(rows.get(name), name).toBe(bytes);
    const fresh = [...rows.keys()].filter((name) => !known.has(name));
    expect(fresh.length).toBeGreaterThan(NEW - OLD);
    for (const name of fresh) expect(rows.get(name), name).not.toBe(start.get(name));
  });

  it('gives the same bytes again, also when it was interrupted', async () => {
    const { settings, folder } = await grow('transr', { threads: 2, epochs: 4, checkpointSeconds: 0 });
    const again = { ...settings, keepKnown: true };
    expect(modelBytes((await runs.embed(grown, again)).folder)).toBe(modelBytes(folder));
    const scratch = runs.folder();
    await expect(runs.embed(grown, again, { scratch, stopAfter: 2 })).rejects.toMatchObject({ code: 'run.cancelled' });
    const resumed = await runs.embed(grown, again, { scratch });
    expect(resumed.events).toContainEqual(expect.objectContaining({ message: 'goes on with transr after epoch 2' }));
    expect(modelBytes(resumed.folder)).toBe(modelBytes(folder));
  });

  it('trains relations alone where only entities are known', async () => {
    const first = await runs.embed(graph, { model: 'transe' });
    const startFrom = await runs.vectors(graph, first.folder, { format: 'word2vec' });
    const settings = { model: 'transe', startFrom } as const;
    const [start, kept] = [
      await runs.embed(graph, { ...settings, epochs: 0 }),
      await runs.embed(graph, { ...settings, keepKnown: true }),
    ];
    const [before, after] = [await openModelFile(start.folder), await openModelFile(kept.folder)];
    expect(after.model.tables.entity).toEqual(before.model.tables.entity);
    expect(after.model.tables.relation).not.toEqual(before.model.tables.relation);
  });

  it('trains nothing where nothing is new, and wants vectors to keep', async () => {
    const first = await runs.embed(graph, { model: 'transe' });
    const kept = await runs.embed(graph, { model: 'transe', startFrom: first.folder, keepKnown: true });
    expect(kept.warnings).toContain('the graph has nothing new: no vector is trained');
    expect(modelBytes(kept.folder)).toBe(modelBytes(first.folder));
    const partitions = { startFrom: first.folder, partitions: 2 };
    for (const values of [{}, partitions]) {
      const refused = runs.embed(graph, { ...values, keepKnown: true });
      await expect(refused).rejects.toMatchObject({ code: 'embedding.keep-known' });
    }
  });
});
