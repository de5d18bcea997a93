import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { importKilled, importWhole, problemsOf, writeRows } from '../support/import-kills.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-kills-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

// R5 to R7 in small; test/long has the fifty kills.
it('gives the same graph after kills, after a second import, and from shuffled rows', async () => {
  const [file, shuffled] = [join(root, 'rows.csv'), join(root, 'shuffled.csv')];
  writeRows(file, 1);
  writeRows(shuffled, 2);
  const hash = await importWhole(join(root, 'straight'), file);
  expect(await importWhole(join(root, 'straight'), file)).toBe(hash);
  expect(await importWhole(join(root, 'shuffled'), shuffled)).toBe(hash);
  const killed = join(root, 'killed');
  expect(await importKilled(killed, file, 4, 900)).toMatchObject({ kills: 4, hash });
  expect(await problemsOf(killed)).toEqual([]);
});
