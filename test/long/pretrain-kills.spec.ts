import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { digestsOf, endPretraining, killPretraining } from '../support/pretrain-kills.js';
import { prepareToyChain } from '../support/toy-chain.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-pretrain-kills-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const STEPS = 2000;

it('a hundred kills at random moments: no torn checkpoint, and the bytes of a run that nobody disturbed', async () => {
  const [straight, killed] = ['straight', 'killed'].map((name) => join(root, name));
  await prepareToyChain(straight);
  cpSync(straight, killed, { recursive: true });
  const figures = await killPretraining(killed, STEPS, 100);
  process.stdout.write(`pre-training: ${JSON.stringify(figures)}\n`);
  expect(figures).toMatchObject({ kills: 100, torn: [] });
  for (const home of [straight, killed]) {
    const { code, err } = await endPretraining(home, STEPS);
    expect(code, err).toBe(0);
  }
  expect(digestsOf(killed)).toEqual(digestsOf(straight));
});
