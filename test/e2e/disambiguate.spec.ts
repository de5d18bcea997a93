/** What abbreviations mean, by both doors; with own senses, with a graph, by sample sets, and wrong questions. */
import { cpSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Workspace } from '../../src/runs/workspace.js';
import { ROOT } from '../house/source-files.js';
import { makeGraph } from '../support/made-graph.js';
import { openService, type TestService } from '../support/service.js';
import { runToyStage } from '../support/toy-chain.js';
import { ended, medgraft, start } from './medgraft.js';

const TABLE = join(ROOT, 'toy_kg/abbreviations.txt');
const TEXT = 'Mitral stenosis (MS) was seen by CT; MS and BP 120/80, PCPs agreed.';
const SENSES = [
  { abbreviation: 'KRV', expansion: 'knee radiograph view', description: 'joint, bones' },
  { abbreviation: 'BP', expansion: 'blood pressure', remove: true },
];

let home: string;
let service: TestService;
beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), 'medgraft-disambiguate-'));
  const entity = (key: string, name: string, aliases: string[] = []) => ({
    key,
    name,
    types: ['finding'],
    aliases,
    properties: {},
  });
  await makeGraph(new Workspace(home), 'english', {
    entities: [entity('E1', 'Computed Tomography', ['CT']), entity('E2', 'mitral valve stenosis', ['mitral stenosis'])],
    triples: [{ head: 'E1', relation: 'shows', tail: 'E2' }],
  });
  mkdirSync(join(home, 'uploads'), { recursive: true });
  cpSync(TABLE, join(home, 'uploads', 'table.txt'));
  service = await openService({ home });
}, 60_000);
afterAll(() => service?.close());

async function ask(payload: object) {
  const answer = await service.app.inject({ method: 'POST', url: '/v1/medal/disambiguate', payload });
  return { status: answer.statusCode, body: answer.json() };
}

function command(...args: string[]) {
  return medgraft(home, '--json', 'medal', 'disambiguate', ...args);
}

