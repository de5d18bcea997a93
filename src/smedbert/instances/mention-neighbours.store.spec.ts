import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeFile as writeThrough } from '../../formats/byte-sink.js';
import { writeNpy } from '../../formats/npy.js';
import { buildSnapshot } from '../../graph/build-snapshot.js';
import { RANKS_FILE } from '../../graph/load-ranks.js';
import { NeighbourTableWriter } from '../../graph/neighbour-table.store.js';
import type { Artefact } from '../../runs/artefact.js';
import { filesOfTable, mentionNeighbours } from './mention-neighbours.store.js';

/** A star: e0 knows e1, e2 and e3. */
const snapshot = buildSnapshot(
  [0, 1, 2, 3].map((i) => ({ key: `e${i}`, name: `n${i}`, types: [], aliases: [] })),
  [1, 2, 3].map((i) => ({ head: 'e0', relation: 'r', tail: `e${i}` })),
);
const ranks = Float64Array.of(0.1, 0.2, 0.3, 0.4);
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medgraft-table-'));
  await writeThrough(join(folder, RANKS_FILE), (sink) => writeNpy(sink, [4], ranks));
  const writer = await NeighbourTableWriter.open(folder, Uint32Array.of(2, 0, 0, 0));
  await writer.add({ neighbours: Int32Array.of(2, 0, 1, 1, 0, 1), scores: Float64Array.of(2, 1), line: {} });
  await writer.finish();
  await writer.close();
});
afterAll(() => rm(folder, { recursive: true }));

const inputs = {
  graph: { hash: 'g1' } as Artefact,
  ranks: {
    get folder() {
      return folder;
    },
  } as Artefact,
};
const manifest = (values: object) =>
  writeFile(
    join(folder, 'manifest.json'),
    JSON.stringify({ stage: 'kg.topk', hash: 't', inputs: { graph: 'g1' }, settings: { count: 2 }, ...values }),
  );
const ask = (neighbours: number, neighbourTable?: string) =>
  mentionNeighbours({ neighbours, neighbourTable }, snapshot, inputs);

describe('mentionNeighbours', () => {
  it('takes the first K by rank, or those of a table', async () => {
    await manifest({});
    expect((await ask(2)).entities.subarray(0, 2)).toEqual(Uint32Array.of(3, 2));
    const { entities, counts } = await ask(2, folder);
    expect(entities.subarray(0, 2)).toEqual(Uint32Array.of(2, 1));
    expect(counts).toEqual(Uint16Array.of(2, 0, 0, 0));
    expect((await ask(1, folder)).entities[0]).toBe(2);
    expect(filesOfTable(folder)).toHaveLength(2);
  });

  it('refuses another graph, fewer neighbours, and another kind of folder', async () => {
    await manifest({ inputs: { graph: 'g0' } });
    await expect(ask(2, folder)).rejects.toMatchObject({ code: 'artefact.stale' });
    await manifest({ settings: { count: 1 } });
    await expect(ask(2, folder)).rejects.toMatchObject({ code: 'smedbert.neighbours' });
    await manifest({ stage: 'kg.rank' });
    await expect(ask(2, folder)).rejects.toMatchObject({ code: 'smedbert.neighbours' });
    await expect(ask(2, join(folder, 'nowhere'))).rejects.toMatchObject({ code: 'smedbert.neighbours' });
  });
});
