import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { drawGraph } from '../../test/support/drawn-graph.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import { BlockChooser, type BlockOptions } from './neighbour-blocks.js';
import { PERSONAL_SCORE_DEFAULTS } from './neighbour-scores.js';
import { chooseInThreads } from './neighbour-team.store.js';
import { writeSnapshot } from './snapshot-file.js';

const { snapshot } = drawGraph({ entities: 90, triples: 400, seed: 4 });
const blocks = Array.from({ length: 15 }, (_, i) => Uint32Array.from({ length: 6 }, (_, j) => 6 * i + j));
let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'medgraft-team-'));
  await writeSnapshot(folder, snapshot);
});
afterAll(() => rm(folder, { recursive: true }));

const optionsOf = (method: 'pepr' | 'push'): BlockOptions => ({
  ...PERSONAL_SCORE_DEFAULTS,
  method,
  count: 4,
  side: 'both',
  perType: false,
  direction: 'both',
  weighted: true,
  epsilon: 1e-5,
});

describe('chooseInThreads', () => {
  it.each(['pepr', 'push'] as const)('gives the blocks of one thread, in their order: %s', async (method) => {
    const options = optionsOf(method);
    const alone = new BlockChooser(snapshot, options, loadRankSweep(1));
    let at = 0;
    for await (const block of chooseInThreads({ folder, options }, blocks, 3)) {
      expect(block).toEqual(alone.choose(blocks[at++]));
    }
    expect(at).toBe(blocks.length);
  });

  it('ends its threads when nobody wants more', async () => {
    const answers = chooseInThreads({ folder, options: optionsOf('push') }, blocks, 2);
    expect((await answers.next()).done).toBe(false);
    await answers.return();
    expect((await answers.next()).done).toBe(true);
  });

  it('passes on what goes wrong in a thread', async () => {
    const answers = chooseInThreads({ folder: join(folder, 'nowhere'), options: optionsOf('push') }, blocks, 2);
    await expect(answers.next()).rejects.toThrow();
  });
});