describe('abbreviations of a text', { timeout: 60_000 }, () => {
  it('are the same by both doors, linked to a graph, with own senses', async () => {
    const senses = join(home, 'senses.jsonl');
    writeFileSync(senses, SENSES.map((sense) => JSON.stringify(sense)).join('\n'));
    const text = `${TEXT} A KRV of the joint.`;
    const { status, body } = await ask({
      text,
      inventory: 'table.txt',
      senses: SENSES,
      kg: 'english',
      alternatives: 1,
    });
    expect(status, JSON.stringify(body)).toBe(200);
    const twin = await command(
      text,
      '--inventory',
      TABLE,
      '--senses',
      senses,
      '--kg',
      'english',
      '--alternatives',
      '1',
    );
    expect(twin.err).toBe('');
    expect(JSON.parse(twin.out)).toEqual(body);
    expect(body).toMatchObject({ source: 'frequency', kg: 'english' });
    const [{ mentions, total }] = body.texts;
    expect(total).toBe(6);
    for (const { start, end, text: form } of mentions) expect(text.slice(start, end)).toBe(form);
    expect(
      mentions.map(({ text: form, source, expansion }: Record<string, string>) => [form, source, expansion]),
    ).toEqual([
      ['MS', 'definition', 'Mitral stenosis'],
      ['CT', 'frequency', 'computed tomography'],
      ['MS', 'definition', 'Mitral stenosis'],
      ['BP', 'frequency', 'bipolar disorder'],
      ['PCPs', 'frequency', 'primary care physician'],
      ['KRV', 'frequency', 'knee radiograph view'],
    ]);
    expect(mentions[0].entity).toMatchObject({ key: 'E2' });
    expect(mentions[1].entity).toEqual({ key: 'E1', name: 'Computed Tomography', type: 'finding' });
    expect(mentions[1].alternatives).toEqual([{ expansion: 'connective tissue', probability: expect.any(Number) }]);
    expect(mentions[3].entity).toBeUndefined();
    expect(mentions[5]).toMatchObject({ own: true, probability: 1 });
  });

  it('come from standard input, a file, or many lines', async () => {
    const child = start('cli', ['medal', 'disambiguate', '--inventory', TABLE, '--threshold', '0.6'], {
      MEDGRAFT_HOME: home,
    });
    child.stdin.end('By MS and CT.');
    const shown = await ended(child);
    expect(shown.out).toContain('computed tomography');
    expect(shown.out).toContain('2 of 2 abbreviations, 1 left open; ranked by frequency');
    const file = join(home, 'note.txt');
    writeFileSync(file, TEXT);
    const { body } = await ask({ text: TEXT, inventory: 'table.txt' });
    expect(JSON.parse((await command('--file', file, '--inventory', TABLE)).out)).toEqual(body);
    const [lines, out] = [join(home, 'notes.jsonl'), join(home, 'answers.jsonl')];
    const texts = Array.from({ length: 150 }, (_, i) => ({
      ...(i > 0 && { id: `n${i}` }),
      text: i % 2 === 0 ? TEXT : 'none',
    }));
    writeFileSync(lines, texts.map((line) => JSON.stringify(line)).join('\n'));
    expect((await command('--jsonl', lines, '--out', out, '--inventory', TABLE)).code).toBe(0);
    const answers = readFileSync(out, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(answers.map(({ id }) => id)).toEqual([1, ...texts.slice(1).map(({ id }) => id)]);
    answers.forEach(({ mentions, total }, i) => {
      expect({ mentions, total }).toEqual(i % 2 === 0 ? body.texts[0] : { mentions: [], total: 0 });
    });
  });

  it('are read of a megabyte, and of many texts, in order', async () => {
    const text = 'the CT showed more than the MS of it did '.repeat(24_390);
    const { body } = await ask({ text, inventory: 'table.txt', mentions: 100, alternatives: 0 });
    expect(body.texts[0]).toMatchObject({ total: 2 * 24_390 });
    expect(body.texts[0].mentions).toHaveLength(100);
    const many = await ask({ texts: ['CT', 'none', 'MS CT'], inventory: 'table.txt' });
    expect(many.body.texts.map(({ total }: { total: number }) => total)).toEqual([1, 0, 2]);
  });

  it('need an inventory, which the newest sample set has', async () => {
    expect(await ask({ text: 'CT' })).toMatchObject({ status: 404, body: { code: 'medal.no-inventory' } });
    const own = [{ abbreviation: 'CT', expansion: 'clotting time' }];
    expect((await ask({ text: 'CT', senses: own })).body.texts[0].mentions[0].expansion).toBe('clotting time');
    const files = [join(ROOT, 'toy_kg/abstracts.jsonl')];
    await runToyStage(home, 'medal.prepare', { samples: 'toy', inventory: TABLE, files, textFields: ['text'] });
    const named = await ask({ text: 'CT', samples: 'toy' });
    expect(named.body.texts[0].mentions[0].expansion).toBe('computed tomography');
    expect((await ask({ text: 'CT' })).body).toEqual(named.body);
    expect(JSON.parse((await command('CT', '--samples', 'toy')).out)).toEqual(named.body);
  });
});

describe('a wrong question', { timeout: 60_000 }, () => {
  const table = { inventory: 'table.txt' };
  it.each([
    [{}, 400, 'medal.question'],
    [{ text: 'CT', texts: ['CT'] }, 400, 'medal.question'],
    [{ text: 'CT', ...table, samples: 'toy' }, 400, 'medal.question'],
    [{ texts: ['x'.repeat(500_001), 'x'.repeat(500_000)], ...table }, 400, 'medal.long'],
    [{ text: 'CT', model: 'nothing' }, 404, 'run.unknown'],
    [{ text: 'CT', model: '../runs' }, 400, 'workspace.name'],
    [{ text: 'CT', samples: 'nothing' }, 404, 'medal.no-inventory'],
    [{ text: 'CT', samples: '../x' }, 400, 'workspace.name'],
    [{ text: 'CT', inventory: '../table.txt' }, 400, 'data.outside'],
    [{ text: 'CT', inventory: 'none.txt' }, 404, 'data.missing'],
    [{ text: 'CT', ...table, kg: 'nothing' }, 404, 'graph.unknown'],
    [{ text: 'CT', ...table, senses: [{ abbreviation: 'A B', expansion: 'x' }] }, 400, 'medal.own-sense'],
    [{ text: 'CT', ...table, senses: [{ abbreviation: 'XYZ', remove: true }] }, 400, 'medal.sense-unknown'],
  ])('%# is refused with its code', async (payload, status, code) => {
    expect(await ask(payload)).toMatchObject({ status, body: { code } });
  });

  it.each([
    { text: 7 },
    { text: 'x'.repeat(1_000_001) },
    { texts: [] },
    { texts: Array(65).fill('CT') },
    { text: 'CT', threshold: 2 },
    { text: 'CT', mentions: 0 },
    { text: 'CT', senses: [{ abbreviation: 'A', expansion: 'a', weight: 1 }] },
    { text: 'CT', senses: 'all' },
  ])('%# is refused by its shape', async (payload) => {
    expect((await ask({ ...payload, ...table })).status).toBe(400);
  });

  it('in a table names the line, and no path of the machine', async () => {
    writeFileSync(join(home, 'uploads', 'bad.txt'), 'PREFERRED_AB\tVARIANT_AB\tEXPANSION\nCT\n');
    const { status, body } = await ask({ text: 'CT', inventory: 'bad.txt' });
    expect([status, body.code, body.place]).toEqual([400, 'formats.adam-table', 'bad.txt:2']);
    expect(JSON.stringify(body)).not.toContain(home);
  });

  it('on the command line has a code and no stack', async () => {
    const senses = join(home, 'bad.yaml');
    writeFileSync(senses, '- abbreviation: A\n');
    const lines = join(home, 'bad.jsonl');
    writeFileSync(lines, '{"text": "CT"}\n{"note": 1}\n');
    const long = join(home, 'long.txt');
    writeFileSync(long, 'CT '.repeat(400_000));
    for (const [args, code] of [
      [['CT', '--file', TABLE], 'medal.question'],
      [['CT', '--out', lines], 'medal.question'],
      [['CT', '--inventory', TABLE, '--senses', senses], 'medal.own-sense'],
      [['--jsonl', lines, '--inventory', TABLE], 'medal.question'],
      [['--file', long, '--inventory', TABLE], 'medal.long'],
      [['CT', '--model', home], 'medal.model'],
      [['CT', '--inventory', join(home, 'none.txt')], 'formats.'],
    ] as const) {
      const { code: exit, err } = await command(...args);
      expect(exit, err).not.toBe(0);
      expect(err).toContain(code);
      expect(err).not.toMatch(/^\s+at /m);
    }
  });
});
