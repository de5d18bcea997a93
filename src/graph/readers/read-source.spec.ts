import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { iriName } from './iri-name.js';
import { loadMapping, locateFiles } from './load-mapping.js';
import { parseMapping } from './mapping.js';
import { readSource } from './read-source.js';
import type { SourceRow } from './source-row.js';

const folder = mkdtempSync(join(tmpdir(), 'medgraft-readers-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function readAll(mapping: object, files: Record<string, string | Uint8Array>): Promise<SourceRow[]> {
  const located = new Map(Object.keys(files).map((name) => [name, join(folder, name)]));
  for (const [name, content] of Object.entries(files)) writeFileSync(join(folder, name), content);
  const rows: SourceRow[] = [];
  for await (const block of readSource(parseMapping(mapping, 'mapping.yaml'), located)) rows.push(...block);
  return rows;
}

const errors = (rows: SourceRow[]) => rows.flatMap((row) => (row.kind === 'error' ? [`${row.line} ${row.code}`] : []));
const entities = (rows: SourceRow[]) => rows.flatMap((row) => (row.kind === 'entity' ? [row.entity] : []));
const triples = (rows: SourceRow[]) =>
  rows.flatMap((row) => (row.kind === 'triple' ? [Object.values(row.triple).join(' ')] : []));

const TABLE = {
  format: 'table',
  entities: [
    {
      file: 'nodes.csv',
      columns: { id: 'id', name: 'name', type: 'type', aliases: 'aliases' },
      type: '其他',
      aliasSeparators: '|;',
      properties: ['code'],
    },
  ],
  triples: [{ file: 'edges.csv', columns: { head: 'h', relation: 'r', tail: 't', weight: 'w' } }],
};
const NODES = 'id,name,type,aliases,code\n1,高血压,疾病,HTN|血压高; BP ,I10\n2," 头\n晕 ",,,\n';
const EDGES = 'h,r,t,w\n1,有症状,2,0.5\n1,有症状,2,\n';

describe('tables', () => {
  it('become entities, then triples', async () => {
    const rows = await readAll(TABLE, { 'nodes.csv': `\uFEFF${NODES}`, 'edges.csv': EDGES.replaceAll('\n', '\r\n') });
    expect(entities(rows)).toEqual([
      { key: '1', name: '高血压', types: ['疾病'], aliases: ['HTN', '血压高', 'BP'], properties: { code: 'I10' } },
      { key: '2', name: '头 晕', types: ['其他'], aliases: [] },
    ]);
    expect(triples(rows)).toEqual(['1 有症状 2 0.5', '1 有症状 2']);
    expect(rows[0]).toMatchObject({ file: join(folder, 'nodes.csv'), line: 2 });
    expect(rows[3]).toMatchObject({ file: join(folder, 'edges.csv'), line: 3 });
  });

  it('yield bad rows with line and code, and go on', async () => {
    const rows = await readAll(TABLE, {
      'nodes.csv': `${NODES}3,,疾病,,\n,x,疾病,,\n4,short\n5,好,,,\n`,
      'edges.csv': `${EDGES}1,,2,1\n1,r,2,-1\n1,r,2,much\n1,r,2,1,extra\n`,
    });
    expect(errors(rows)).toEqual([
      '5 graph.row-empty',
      '6 graph.row-empty',
      '7 graph.row-malformed',
      '4 graph.row-empty',
      '5 graph.row-weight',
      '6 graph.row-weight',
      '7 graph.row-malformed',
    ]);
    expect(entities(rows).map(({ key }) => key)).toEqual(['1', '2', '5']);
  });

  it.each([
    ['a missing column', { 'nodes.csv': 'id,label\n1,a\n', 'edges.csv': EDGES }, 'graph.missing-column'],
    ['an empty file', { 'nodes.csv': '', 'edges.csv': EDGES }, 'graph.empty-file'],
    ['a header without rows', { 'nodes.csv': NODES, 'edges.csv': 'h,r,t,w\n' }, 'graph.empty-file'],
    [
      'another encoding',
      { 'nodes.csv': Uint8Array.of(0xb8, 0xdf, 0xd1, 0xff), 'edges.csv': EDGES },
      'formats.encoding',
    ],
  ])('refuse %s', async (_, files, code) => {
    await expect(readAll(TABLE, files as Record<string, string>)).rejects.toMatchObject({ code });
  });
});

describe('plain triples', () => {
  it('create an entity where its name appears first', async () => {
    const mapping = {
      format: 'triples',
      type: '词',
      files: [{ file: 'x.tsv', order: ['tail', 'head', 'relation', 'weight'] }],
    };
    const rows = await readAll(mapping, {
      'x.tsv': '头痛\t偏头痛\t有症状\t2\n恶心\t偏头痛\t有症状\t\n恶心\t\t有症状\t\n',
    });
    expect(rows.map(({ kind }) => kind)).toEqual(['entity', 'entity', 'triple', 'entity', 'triple', 'error']);
    expect(entities(rows).map(({ key, types }) => [key, ...types])).toEqual([
      ['偏头痛', '词'],
      ['头痛', '词'],
      ['恶心', '词'],
    ]);
    expect(triples(rows)).toEqual(['偏头痛 有症状 头痛 2', '偏头痛 有症状 恶心']);
  });

  it('refuse a file with nothing but its header', async () => {
    const mapping = { format: 'triples', files: [{ file: 'x.csv', header: true }] };
    await expect(readAll(mapping, { 'x.csv': 'head,relation,tail\n' })).rejects.toMatchObject({
      code: 'graph.empty-file',
    });
  });
});

describe('Turtle', () => {
  const PREFIX = '@prefix e: <http://x.org/o#> .\n@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .\n';

  it('merges the records of one head, names heads by the predicate, and takes the most frequent role as type', async () => {
    const mapping = {
      format: 'turtle',
      file: 'x.ttl',
      subject: { from: 'record', by: 'drug', type: 'drug' },
      predicates: ['symptom', 'disease'],
      objectTypes: 'predicate',
    };
    const text = `${PREFIX}e:0 e:symptom e:a, e:b ; e:drug e:d ; e:note "text" ; e:other e:z .
e:1 e:drug e:d ; e:symptom e:a .
e:2 e:drug e:f ; e:disease e:a ; e:symptom e:a .
e:3 e:symptom e:b .
e:4 e:drug e:g ; e:symptom e:a .
`;
    const rows = await readAll(mapping, { 'x.ttl': text });
    expect(triples(rows).map((triple) => triple.replaceAll('http://x.org/o#', ''))).toEqual([
      'd symptom a',
      'd symptom b',
      'f disease a',
      'f symptom a',
      'g symptom a',
    ]);
    expect(entities(rows).find(({ name }) => name === 'a')?.types).toEqual(['symptom', 'disease']);
    expect(entities(rows).find(({ name }) => name === 'd')).toMatchObject({ key: 'http://x.org/o#d', types: ['drug'] });
    expect(errors(rows)).toEqual(['6 graph.row-empty']);
  });

  it('reads plain statements with stated types and all predicates', async () => {
    const mapping = {
      format: 'turtle',
      file: 'x.ttl',
      subject: { from: 'subject' },
      predicates: 'all',
      objectTypes: 'rdf:type',
    };
    const rows = await readAll(mapping, {
      'x.ttl': `${PREFIX}e:a rdf:type e:Disease ; e:has e:b ;\n  e:label "A" .\n`,
    });
    expect(triples(rows)).toEqual(['http://x.org/o#a has http://x.org/o#b']);
    expect(entities(rows).map(({ types }) => types)).toEqual([['Disease'], []]);
  });

  it('refuses broken syntax with its line, and an empty file', async () => {
    const mapping = {
      format: 'turtle',
      file: 'x.ttl',
      subject: { from: 'subject' },
      predicates: 'all',
      objectTypes: 'predicate',
    };
    await expect(readAll(mapping, { 'x.ttl': `${PREFIX}e:a e:b .\n` })).rejects.toMatchObject({
      code: 'graph.turtle',
      details: { place: `${join(folder, 'x.ttl')}:3` },
    });
    await expect(readAll(mapping, { 'x.ttl': `${PREFIX}e:a e:b e:c` })).rejects.toMatchObject({ code: 'graph.turtle' });
    await expect(readAll(mapping, { 'x.ttl': '# nothing\n' })).rejects.toMatchObject({ code: 'graph.empty-file' });
  });
});

describe('iriName', () => {
  it.each([
    ['http://x.org/o#%E9%AB%98', '高'],
    ['http://x.org/a/b%2', 'b%2'],
    ['urn:umls:C01', 'C01'],
    ['http://x.org/', 'http://x.org/'],
  ])('%s', (iri, name) => expect(iriName(iri)).toBe(name));
});

describe('files of a mapping', () => {
  it('are found beside it, or replaced by name', () => {
    const loaded = loadMapping('node-edge-tables');
    expect([...locateFiles(loaded, []).values()].every((path) => path.includes('kg-import'))).toBe(true);
    expect(locateFiles(loaded, ['/data/edges.tsv']).get('edges.tsv')).toBe('/data/edges.tsv');
    expect(locateFiles(loadMapping('plain-triples'), ['/data/any.csv']).get('sample.csv')).toBe('/data/any.csv');
    expect(() => locateFiles(loaded, ['/data/other.tsv'])).toThrow('reads no file of this name');
    expect(() => loadMapping('nowhere')).toThrow('no such mapping');
  });
});
