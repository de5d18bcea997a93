/** A training whose tables are partitioned is killed, and goes on to the bytes of one that is not. */
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, expect, it } from 'vitest';
import { drawnTriples } from '../support/drawn-triples.js';
import { ended, medgraft, start } from './medgraft.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-partitioned-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const EMBED = ['kg', 'embed', '--kg', 'drawn', '--model', 'transe', '--partitions', '4', '--dimension', '16'];
const SETTINGS = [...EMBED, '--epochs', '15', '--patience', '100', '--checkpoint-seconds', '0'];

async function imported(home: string): Promise<void> {
  const { heads, relations, tails } = drawnTriples(400, 5, 4000);
  const lines = Array.from(heads, (head, i) => `e${head}\tr${relations[i]}\te${tails[i]}`);
  const file = join(root, 'train.txt');
  writeFileSync(file, `${lines.join('\n')}\n`);
  const { code, err } = await medgraft(home, 'kg', 'import', '--kg', 'drawn', '--mapping', 'link-prediction', file);
  expect(code, err).toBe(0);
}

/** Paths of what lies in the folders of vectors, finished (their names are hashes) or not. */
function found(home: string, isFinished: boolean): string[] {
  const folder = join(home, 'artifacts', 'kg.embed');
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const chosen = names.filter((name) => (isFinished ? /^[0-9a-f]+$/ : /^\..*\.scratch$/).test(name));
  return chosen.flatMap((name) => readdirSync(join(folder, name)).map((file) => join(folder, name, file)));
}

it('goes on after a kill to the same bytes', { timeout: 180_000 }, async () => {
  const [straight, killed] = [join(root, 'straight'), join(root, 'killed')];
  await imported(straight);
  cpSync(straight, killed, { recursive: true });
  expect((await medgraft(straight, ...SETTINGS)).code).toBe(0);

  const child = start('cli', SETTINGS, { MEDGRAFT_HOME: killed });
  const end = ended(child);
  const isFarEnough = (path: string) => Number(/checkpoint-(\d+)$/.exec(path)?.[1]) >= 3;
  while (!found(killed, false).some(isFarEnough)) await sleep(5);
  child.kill('SIGKILL');
  await end;
  const { code, out, err } = await medgraft(killed, ...SETTINGS);
  expect(code, err).toBe(0);
  expect(out + err).toContain('goes on with transe');
  const modelOf = (home: string) => readFileSync(found(home, true).find((path) => path.endsWith('.safetensors')) ?? '');
  expect(modelOf(killed).equals(modelOf(straight))).toBe(true);
  expect(found(killed, false)).toEqual([]);
});
