/** `--estimate` tells what a stage would take and leaves nothing behind. */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { medgraft } from './medgraft.js';

const home = mkdtempSync(join(tmpdir(), 'medgraft-estimate-'));
afterAll(() => rmSync(home, { recursive: true, force: true }));

it('estimates kg embed for people and for programs, with the real graph, and makes nothing', async () => {
  const args = ['kg', 'embed', '--kg', 'toy', '--model', 'distmult', '--estimate'];
  const missing = await medgraft(home, ...args);
  expect(missing).toMatchObject({ code: 3, err: expect.stringContaining('artefact.missing') });
  expect((await medgraft(home, 'kg', 'import', '--kg', 'toy', '--mapping', 'toy')).code).toBe(0);
  const shown = await medgraft(home, ...args);
  expect(shown.code, shown.err).toBe(0);
  expect(shown.out).toMatch(/^kg.embed would take, at most\nmemory .* free$/m);
  const told = await medgraft(home, ...args, '--json');
  const [estimate] = told.out.trimEnd().split('\n').slice(-1);
  expect(JSON.parse(estimate)).toMatchObject({
    kind: 'estimate',
    stage: 'kg.embed',
    time: expect.arrayContaining([{ what: 'distmult: 100 epochs, unless it stops early', amount: expect.any(Number) }]),
    available: { memory: expect.any(Number), disk: expect.any(Number) },
  });
  expect(existsSync(join(home, 'artifacts', 'kg.embed'))).toBe(false);
  expect(await medgraft(home, 'kg', 'rank', '--kg', 'toy', '--estimate')).toMatchObject({ code: 2 });
});
