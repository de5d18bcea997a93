import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EmbedRuns } from '../../../test/support/embed-runs.js';
import { openModelFile } from '../model-file.store.js';
import type { TrainEmbeddingSettings } from '../train-embedding-settings.js';

const runs = new EmbedRuns();
afterAll(() => rmSync(runs.root, { recursive: true }));

const tablesOf = async (folder: string) => (await openModelFile(folder)).model.tables;
let graph: string;
/** TransR of the graph, and the same for OpenKE. */
let trained: string;
let openke: string;
beforeAll(async () => {
  graph = await runs.graph(20);
  trained = (await runs.embed(graph, { model: 'transr' })).folder;
  openke = await runs.vectors(graph, trained, { format: 'openke' });
});

const start = (startFrom: string, values: Partial<TrainEmbeddingSettings> = {}) =>
  runs.embed(graph, { model: 'transr', epochs: 0, ...values, startFrom });

describe("the row shift of SMedBERT's repository", () => {
  /** @param first of the lists; @param padding in row 0 of the tables */
  function shiftedFolder(first: 0 | 1, padding?: number): string {
    const folder = runs.folder();
    for (const name of ['entity2id.txt', 'relation2id.txt']) {
      const text = readFileSync(join(openke, name), 'utf8');
      runs.file(
        `ch_${name}`,
        text.replace(/\t(\d+)$/gm, (_, id) => `\t${Number(id) + first}`),
        folder,
      );
    }
    const json = JSON.parse(readFileSync(join(openke, 'openke.json'), 'utf8'));
    if (padding !== undefined) {
      for (const rows of Object.values(json) as number[][][]) rows.unshift(rows[0].map(() => padding));
    }
    runs.file('transr_transr.json', JSON.stringify(json), folder);
    return folder;
  }

  it.each([
    ['auto', 0, undefined],
    ['auto', 0, 0],
    ['auto', 1, 0.5],
    ['none', 0, undefined],
    ['none', 1, undefined],
    ['one', 0, 0.5],
    ['one', 1, 0],
  ] as const)('%s: ids from %i, row 0 of padding %s', async (rowShift, first, padding) => {
    const { folder, events } = await start(shiftedFolder(first, padding), { rowShift });
    const notes = events.flatMap((event) => (event.kind === 'note' ? [event.message] : []));
    expect(await tablesOf(folder)).toEqual(await tablesOf(trained));
    expect(notes.join('\n').includes('row 0 is padding')).toBe(padding !== undefined);
  });

  it('is written by kg.vectors as it is read, for the format smedbert alone', async () => {
    const folder = await runs.vectors(graph, trained, { format: 'smedbert', rowShift: 'one' });
    const { 'ent_embeddings.weight': rows } = JSON.parse(readFileSync(join(folder, 'transr_transr.json'), 'utf8'));
    expect(rows).toHaveLength(21);
    expect(new Set(rows[0])).toEqual(new Set([0]));
    expect(readFileSync(join(folder, 'ch_entity2id.txt'), 'utf8').split('\n')[1]).toMatch(/\t1$/);
    expect(await tablesOf((await start(folder)).folder)).toEqual(await tablesOf(trained));
    await expect(runs.vectors(graph, trained, { format: 'openke', rowShift: 'one' })).rejects.toMatchObject({
      code: 'embedding.row-shift',
    });
  });

  it.each([
    ['auto', 0, 0.5],
    ['none', 0, 0],
    ['none', 1, 0.5],
    ['one', 0, undefined],
  ] as const)('%s refuses ids from %i with row 0 of padding %s', async (rowShift, first, padding) => {
    await expect(start(shiftedFolder(first, padding), { rowShift })).rejects.toMatchObject({
      code: 'embedding.row-shift',
      details: {
        place: expect.stringContaining('transr_transr.json, entity'),
        hint: expect.stringContaining('--row-shift'),
      },
    });
  });
});
