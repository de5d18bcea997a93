/** Vectors of toy_kg go out in another program's files and come back by the command line: the answers stay the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { medgraft } from './medgraft.js';

const home = mkdtempSync(join(tmpdir(), 'medgraft-vectors-'));
afterAll(() => rmSync(home, { recursive: true }));

async function run(...args: string[]): Promise<string> {
  const { code, out, err } = await medgraft(home, ...args);
  expect(code, err).toBe(0);
  return out;
}

const predict = () =>
  run('--json', 'kg', 'predict', '--kg', 'toy', '--head', '高血压', '--relation', '并发症', '--limit', '9', '--known');
const width = ['--model', 'complex', '--dimension', '16'];

it('predicts the same from vectors that went out and came back', async () => {
  await run('kg', 'import', '--kg', 'toy', '--mapping', 'toy');
  await run('kg', 'embed', '--kg', 'toy', ...width, '--epochs', '20');
  const trained = await predict();
  const out = await run('--json', 'kg', 'vectors', '--kg', 'toy', '--format', 'openke');
  const { folder } = JSON.parse(out.trim().split('\n').at(-1) ?? '');
  const adopt = ['--start-from', folder, '--epochs', '0', '--test-share', '0.1'];
  await run('kg', 'embed', '--kg', 'toy', ...width, ...adopt);
  expect(await predict()).toBe(trained);
  const refused = await medgraft(home, 'kg', 'embed', '--kg', 'toy', ...adopt, '--model', 'transe');
  expect(refused.code).toBe(2);
  expect(refused.err).toContain('[embedding.width]');
  expect(refused.err).toContain('--model complex --dimension 16');
});
