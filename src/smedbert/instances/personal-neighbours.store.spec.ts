import { mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawGraph } from '../../../test/support/drawn-graph.js';
import type { GraphSnapshot } from '../../graph/graph-snapshot.js';
import { topNeighbours } from '../../graph/neighbours.js';
import { writeSnapshot } from '../../graph/snapshot-file.js';
import type { Artefact } from '../../runs/artefact.js';
import type { StageEvent } from '../../runs/stage.js';
import { personalNeighbours, preparePersonalNeighbours } from './personal-neighbours.store.js';

const K = 5;
const { snapshot, ranks } = drawGraph({ entities: 40, triples: 150, seed: 9 });
const frequencies = Int32Array.from({ length: 40 }, (_, e) => (e % 4 === 3 ? 0 : e + 1));
let home: string;
let graph: Artefact;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-pepr-'));
  graph = artefact('kg.import', 'g1');
  await writeSnapshot(graph.folder, snapshot);
});
afterAll(() => rmSync(home, { recursive: true }));

function artefact(stage: string, hash: string): Artefact {
  const folder = join(home, 'artifacts', stage, hash);
  mkdirSync(folder, { recursive: true });
  return { stage, hash, folder, manifest: { figures: { segments: 12 } } } as unknown as Artefact;
}

function corpus(hash: string, counts: Int32Array): Artefact {
  const made = artefact('corpus.link', hash);
  writeFileSync(join(made.folder, 'mention-frequency.bin'), counts);
  return made;
}

async function prepare(inputs: Record<string, Artefact>, count = K): Promise<{ folder: string; notes: string[] }> {
  const patience = { threads: 1, signal: new AbortController().signal };
  const steps = preparePersonalNeighbours(count, snapshot, inputs, patience);
  const events: StageEvent[] = [];
  for (;;) {
    const step = await steps.next();
    const notes = events.flatMap((event) => (event.kind === 'note' ? [event.message] : []));
    if (step.done) return { folder: step.value, notes };
    events.push(step.value);
  }
}

/** Equation 1 with a dense matrix, every edge counted both ways: V of each entity, one after the other. */
function denseScores({ entityCount, outgoing }: GraphSnapshot, entity: number, jump = 0.15): number[] {
  const matrix = Array.from({ length: entityCount }, () => new Array<number>(entityCount).fill(0));
  for (let head = 0; head < entityCount; head++) {
    for (let i = outgoing.offsets[head]; i < outgoing.offsets[head + 1]; i++) {
      matrix[outgoing.entities[i]][head]++;
      matrix[head][outgoing.entities[i]]++;
    }
  }
  const sums = matrix.map((_, column) => matrix.reduce((sum, row) => sum + row[column], 0));
  const target = Array.from({ length: entityCount }, (_, e) => (e === entity ? 1 : 1 / entityCount));
  const total = target.reduce((sum, value) => sum + value, 0);
  let scores = target.map((value) => value / total);
  for (let step = 0; step < 300; step++) {
    scores = matrix.map((row, e) => {
      const spread = row.reduce(
        (sum, value, column) => sum + (sums[column] > 0 ? (value / sums[column]) * scores[column] : 0),
        0,
      );
      return (1 - jump) * spread + (jump * target[e]) / total;
    });
  }
  return scores;
}

describe('personalNeighbours', () => {
  it('orders neighbours of mentioned entities by equation 1, those of others by rank', async () => {
    const inputs = { graph, corpus: corpus('c1', frequencies) };
    const ranked = topNeighbours(snapshot, ranks, K);
    const own = await personalNeighbours(K, snapshot, inputs, ranked);
    let different = 0;
    for (let e = 0; e < snapshot.entityCount; e++) {
      const row = [...own.entities.subarray(e * K, e * K + own.counts[e])];
      const byRank = [...ranked.entities.subarray(e * K, e * K + ranked.counts[e])];
      expect(own.counts[e]).toBe(ranked.counts[e]);
      if (frequencies[e] === 0) expect(row, `entity ${e}`).toEqual(byRank);
      else {
        const scores = denseScores(snapshot, e);
        const all = [
          ...topNeighbours(
            snapshot,
            Float64Array.from(scores, (score) => Math.fround(score)),
            K,
          ).entities,
        ];
        expect(row, `entity ${e}`).toEqual(all.slice(e * K, e * K + own.counts[e]));
        if (row.join() !== byRank.join()) different++;
      }
    }
    expect(different).toBeGreaterThan(5);
  });

  it('is computed once for a graph, a corpus and a K, and kept in the workspace', async () => {
    const inputs = { graph, corpus: corpus('c2', frequencies) };
    const first = await prepare(inputs);
    expect(first.notes).toEqual(['choosing neighbours of 30 entities by pepr']);
    const written = statSync(join(first.folder, 'neighbours.npy')).mtimeMs;
    const again = await prepare(inputs);
    expect(again.folder).toBe(first.folder);
    expect(again.notes).toEqual([expect.stringContaining('taken from')]);
    expect(statSync(join(first.folder, 'neighbours.npy')).mtimeMs).toBe(written);
    const others = [
      await prepare(inputs, K + 1),
      await prepare({ ...inputs, corpus: corpus('c3', frequencies) }),
      await prepare({ ...inputs, graph: { ...graph, hash: 'g2' } }),
    ];
    expect(new Set([first, ...others].map(({ folder }) => folder)).size).toBe(4);
  });

  it('leaves nothing of a computation that was stopped', async () => {
    const controller = new AbortController();
    controller.abort();
    const stopped = preparePersonalNeighbours(
      2,
      snapshot,
      { graph, corpus: corpus('c4', frequencies) },
      {
        threads: 1,
        signal: controller.signal,
      },
    );
    const before = readdirSync(join(home, 'cache/pepr')).length;
    await expect(
      (async () => {
        for (let step = await stopped.next(); !step.done; step = await stopped.next());
      })(),
    ).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(readdirSync(join(home, 'cache/pepr'))).toHaveLength(before);
  });

  it('needs a corpus, and one of this graph', async () => {
    await expect(prepare({ graph })).rejects.toMatchObject({ code: 'smedbert.neighbours' });
    const other = corpus('c5', Int32Array.of(1, 2));
    await expect(prepare({ graph, corpus: other })).rejects.toMatchObject({ code: 'graph.frequencies' });
  });
});
