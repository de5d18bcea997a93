import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { writeFile as writeThrough } from '../formats/byte-sink.js';
import { readJsonLines } from '../formats/json-lines.js';
import { NpyFile, writeNpy } from '../formats/npy.js';
import type { Artefact } from '../runs/artefact.js';
import type { StageFigures } from '../runs/stage.js';
import { buildSnapshot } from './build-snapshot.js';
import { RANKS_FILE } from './load-ranks.js';
import { loadTopNeighbours } from './neighbour-table.store.js';
import { type TopNeighbours, topNeighbours } from './neighbours.js';
import { Pepr } from './pepr.js';
import { rankEdges } from './rank-edges.js';
import { SelectNeighboursSettings, selectNeighbours } from './select-neighbours.stage.js';
import { writeSnapshot } from './snapshot-file.js';

const { snapshot, ranks } = drawGraph({ entities: 80, triples: 400, seed: 8 });
let root: string;
let folders = 0;
const freshFolder = async () => {
  const path = join(root, String(folders++));
  await mkdir(path);
  return path;
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'medgraft-topk-'));
  await mkdir(join(root, 'graph'));
  await writeSnapshot(join(root, 'graph'), snapshot);
  await mkdir(join(root, 'ranks'));
  await writeThrough(join(root, 'ranks', RANKS_FILE), (sink) => writeNpy(sink, [ranks.length], ranks));
});
afterAll(() => rm(root, { recursive: true }));

async function select(
  values: Partial<SelectNeighboursSettings>,
  { roles = ['graph', 'ranks'], graph = join(root, 'graph'), threads = 1, signal = new AbortController().signal } = {},
): Promise<{ folder: string; figures: StageFigures }> {
  const folder = await freshFolder();
  const settings = Object.assign(new SelectNeighboursSettings(), { kg: 'test', ...values });
  const inputs = Object.fromEntries(
    roles.map((role) => [role, { folder: role === 'graph' ? graph : join(root, role) } as Artefact]),
  );
  const running = selectNeighbours.run(settings, inputs, { folder, home: root, threads, signal, scratch: freshFolder });
  for (;;) {
    const { done, value } = await running.next();
    if (done) return { folder, figures: value };
  }
}

const orderOf = ({ k, entities, counts }: TopNeighbours, e: number) =>
  Array.from(entities.subarray(e * k, e * k + counts[e]));

async function linesOf(folder: string): Promise<{ entity: string; neighbours: Record<string, unknown>[] }[]> {
  const lines: { entity: string; neighbours: Record<string, unknown>[] }[] = [];
  for await (const { value } of readJsonLines(join(folder, 'neighbours.jsonl'))) lines.push(value as never);
  return lines;
}

async function arrayOf(folder: string, file: string) {
  const npy = await NpyFile.open(join(folder, file));
  const values = await npy.all();
  await npy.close();
  return values;
}

describe('kg.topk by rank', () => {
  it('leaves the neighbours that topNeighbours gives, also fewer of them', async () => {
    const { folder, figures } = await select({ count: 6 });
    for (const count of [6, 2]) {
      expect(await loadTopNeighbours(folder, snapshot.entityCount, count)).toEqual(
        topNeighbours(snapshot, ranks, count),
      );
    }
    const total = topNeighbours(snapshot, ranks, 6).counts.reduce((sum, count) => sum + count, 0);
    expect(figures).toMatchObject({ entities: 80, neighbours: total, method: 'rank' });
  });

  it('says the same in JSON Lines and in arrays', async () => {
    const { folder } = await select({ count: 3, side: 'out' });
    const [offsets, fields, scores] = [
      await arrayOf(folder, 'offsets.npy'),
      await arrayOf(folder, 'neighbours.npy'),
      await arrayOf(folder, 'scores.npy'),
    ];
    const lines = await linesOf(folder);
    let at = 0;
    for (const { entity, neighbours } of lines) {
      expect(offsets[snapshot.entityNames.idOf(entity)!]).toBe(at);
      for (const { relation, direction, entity: other, score } of neighbours) {
        expect(snapshot.entityNames.at(Number(fields[3 * at]))).toBe(other);
        expect(snapshot.relationNames.at(Number(fields[3 * at + 1]))).toBe(relation);
        expect([direction, fields[3 * at + 2]]).toEqual(['out', 1]);
        expect(score).toBe(scores[at++]);
      }
    }
    expect(at).toBe(scores.length);
  });

  it('needs ranks, and another method does not', async () => {
    await expect(select({}, { roles: ['graph'] })).rejects.toMatchObject({ code: 'artefact.missing' });
    await expect(select({ method: 'push' }, { roles: ['graph'] })).resolves.toBeDefined();
  });
});

