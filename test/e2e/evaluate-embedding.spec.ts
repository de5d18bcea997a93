/** A trained embedding judged again: the figures of the training, other conventions, bad input; through the real program once. */
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/runs/workspace.js';
import { runToyStage } from '../support/toy-chain.js';
import { medgraft } from './medgraft.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-evaluate-'));
const home = join(root, 'home');
const HELD = ['高血压\t并发症\t脑梗死', '高血压\t并发症\t冠心病'];
const SMALL = { kg: 'toy', dimension: 16, epochs: 6, evaluateEvery: 3, exportOpenKe: false };
afterAll(() => rmSync(root, { recursive: true }));
beforeAll(() => runToyStage(home, 'kg.import', { kg: 'toy', mapping: 'toy' }));

/** What the newest result of a stage says in its `evaluation.json`. */
async function said(stage: string) {
  const artefact = await new Workspace(home).newest(stage, { kg: 'toy' });
  return JSON.parse(readFileSync(join(artefact?.folder ?? '', 'evaluation.json'), 'utf8'));
}

async function evaluate(values: object = {}) {
  await runToyStage(home, 'kg.evaluate', { kg: 'toy', ...values });
  return said('kg.evaluate');
}

async function embed(values: object) {
  await runToyStage(home, 'kg.embed', { ...SMALL, ...values });
  return said('kg.embed');
}

function fileOf(name: string, text: string): string {
  writeFileSync(join(root, name), text);
  return join(root, name);
}

describe('kg evaluate', () => {
  it('says what is missing', async () => {
    const hint = expect.stringContaining('run first: medgraft kg');
    await expect(evaluate({ kg: 'nobody' })).rejects.toMatchObject({ code: 'artefact.missing', details: { hint } });
    const { code, err } = await medgraft(home, 'kg', 'evaluate', '--kg', 'toy');
    expect(err).toContain('medgraft kg embed --kg toy');
    expect(err).not.toContain('    at ');
    expect(code).not.toBe(0);
  });

  it('ranks the held-out triples as the training did, whatever the threads, and judges them', async () => {
    const { complex } = await embed({ model: 'complex', reciprocal: true, validationShare: 0.1, testShare: 0.1 });
    const flags = ['--kg', 'toy', '--hits', '1,3,10,50', '--threads', '3'];
    const { code, out } = await medgraft(home, '--json', 'kg', 'evaluate', ...flags);
    expect(code).toBe(0);
    const lines = out.trim().split('\n');
    const { folder, figures } = JSON.parse(lines.pop() ?? '');
    const record = await said('kg.evaluate');
    expect(record.ranking.realistic).toMatchObject(complex.realistic);
    expect(record.data).toEqual(complex.data);
    expect(figures).toMatchObject({ mrr: complex.realistic.mrr, dataSha256: record.data.sha256 });
    expect(record.ranking.realistic.hits50).toBeGreaterThanOrEqual(record.ranking.realistic.hits10);
    const { overall, globalThreshold, leftOut } = record.classification;
    expect(overall.positives + leftOut).toBe(record.triples);
    expect(overall.rocAuc).toBeGreaterThan(0.5);
    expect(globalThreshold.accuracy).toBeGreaterThan(0.4);
    const counts = record.relations.map(({ count }: { count: number }) => count);
    expect(counts.reduce((sum: number, count: number) => sum + count, 0)).toBe(record.triples);
    const table = readFileSync(join(folder, 'evaluation.txt'), 'utf8');
    expect(table).toContain('hits@50');
    expect(lines.map((line) => `${JSON.parse(line).message}\n`)).toContain(table);
  });

  it('ranks by other conventions, and triples of a file', async () => {
    const all = await evaluate();
    const typed = await evaluate({ candidates: 'typed', classification: false });
    expect(typed.ranking.realistic.mr).toBeLessThan(all.ranking.realistic.mr);
    expect(typed).not.toHaveProperty('classification');
    const valid = await evaluate({ split: 'valid', limit: 5 });
    expect(valid).toMatchObject({ ranked: 'valid', triples: 5 });
    expect(valid.classification).not.toHaveProperty('globalThreshold');
    const file = await evaluate({ triples: fileOf('some.txt', `${HELD.join('\r\n')}\r\n`) });
    expect(file).toMatchObject({ triples: 2, relations: [{ relation: '并发症', count: 2 }] });
  });

  it('judges imported vectors as it judged them where they were trained', async () => {
    const values = { model: 'transe', validationShare: 0.1, testShare: 0.1 };
    await embed(values);
    const before = await evaluate();
    const trained = await new Workspace(home).newest('kg.embed', { kg: 'toy' });
    const folder = readdirSync(trained?.folder ?? '').find((name) => name.startsWith('TransE')) ?? '';
    cpSync(join(trained?.folder ?? '', folder), join(root, 'imported'), { recursive: true });
    await embed({ ...values, startFrom: join(root, 'imported'), epochs: 0 });
    expect(await evaluate()).toEqual(before);
  });

  it.each([
    ['names.txt', `${HELD[0]}\n高血压\t并发症\t无此病\n`, 'embedding.unknown-name', 'line 2'],
    ['columns.txt', '高血压\t并发症\n', 'embedding.held-out-row', 'line 1'],
    ['empty.txt', '', 'embedding.empty-split', 'empty.txt'],
  ])('refuses %s', async (name, text, code, place) => {
    const refused = evaluate({ triples: fileOf(name, text) });
    await expect(refused).rejects.toMatchObject({ code, details: { place: expect.stringContaining(place) } });
  });

  it('refuses hits that are no ranks, and a file that is not there', async () => {
    await expect(evaluate({ hits: '1,x' })).rejects.toMatchObject({ code: 'settings.invalid' });
    await expect(evaluate({ triples: join(root, 'nowhere.txt') })).rejects.toMatchObject({ code: 'disk.missing' });
  });

  it('takes the split of files again, and notices when one has changed', async () => {
    const test = fileOf('test.txt', HELD.join('\n'));
    const { distmult } = await embed({ model: 'distmult', test, validationShare: 0 });
    const record = await evaluate();
    expect(record).toMatchObject({ ranked: 'test', ranking: { realistic: distmult.realistic } });
    const expected = expect.stringContaining('--split test or --split train');
    await expect(evaluate({ split: 'valid' })).rejects.toMatchObject({
      code: 'embedding.empty-split',
      details: { expected },
    });
    fileOf('test.txt', HELD[0]);
    await expect(evaluate({ seed: 1 })).rejects.toMatchObject({
      code: 'embedding.split-changed',
      details: { place: test },
    });
  });
});
