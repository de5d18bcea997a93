/** What is exported comes back the same: import(export(graph)) has the graph's content hash, for every exact format. */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import type { Artefact } from '../../src/runs/artefact.js';
import { runStage } from '../../src/runs/stage-runner.js';
import { Workspace } from '../../src/runs/workspace.js';
import { parseSettings } from '../../src/settings/parse-settings.js';
import { loadStage } from '../../src/stages.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-export-'));
afterAll(() => rmSync(root, { recursive: true }));
const workspace = new Workspace(join(root, 'home'));

async function run(name: string, settings: Record<string, unknown>): Promise<Artefact> {
  const stage = await loadStage(name);
  const { signal } = new AbortController();
  const steps = runStage(stage, parseSettings(stage.settings, settings, 'test'), {
    workspace,
    environment: { threads: 1 },
    signal,
    loadStage,
  });
  for (;;) {
    const { done, value } = await steps.next();
    if (done) return value;
  }
}

/** Signs, formulas, prototype names, and properties of several kinds. */
const ODD_ENTITIES = [
  {
    key: '=1+1',
    name: "=cmd|' /C calc'!A0",
    types: ['疾病', '=t'],
    aliases: ['+1', '-2', '@x', "'quoted", 'a;b', 'c|d'],
  },
  { key: '__proto__', name: 'constructor', types: ['prototype'], aliases: ['"q"', 'a,b'] },
  { key: 'constructor', name: 'x', types: [], aliases: [], properties: { ['__proto__']: 'p', name: 'own', key: -7 } },
  {
    key: 'p1',
    name: '甲',
    types: ['疾病'],
    aliases: [],
    properties: { xref: 'one', n: 0.5, text: '  two\nlines\t, "q"' },
  },
  { key: 'p2', name: '乙', types: ['疾病'], aliases: [], properties: { xref: ['one', 'two'], n: 3, on: true } },
  {
    key: 'p3',
    name: '丙',
    types: ['疾病'],
    aliases: [],
    properties: { xref: 5, n: [1, 2.5], 'a:int': '=x', e: 1e300 },
  },
  { key: 'alone', name: '＝孤', types: ['疾病'], aliases: [] },
];
const ODD_TRIPLES = [
  { head: '=1+1', relation: '-治疗', tail: '__proto__', weight: 0.25 },
  { head: '__proto__', relation: '__proto__', tail: 'constructor' },
  { head: 'constructor', relation: 'constructor', tail: 'constructor', weight: 1e-7 },
  { head: 'p1', relation: 'prototype', tail: 'p2' },
  { head: 'p2', relation: '@r', tail: 'p3', weight: 12345678 },
];

/** Keys that are IRIs, keys that are not, and signs that both have to escape. */
const RDF_ENTITIES = [
  { key: 'http://x.test/a', name: '"甲"\\', types: ['疾病'], aliases: ['a/b#c', '別名'] },
  { key: '乙 %41:/#', name: '乙', types: ['a:b/c#d %'] },
  { key: '__proto__', name: 'constructor', types: ['prototype'] },
  { key: 'urn:medgraft:entity:x', name: 'y', types: ['疾病'] },
];
const RDF_TRIPLES = [
  { head: 'http://x.test/a', relation: 'r/s#t:u %', tail: '乙 %41:/#' },
  { head: '__proto__', relation: '__proto__', tail: 'urn:medgraft:entity:x' },
];