describe('kg.topk by PEPR', () => {
  it("orders an entity's neighbours by its own PEPR", async () => {
    const { folder, figures } = await select({ method: 'pepr', count: 5 });
    const top = await loadTopNeighbours(folder, 80, 5);
    const pepr = new Pepr(rankEdges(snapshot, 'both', true), { tolerance: 1e-9 });
    for (let e = 0; e < 80; e++) {
      const own = pepr.of(e).ranks;
      expect(orderOf(top, e)).toEqual(orderOf(topNeighbours(snapshot, own, 5), e));
    }
    expect(figures['largestError']).toBeLessThan(1e-8);
  });

  it('comes to the same neighbours by push, within the error that it states, and with threads', async () => {
    const exact = await select({ method: 'pepr', count: 5 });
    const push = await select({ method: 'push', count: 5, epsilon: 1e-10 });
    const threaded = await select({ method: 'pepr', count: 5 }, { threads: 3 });
    const top = await loadTopNeighbours(exact.folder, 80, 5);
    expect(await loadTopNeighbours(push.folder, 80, 5)).toEqual(top);
    expect(await loadTopNeighbours(threaded.folder, 80, 5)).toEqual(top);
    const scores = await arrayOf(exact.folder, 'scores.npy');
    const pushed = await arrayOf(push.folder, 'scores.npy');
    const error = Number(push.figures['largestError']) + Number(exact.figures['largestError']);
    expect(error).toBeLessThan(1e-6);
    scores.forEach((score, i) => {
      expect(Math.abs(Number(score) - Number(pushed[i]))).toBeLessThanOrEqual(error);
    });
  });

  it('chooses for the entities that a corpus mentions', async () => {
    const frequencies = join(root, 'mention-frequency.bin');
    const counts = Int32Array.from({ length: 80 }, (_, e) => Number(e % 3 === 0));
    await writeFile(frequencies, new Uint8Array(counts.buffer));
    const { folder, figures } = await select({ method: 'pepr', count: 4, frequencies, samples: 100 });
    const all = await loadTopNeighbours((await select({ method: 'pepr', count: 4 })).folder, 80, 4);
    const top = await loadTopNeighbours(folder, 80, 4);
    for (let e = 0; e < 80; e++) expect(orderOf(top, e)).toEqual(e % 3 === 0 ? orderOf(all, e) : []);
    expect(figures['withNeighbours']).toBe(all.counts.filter((count, e) => count > 0 && e % 3 === 0).length);
    await writeFile(frequencies, new Uint8Array(12));
    await expect(select({ frequencies })).rejects.toMatchObject({ code: 'graph.frequencies' });
  });

  it('stops when it is told to', async () => {
    await expect(select({ method: 'pepr' }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      code: 'run.cancelled',
    });
  });
});

describe('names', () => {
  it('stay data', async () => {
    const graph = await freshFolder();
    const names = ['__proto__', '=1+1', 'constructor', '"\n'];
    await writeSnapshot(
      graph,
      buildSnapshot(
        names.map((name) => ({ key: name, name, types: ['__proto__'], aliases: [] })),
        names.map((name, i) => ({ head: name, relation: '__proto__', tail: names[(i + 1) % 4] })),
      ),
    );
    const { folder } = await select({ method: 'push', perType: true, count: 1, side: 'out' }, { graph });
    const lines = await linesOf(folder);
    expect(lines.map(({ entity }) => entity).sort()).toEqual([...names].sort());
    for (const { entity, neighbours } of lines) {
      const [{ relation, entity: other }] = neighbours;
      expect([relation, other]).toEqual(['__proto__', names[(names.indexOf(entity) + 1) % 4]]);
    }
  });

  it('of another graph are refused', async () => {
    const { folder } = await select({ count: 3 });
    await expect(loadTopNeighbours(folder, 81, 3)).rejects.toMatchObject({ code: 'graph.topk' });
  });
});
