/** Pre-training in two processes: the curve and the weights of one process that does both micro-batches. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ROOT } from '../house/source-files.js';
import { mpiProblem, mpirun } from '../support/mpi.js';
import { prepareToyChain, SMALL_MODEL } from '../support/toy-chain.js';
import { ended, medgraft } from './medgraft.js';

vi.setConfig({ testTimeout: 180_000, hookTimeout: 180_000 });
const problem = mpiProblem();
if (problem !== undefined) process.stdout.write(`skipped: ${problem}\n`);

const root = mkdtempSync(join(tmpdir(), 'medgraft-mpi-pretrain-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const SETTINGS = Object.entries({
  ...SMALL_MODEL,
  steps: 6,
  accumulation: 2,
  saveEvery: 3,
  evaluateEvery: 4,
  dropout: 0.1,
});
const FLAGS = SETTINGS.flatMap(([name, value]) => [
  `--${name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`,
  String(value),
]);

function inTwo(home: string, ...more: string[]) {
  const program = [join(ROOT, 'dist', 'cli.js'), 'smedbert', 'pretrain', ...FLAGS, '--processes', '2', ...more];
  return mpirun(2, program, { MEDGRAFT_HOME: home, MEDGRAFT_THREADS: '1' });
}

function inOne(home: string, ...more: string[]) {
  return medgraft(home, 'smedbert', 'pretrain', ...FLAGS, ...more);
}

function runFolder(home: string): string {
  const [name] = readdirSync(join(home, 'runs'));
  return join(home, 'runs', name);
}

interface LogLine {
  readonly kind: string;
  readonly step: number;
  readonly figures: Readonly<Record<string, number>>;
}

function logOf(home: string): LogLine[] {
  const text = readFileSync(join(runFolder(home), 'log.jsonl'), 'utf8');
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}

function weightsOf(home: string): Float32Array {
  const bytes = readFileSync(join(runFolder(home), 'model.safetensors'));
  const header = Number(bytes.readBigUInt64LE(0));
  return new Float32Array(Uint8Array.from(bytes.subarray(8 + header)).buffer);
}

describe.skipIf(problem !== undefined)('smedbert pretrain in two processes', () => {
  const [prepared, two, one] = ['prepared', 'two', 'one'].map((name) => join(root, name));
  beforeAll(async () => {
    await prepareToyChain(prepared);
    for (const home of [two, one]) cpSync(prepared, home, { recursive: true });
  });

  it('trains as one process does that accumulates', async () => {
    const apart = await ended(inTwo(two));
    expect(apart.code, apart.err).toBe(0);
    const together = await inOne(one);
    expect(together.code, together.err).toBe(0);
    const expected = logOf(one);
    expect(logOf(two).map(({ kind, step }) => [kind, step])).toEqual(expected.map(({ kind, step }) => [kind, step]));
    logOf(two).forEach(({ figures }, line) => {
      for (const [name, value] of Object.entries(expected[line].figures)) {
        const difference = Math.abs(figures[name] - value) / Math.max(1, Math.abs(value));
        expect(difference, `${name}, line ${line}`).toBeLessThan(1e-5);
      }
    });
    const weights = weightsOf(one);
    const differences = weightsOf(two).map((x, i) => Math.abs(x - weights[i]));
    // Adam makes of a gradient that is all rounding a step as long as any other: a weight in ten thousand may differ by more.
    expect(differences.filter((x) => x > 1e-6).length).toBeLessThan(differences.length / 1e4);
    const squares = differences.reduce((sum, x) => sum + x * x, 0);
    expect(Math.sqrt(squares / differences.length)).toBeLessThan(1e-6);
  });

  it('goes on from a checkpoint, in both', async () => {
    const home = join(root, 'resumed');
    cpSync(two, home, { recursive: true });
    for (const name of ['manifest.json', 'checkpoint-6']) rmSync(join(runFolder(home), name), { recursive: true });
    const { code, err } = await ended(inTwo(home));
    expect(code, err).toBe(0);
    expect(err).toMatch(/going on after step [34]/);
    expect(Buffer.from(weightsOf(home).buffer).equals(Buffer.from(weightsOf(two).buffer))).toBe(true);
  });

  it('stops in both when the leader is asked to, with a checkpoint', async () => {
    const home = join(root, 'stopped');
    cpSync(prepared, home, { recursive: true });
    const child = inTwo(home, '--steps', '100000', '--save-every', '0', '--json');
    const end = ended(child);
    await new Promise<void>((resolve) => {
      child.stdout.on('data', (text) => {
        if (String(text).includes('"kind":"progress"')) resolve();
      });
    });
    const [leader] = execFileSync('pgrep', ['-P', String(child.pid)], { encoding: 'utf8' })
      .trim()
      .split('\n');
    process.kill(Number(leader), 'SIGTERM');
    const { code, out } = await end;
    expect(code).not.toBe(0);
    expect(out).toMatch(/checkpoint after step \d+ \(stopped\)/);
  });

  it('refuses an uneven share, and to be alone', async () => {
    const uneven = await ended(inTwo(join(root, 'prepared'), '--accumulation', '3'));
    expect(uneven.code).not.toBe(0);
    expect(uneven.err).toContain('a multiple of 2');
    const alone = await inOne(join(root, 'prepared'), '--processes', '2');
    expect(alone.code).toBe(2);
    expect(alone.err).toContain('mpirun -np 2 medgraft smedbert pretrain');
  });

  it('ends in all when a process has another workspace', async () => {
    const other = join(root, 'other');
    cpSync(prepared, other, { recursive: true });
    const { code: linked } = await medgraft(
      other,
      'corpus',
      'link',
      '--kg',
      'toy',
      '--corpus',
      'toy',
      '--linker',
      'jieba',
    );
    expect(linked).toBe(0);
    const program = [
      process.execPath,
      join(ROOT, 'dist', 'cli.js'),
      'smedbert',
      'pretrain',
      ...FLAGS,
      '--processes',
      '2',
    ];
    const { code, err } = await ended(mpirunEach([prepared, other], program));
    expect(code).not.toBe(0);
    expect(err).toContain('input corpus');
  });
});

/** Processes that see other workspaces. */
function mpirunEach(homes: readonly string[], program: readonly string[]) {
  const script = `case $OMPI_COMM_WORLD_RANK in ${homes.map((home, rank) => `${rank}) MEDGRAFT_HOME='${home}';;`).join(' ')} esac; export MEDGRAFT_HOME; exec "$@"`;
  return mpirun(2, [], {}, ['sh', '-c', script, 'sh', ...program]);
}