const lines = (values: readonly object[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('');

async function importOdd(): Promise<Artefact> {
  writeFileSync(join(root, 'entities.jsonl'), lines(ODD_ENTITIES));
  writeFileSync(join(root, 'triples.jsonl'), lines(ODD_TRIPLES));
  const mapping = join(root, 'mapping.yaml');
  writeFileSync(mapping, 'format: jsonl\nentities: entities.jsonl\ntriples: triples.jsonl\n');
  return run('kg.import', { kg: 'odd', mapping });
}

const GRAPHS: Record<string, () => Promise<Artefact>> = {
  odd: importOdd,
  toy: () => run('kg.import', { kg: 'toy', mapping: 'toy' }),
  obo: () => run('kg.import', { kg: 'obo', mapping: 'obo-ontology' }),
  records: () => run('kg.import', { kg: 'records', mapping: 'disease-records' }),
  neo4j: () => run('kg.import', { kg: 'neo4j', mapping: 'neo4j-tables' }),
};
const FORMATS = [
  { format: 'neo4j-admin' },
  { format: 'neo4j-admin', escapeFormulas: true },
  { format: 'tsv' },
  { format: 'jsonl' },
  { format: 'parquet' },
];

describe.each(Object.keys(GRAPHS))('the graph %s', (kg) => {
  it.each(FORMATS)('comes back the same through $format', async (settings) => {
    const graph = await GRAPHS[kg]();
    const { folder } = await run('kg.export', { kg, ...settings });
    const again = await run('kg.import', { kg: 'again', mapping: join(folder, 'mapping.yaml') });
    expect(again.manifest.figures).toMatchObject({ rejectedRows: 0, otherNames: 0 });
    expect(again.manifest.figures['contentHash']).toBe(graph.manifest.figures['contentHash']);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });
});

describe.each(['triples', 'openke', 'dgl-ke', 'libkge', 'pykeen'])('%s', (format) => {
  it('give back a graph that is triples and nothing else', async () => {
    const graph = await run('kg.import', { kg: 'plain', mapping: 'plain-triples' });
    const { folder, manifest } = await run('kg.export', { kg: 'plain', format });
    expect(manifest.figures).toMatchObject({ exact: false });
    const mapping = join(folder, 'mapping.yaml');
    writeFileSync(join(root, 'typed.yaml'), `${readFileSync(mapping, 'utf8')}type: entity\n`);
    const files = readdirSync(folder)
      .filter((name) => /\.(tsv|txt|dict|del|gz)$/.test(name))
      .map((name) => join(folder, name));
    const again = await run('kg.import', { kg: 'again', mapping: join(root, 'typed.yaml'), files });
    expect(again.manifest.figures['contentHash']).toBe(graph.manifest.figures['contentHash']);
  });
});

describe('N-Triples', () => {
  it('give back names, types and aliases of a graph without weights and properties', async () => {
    writeFileSync(join(root, 'rdf-e.jsonl'), lines(RDF_ENTITIES));
    writeFileSync(join(root, 'rdf-t.jsonl'), lines(RDF_TRIPLES));
    const mapping = join(root, 'rdf.yaml');
    writeFileSync(mapping, 'format: jsonl\nentities: rdf-e.jsonl\ntriples: rdf-t.jsonl\n');
    const graph = await run('kg.import', { kg: 'rdf', mapping });
    const { folder } = await run('kg.export', { kg: 'rdf', format: 'n-triples' });
    const again = await run('kg.import', { kg: 'again', mapping: join(folder, 'mapping.yaml') });
    expect(again.manifest.figures['contentHash']).toBe(graph.manifest.figures['contentHash']);
  });
});

describe('exported tables', () => {
  it('hold no cell that a spreadsheet runs', async () => {
    await importOdd();
    const { folder } = await run('kg.export', { kg: 'odd', format: 'tsv' });
    const cells = ['entities.tsv', 'triples.tsv'].flatMap((name) =>
      readFileSync(join(folder, name), 'utf8')
        .trimEnd()
        .split(/[\t\n]/),
    );
    expect(cells.filter((cell) => /^[=+\-@＝＋－＠]/.test(cell))).toEqual([]);
    expect(cells).toEqual(expect.arrayContaining(["'=1+1", "'-治疗", "'@r"]));
  });

  it('come with the options of neo4j-admin', async () => {
    await importOdd();
    const { folder } = await run('kg.export', { kg: 'odd' });
    const text = readFileSync(join(folder, 'neo4j-admin.args'), 'utf8');
    expect(text).toContain('--nodes=nodes-1-header.csv,nodes-1.csv\n');
    expect(text).toContain('--array-delimiter=¦\n'.replace('¦', 'U+00A6'));
    expect(text).toContain('--multiline-fields=true\n');
  });
});
