import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawGraph } from '../../../test/support/drawn-graph.js';
import { writeSnapshot } from '../../graph/snapshot-file.js';
import type { Artefact } from '../../runs/artefact.js';
import type { EstimatePart, StageEstimate, StageEvent } from '../../runs/stage.js';
import { createEmbedding } from '../create-embedding.js';
import { embeddingOptions } from '../embedding-options.js';
import { trainEmbedding } from '../train-embedding.stage.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-estimate-'));
afterAll(() => rmSync(root, { recursive: true }));
const graph = { folder: join(root, 'graph') } as Artefact;
const { snapshot } = drawGraph({ entities: 60, triples: 600, seed: 1 });
beforeAll(async () => {
  mkdirSync(graph.folder);
  await writeSnapshot(graph.folder, snapshot);
});

const settingsOf = (values: Partial<TrainEmbeddingSettings>) =>
  Object.assign(new TrainEmbeddingSettings(), { kg: 'drawn', model: 'distmult', threads: 1 }, values);

async function estimate(
  values: Partial<TrainEmbeddingSettings>,
  signal = new AbortController().signal,
): Promise<StageEstimate & { events: StageEvent[] }> {
  const steps = trainEmbedding.estimate?.(settingsOf(values), { graph }, { home: root, threads: 1, signal });
  if (steps === undefined) throw new Error('kg.embed has no estimate');
  const events: StageEvent[] = [];
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return { ...value, events };
    events.push(value);
  }
}

const amountOf = (parts: readonly EstimatePart[] | undefined, what: RegExp) =>
  (parts ?? []).filter((part) => what.test(part.what)).reduce((sum, { amount }) => sum + amount, 0);

function bytesBelow(folder: string): number {
  const files = readdirSync(folder, { recursive: true }).map((name) => statSync(join(folder, String(name))));
  return files.filter((file) => file.isFile()).reduce((sum, { size }) => sum + size, 0);
}

describe('estimate of kg.embed', { timeout: 120_000 }, () => {
  it('has the memory that the embedding allocates, and the size that the result has', async () => {
    const settings = settingsOf({ dimension: 200, epochs: 2 });
    const { memory, disk, time } = await estimate(settings);
    const options = embeddingOptions('distmult', snapshot.entityCount, snapshot.relationCount, settings);
    const allocated = createEmbedding(options).memory.buffer.byteLength;
    const planned = amountOf(memory, /^distmult/);
    expect(planned).toBeLessThanOrEqual(allocated);
    expect(planned).toBeGreaterThan(allocated - 3 * 65_536);
    const folder = join(root, 'result');
    mkdirSync(folder);
    const { signal } = new AbortController();
    const context = { folder, home: root, threads: 1, signal, scratch: async () => join(root, 'scratch') };
    const running = trainEmbedding.run(settings, { graph }, context);
    while (!(await running.next()).done);
    expect(amountOf(disk, /^result/) / bytesBelow(folder)).toBeGreaterThan(0.8);
    expect(amountOf(disk, /^result/) / bytesBelow(folder)).toBeLessThan(1.25);
    expect(amountOf(time, /epochs/)).toBeGreaterThan(0);
    expect(existsSync(join(root, 'scratch'))).toBe(false);
  });

  it('counts the TransE before, and one evaluation more where the last is not due', async () => {
    const { time, memory } = await estimate({ model: 'transr', dimension: 8, epochs: 7, warmStartEpochs: 5 });
    const what = (time ?? []).map((part) => part.what.replace(/,.*/, ''));
    expect(what.filter((name) => name.includes('epochs'))).toEqual(['transe: 5 epochs', 'transr: 7 epochs']);
    expect(what.filter((name) => name.includes('rankings'))).toEqual([
      'transe: 1 rankings of 28 triples',
      'transr: 2 rankings of 28 triples',
    ]);
    expect(amountOf(memory, /^transe/)).toBeGreaterThan(0);
  });

  it('tells memory without a time for partitions, and for what fits no memory', async () => {
    const parts = await estimate({ partitions: 4 });
    expect(parts.time).toBeUndefined();
    expect(amountOf(parts.memory, /^distmult/)).toBeGreaterThan(0);
    const huge = await estimate({ dimension: 4096, chunkSize: 16_384, threads: 64 });
    expect(huge.time).toBeUndefined();
    expect(amountOf(huge.memory, /^distmult/)).toBeGreaterThan(2 ** 32);
    expect(huge.events.at(-1)).toMatchObject({
      kind: 'warning',
      message: expect.stringContaining('distmult cannot be tried'),
    });
  });

  it('stops on the signal, and refuses what a training would refuse', async () => {
    const controller = new AbortController();
    controller.abort();
    await expect(estimate({}, controller.signal)).rejects.toMatchObject({ code: 'run.cancelled' });
    await expect(estimate({ model: 'complex', dimension: 9 })).rejects.toMatchObject({ code: 'embedding.width' });
  });
});
