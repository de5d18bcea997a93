/** What a fine-tuning survives: SIGKILL at random moments, within a seed and between two. */
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it, vi } from 'vitest';
import { CounterRandom } from '../../src/base/random.js';
import { ROOT } from '../house/source-files.js';
import { prepareToyChain, runToyStage, SMALL_MODEL } from '../support/toy-chain.js';
import { ended, medgraft, start } from './medgraft.js';

vi.setConfig({ testTimeout: 180_000 });
const root = mkdtempSync(join(tmpdir(), 'medgraft-finetune-kills-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const file = (set: string) => join(ROOT, `toy_kg/tasks/classification-${set}.jsonl`);
const FILES = ['--train', file('train'), '--dev', file('dev'), '--test', file('test')];
const SIZES = ['--maximum-tokens', '64', '--bucket-tokens', '64', '--batch-size', '4', '--epochs', '2'];
const SEEDS = ['--seeds', '1', '2', '--save-every', '1'];
const TASK = ['--json', 'smedbert', 'finetune', '--kg', 'toy', '--corpus', 'toy', '--task', 'classification'];
const COMMAND = [...TASK, ...FILES, ...SIZES, ...SEEDS];
const LONGEST_MILLISECONDS = 150;

/** Of every file that is the same in each run of the same settings. */
function digestsOf(home: string): Record<string, string> {
  const [name] = readdirSync(join(home, 'runs')).filter((run) => run.startsWith('smedbert.finetune'));
  const folder = join(home, 'runs', name);
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !['manifest.json', 'run.json'].includes(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
  const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex');
  return Object.fromEntries(entries.map((path) => [path.slice(folder.length), digest(path)]));
}

/** Kills a sitting some moments after its `checkpoints`-th checkpoint. */
async function kill(home: string, checkpoints: number, milliseconds: number): Promise<number | null> {
  const child = start('cli', COMMAND, { MEDGRAFT_HOME: home });
  let seen = 0;
  child.stdout.on('data', (text) => {
    seen += String(text).split('checkpoint after step').length - 1;
    if (seen >= checkpoints) setTimeout(() => child.kill('SIGKILL'), milliseconds);
  });
  return (await ended(child)).code;
}

it('ends with the same bytes when it was killed and taken up', async () => {
  const [straight, killed] = ['straight', 'killed'].map((name) => join(root, name));
  await prepareToyChain(straight);
  await runToyStage(straight, 'smedbert.pretrain', { ...SMALL_MODEL, steps: 2 });
  cpSync(straight, killed, { recursive: true });
  const whole = await medgraft(straight, ...COMMAND);
  expect(whole.code, whole.err).toBe(0);
  const checkpoints = whole.out.split('checkpoint after step').length - 1;
  const ofASeed = checkpoints / 2;
  expect(ofASeed).toBeGreaterThan(5);
  const random = new CounterRandom(1, 'finetune-kill-moments');
  // Within the first seed, about its end without delay, and within the second.
  const moments = [random.uniform(0, 0), 0, random.uniform(0, 2)].map((draw) => draw * LONGEST_MILLISECONDS);
  for (const [n, after] of [3, ofASeed - 3, 4].entries()) {
    expect(await kill(killed, after, moments[n]), `kill ${n + 1}`).toBeNull();
  }
  const { code, err } = await medgraft(killed, ...COMMAND);
  expect(code, err).toBe(0);
  expect(digestsOf(killed)).toEqual(digestsOf(straight));
});
