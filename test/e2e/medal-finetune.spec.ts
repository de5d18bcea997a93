import { cp, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hashFile } from '../../src/runs/content-hash.js';
import { ROOT } from '../house/source-files.js';
import { writeMimicTables } from '../support/mimic-tables.js';
import { ended, medgraft, start } from './medgraft.js';

/** From made-up tables of MIMIC-III and a model of toy abbreviations to a model of notes, as a person would. */
const TOY = join(ROOT, 'toy_kg');
const SMALL = ['--maximum-words', '32', '--bucket-words', '16', '--batchsize', '8', '--clip', '1', '--lr', '0.01'];
const SIZES = ['--word-width', '12', '--hidden-size', '12'];
let home: string;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'medal-finetune-'));
  writeMimicTables(home);
  await medal('prepare-mimic', '--notes', 'made-up', '--folder', home);
}, 60_000);
afterAll(() => rm(home, { recursive: true }));

interface Result {
  readonly folder: string;
  readonly figures: Readonly<Record<string, number>>;
}

function medal(...args: string[]): Promise<Result> {
  return medalIn(home, ...args);
}

async function medalIn(place: string, ...args: string[]): Promise<Result> {
  const { code, out, err } = await medgraft(place, '--json', 'medal', ...args);
  expect(code, err).toBe(0);
  return JSON.parse(out.trim().split('\n').at(-1) as string);
}

describe('a model of notes', () => {
  it('starts from a model of abbreviations, and leaves tables of figures', async () => {
    const source = ['--text-fields', 'text', '--id-field', 'id', join(TOY, 'abstracts.jsonl')];
    const draws = ['--probability', '0.5', '--inventory', join(TOY, 'abbreviations.txt')];
    await medal('prepare', '--samples', 'toy', ...draws, ...source);
    const senses = await medal('train', '--samples', 'toy', '--epochs', '1', ...SIZES, ...SMALL);
    const { folder, figures } = await medal(
      'finetune',
      '--notes',
      'made-up',
      '--epochs',
      '2',
      '--initial',
      senses.folder,
      ...SMALL,
    );
    expect(figures).toMatchObject({ 'test.notes': 12, 'valid.notes': 6 });
    const results = await readFile(join(folder, 'results.md'), 'utf8');
    expect(results).toContain('# lstm on made-up, mimic-mortality');
    expect(results).toMatch(/\| AUROC \| [\d.]+ \| [\d.]+ \| 50.00 \|/);
    expect(await readFile(join(folder, 'vocab.txt'), 'utf8')).toBe(
      await readFile(join(senses.folder, 'vocab.txt'), 'utf8'),
    );
  }, 60_000);

  it('ends in the same bytes when it was stopped by a signal', async () => {
    const stopped = `${home}-stopped`;
    const settings = ['finetune', '--notes', 'made-up', '--epochs', '8', '--patience', '0', ...SIZES, ...SMALL];
    await cp(home, stopped, { recursive: true });
    try {
      const straight = await medal(...settings);
      const child = start('cli', ['--json', 'medal', ...settings], { MEDGRAFT_HOME: stopped });
      let seen = '';
      child.stdout.on('data', (chunk) => {
        seen += chunk;
        if (seen.includes('"phase":"evaluation"')) child.kill('SIGINT');
      });
      expect((await ended(child)).code).not.toBe(0);
      const resumed = await medalIn(stopped, ...settings);
      for (const file of ['model.safetensors', 'log.jsonl', 'results.json', 'results.csv']) {
        const [a, b] = [await hashFile(join(straight.folder, file)), await hashFile(join(resumed.folder, file))];
        expect(a.sha256, file).toBe(b.sha256);
      }
    } finally {
      await rm(stopped, { recursive: true });
    }
  }, 60_000);

  it('is not learned from notes that nobody prepared', async () => {
    const { err, code } = await medgraft(home, 'medal', 'finetune', '--notes', 'nothing');
    expect(code).not.toBe(0);
    expect(err).toContain('medal prepare-mimic');
    expect(err).not.toContain('    at ');
  });
});
