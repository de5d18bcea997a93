/** What a pre-training run survives: SIGKILL at random moments, and a bit that flips in any of its files. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { CounterRandom } from '../../src/base/random.js';
import { digestsOf, endPretraining, killPretraining, runFolder } from '../support/pretrain-kills.js';
import { prepareToyChain } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const root = mkdtempSync(join(tmpdir(), 'medgraft-pretrain-kills-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const STEPS = 80;
const KILLS = 4;

describe('a pre-training run', () => {
  const [straight, killed] = ['straight', 'killed'].map((name) => join(root, name));
  beforeAll(async () => {
    await prepareToyChain(straight);
    cpSync(straight, killed, { recursive: true });
    const { code, err } = await endPretraining(straight, STEPS);
    expect(code, err).toBe(0);
  });

  it('ends with the same bytes when it was killed and taken up (test/long kills it a hundred times)', async () => {
    const figures = await killPretraining(killed, STEPS, KILLS);
    expect(figures).toMatchObject({ kills: KILLS, torn: [] });
    const { code, err } = await endPretraining(killed, STEPS);
    expect(code, err).toBe(0);
    expect(digestsOf(killed)).toEqual(digestsOf(straight));
  });

  it('is not evaluated, nor started from, when a bit of what is read has flipped', async () => {
    const folder = runFolder(straight);
    const random = new CounterRandom(2, 'flips');
    const files = readdirSync(folder).filter((name) =>
      /^(config|knowledge|manifest)\.json$|safetensors$|^vocab/.test(name),
    );
    expect(files.length).toBe(5);
    for (const [n, file] of files.entries()) {
      const path = join(folder, file);
      const whole = readFileSync(path);
      const flipped = Uint8Array.from(whole);
      flipped[random.below(whole.length, n, 0)] ^= 1 << random.below(8, n, 1);
      writeFileSync(path, flipped);
      const evaluated = await medgraft(straight, 'smedbert', 'evaluate', '--kg', 'toy', '--corpus', 'toy');
      expect(evaluated.code, file).not.toBe(0);
      expect(evaluated.err, file).toContain(file);
      writeFileSync(path, whole);
    }
  });
});
