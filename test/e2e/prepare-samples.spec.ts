import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { makeArticles, writeAbbreviationTable } from '../support/abbreviation-texts.js';
import { ended, medgraft, start } from './medgraft.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-samples-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('makes the same samples after a kill as without one', async () => {
  const [table, texts] = [join(root, 'adam.tsv'), join(root, 'texts.tsv')];
  writeAbbreviationTable(table);
  writeFileSync(
    texts,
    makeArticles(24_000, 130)
      .map(({ id, text }) => `${id}\t${text}\n`)
      .join(''),
  );
  const words = ['medal', 'prepare', '--samples', 'test', '--inventory', table, '--files', texts, '--json'];
  const killed = join(root, 'killed');
  const filesOf = async (home: string) => {
    const { code, out, err } = await medgraft(home, ...words);
    expect(code, err).toBe(0);
    expect(out.includes('going on after')).toBe(home === killed);
    const { folder } = JSON.parse(out.trim().split('\n').at(-1)!);
    return JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8')).files;
  };
  const child = start('cli', words, { MEDGRAFT_HOME: killed });
  const end = ended(child);
  const stage = join(killed, 'artifacts', 'medal.prepare');
  const isNoted = () =>
    existsSync(stage) && readdirSync(stage).some((name) => existsSync(join(stage, name, 'progress.json')));
  while (child.exitCode === null && !isNoted()) await wait(2);
  child.kill('SIGKILL');
  expect((await end).code).toBeNull();
  const files = await filesOf(killed);
  expect(files.length).toBeGreaterThan(10);
  expect(files).toEqual(await filesOf(join(root, 'straight')));
});
