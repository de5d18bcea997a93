import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { importKilled, importWhole, problemsOf, writeRows } from '../support/import-kills.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-kills-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('R5, R7: fifty kills at random moments, then the same hash and nothing doubled', async () => {
  const file = join(root, 'rows.csv');
  writeRows(file, 1);
  const hash = await importWhole(join(root, 'straight'), file);
  const killed = join(root, 'killed');
  const figures = await importKilled(killed, file, 50, 1200);
  process.stdout.write(`R5: ${JSON.stringify(figures)}\n`);
  expect(figures).toMatchObject({ kills: 50, hash });
  expect(await problemsOf(killed)).toEqual([]);
});
