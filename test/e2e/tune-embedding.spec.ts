/** A search for settings that is killed goes on to the table that it would have had; and what it finds on Nations is good. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { RunningService } from '../support/running-service.js';
import { ended, medgraft, start } from './medgraft.js';

const DATA = '../shared/data/kge/nations';
const isPresent = existsSync(DATA);
if (!isPresent) process.stdout.write('skipped: ../shared/data not present\n');

const root = mkdtempSync(join(tmpdir(), 'medgraft-tune-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

async function imported(name: string, ...args: string[]): Promise<string> {
  const home = join(root, name);
  const { code, err } = await medgraft(home, 'kg', 'import', '--kg', 'graph', ...args);
  expect(code, err).toBe(0);
  return home;
}

function resultOf(home: string): string {
  const parent = join(home, 'artifacts', 'kg.tune');
  const names = readdirSync(parent);
  expect(names).toHaveLength(1);
  return join(parent, names[0]);
}

/** All of the table but the seconds. */
function tableOf(home: string): object[] {
  const lines = readFileSync(join(resultOf(home), 'trials.jsonl'), 'utf8')
    .trimEnd()
    .split('\n');
  return lines.map((line) => ({ ...JSON.parse(line), seconds: undefined }));
}

/** Kills the command with SIGKILL once it writes this. */
async function killAt(home: string, args: readonly string[], sign: string): Promise<void> {
  const child = start('cli', [...args], { MEDGRAFT_HOME: home });
  let seen = '';
  child.stdout.on('data', (chunk) => {
    seen += chunk;
    if (seen.includes(sign)) child.kill('SIGKILL');
  });
  const { code, err } = await ended(child);
  expect(code, `it ended before ${sign}: ${err}`).toBeNull();
}

it('goes on after kills in the middle of a trial, at the end of a rung and in the last rung', async () => {
  const search = ['--model', 'distmult', '--trials', '4', '--epochs', '8', '--first-epochs', '2', '--reduction', '2'];
  const paces = ['--evaluate-every', '2', '--checkpoint-seconds', '0', '--threads', '1'];
  const args = ['kg', 'tune', '--kg', 'graph', ...search, ...paces, '--json'];
  const [whole, killed] = [await imported('whole', '--mapping', 'toy'), join(root, 'killed')];
  cpSync(whole, killed, { recursive: true });
  const { code, err } = await medgraft(whole, ...args);
  expect(code, err).toBe(0);
  await killAt(killed, args, '"phase":"trial 2"');
  await killAt(killed, args, 'trial 3, rung 0');
  await killAt(killed, args, '"step":8,');
  const last = await medgraft(killed, ...args);
  expect(last.code, last.err).toBe(0);
  expect(last.out).toMatch(/goes on after [67] rows/);
  expect(tableOf(killed)).toEqual(tableOf(whole));
  expect(tableOf(whole)).toHaveLength(4 + 2 + 1);
});

it('is a job with a space that was sent, and says where that is wrong', async () => {
  const home = await imported('served', '--mapping', 'toy');
  mkdirSync(join(home, 'uploads'));
  const rates = 'learningRate: { values: [0.1, 0.2] }\n';
  writeFileSync(join(home, 'uploads', 'space.yaml'), `model: distmult\ndimension: 8\n${rates}`);
  writeFileSync(join(home, 'uploads', 'wrong.yaml'), `model: distmult\nepoch: 8\n${rates}`);
  const service = await RunningService.start(home);
  try {
    const settings = { kg: 'graph', trials: 2, method: 'random', epochs: 2, threads: 1 };
    const messages = await service.all(await service.submit('kg.tune', { ...settings, space: 'space.yaml' }));
    expect(messages.at(-1)).toMatchObject({ data: { state: 'succeeded' } });
    expect(messages.map(({ data }) => String(data['message'])).join('\n')).toContain('best so far: trial');
    const failed = await service.all(await service.submit('kg.tune', { ...settings, space: 'wrong.yaml' }));
    const last = JSON.stringify(failed.at(-1));
    expect(failed.at(-1)).toMatchObject({ data: { state: 'failed' } });
    expect(last).toContain('wrong.yaml:2:8');
    await expect(service.submit('kg.tune', { ...settings, space: '../space.yaml' })).rejects.toThrow('refused');
  } finally {
    await service.kill();
  }
  expect(tableOf(home)).toHaveLength(2);
});

describe.skipIf(!isPresent)('on Nations', () => {
  it('finds settings that rank well, and leaves a recipe of them', async () => {
    const [train, valid, test] = ['train.txt', 'valid.txt', 'test.txt'].map((file) => join(DATA, file));
    const home = await imported('nations', '--mapping', 'link-prediction', '--files', train, valid, test);
    const space = join(root, 'space.yaml');
    writeFileSync(space, 'model: distmult\nreciprocal: true\nnegatives: 14\nlearningRate: { log: [0.05, 0.5] }\n');
    const search = ['--space', space, '--trials', '4', '--epochs', '30', '--valid', valid, '--test', test];
    const tuned = await medgraft(home, 'kg', 'tune', '--kg', 'graph', ...search);
    expect(tuned.code, tuned.err).toBe(0);
    const recipe = join(resultOf(home), 'best.yaml');
    const embedded = await medgraft(home, 'kg', 'embed', '--config', recipe, '--json');
    expect(embedded.code, embedded.err).toBe(0);
    const [result] = embedded.out.trimEnd().split('\n').slice(-1);
    // Published searches reach 0.84; four trials in seconds come near.
    expect(JSON.parse(result).figures.distmultMrr).toBeGreaterThan(0.7);
  });
});
