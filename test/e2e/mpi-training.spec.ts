/** A training in two processes: the same bytes again, refusals, and an end for all when one is lost. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../house/source-files.js';
import { drawnTriples } from '../support/drawn-triples.js';
import { mpiProblem, mpirun } from '../support/mpi.js';
import { ended, medgraft } from './medgraft.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const problem = mpiProblem();
if (problem !== undefined) process.stdout.write(`skipped: ${problem}\n`);

const root = mkdtempSync(join(tmpdir(), 'medgraft-mpi-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function embed(home: string, ...more: string[]) {
  const settings = ['--kg', 'drawn', '--model', 'transe', '--dimension', '16', '--processes', '2', '--threads', '1'];
  const program = [join(ROOT, 'dist', 'cli.js'), 'kg', 'embed', ...settings, ...more];
  return mpirun(2, program, { MEDGRAFT_HOME: home });
}

function modelOf(home: string): Buffer {
  const folder = join(home, 'artifacts', 'kg.embed');
  const [name] = readdirSync(folder).filter((entry) => /^[0-9a-f]+$/.test(entry));
  return readFileSync(join(folder, name, 'model.safetensors'));
}

describe.skipIf(problem !== undefined)('kg embed in two processes', () => {
  const [one, other] = [join(root, 'one'), join(root, 'other')];
  beforeAll(async () => {
    const { heads, relations, tails } = drawnTriples(300, 5, 3000);
    const file = join(root, 'train.txt');
    writeFileSync(file, Array.from(heads, (head, i) => `e${head}\tr${relations[i]}\te${tails[i]}\n`).join(''));
    const { code, err } = await medgraft(one, 'kg', 'import', '--kg', 'drawn', '--mapping', 'link-prediction', file);
    expect(code, err).toBe(0);
    cpSync(one, other, { recursive: true });
  });

  it('gives the same vectors again', async () => {
    for (const home of [one, other]) {
      const { code, err } = await ended(embed(home, '--partitions', '5', '--epochs', '3'));
      expect(code, err).toBe(0);
    }
    expect(modelOf(one).equals(modelOf(other))).toBe(true);
  });

  it('refuses too few partitions, in all processes', async () => {
    const { code, err } = await ended(embed(one, '--partitions', '3'));
    expect(code).not.toBe(0);
    expect(err).toContain('[embedding.partitions]');
  });

  it('refuses to be alone', async () => {
    const { code, err } = await medgraft(one, 'kg', 'embed', '--kg', 'drawn', '--processes', '2', '--partitions', '4');
    expect(code).toBe(2);
    expect(err).toContain('mpirun -np 2');
  });

  it('ends when one of the processes is lost', async () => {
    const child = embed(one, '--partitions', '4', '--epochs', '100000', '--patience', '100000');
    const end = ended(child);
    await new Promise<void>((resolve) => {
      child.stderr.on('data', (text) => {
        if (String(text).includes('epochs (')) resolve();
      });
    });
    const ranks = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    process.kill(Number(ranks.at(-1)), 'SIGKILL');
    expect((await end).code).not.toBe(0);
  });
});
