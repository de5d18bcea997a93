import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { errorsOf } from '../../../test/support/rows-of-source.js';
import { guessMapping } from './guess-mapping.js';
import { findSource } from './load-mapping.js';
import { parseMapping } from './mapping.js';
import { readSource } from './read-source.js';
import type { SourceRow } from './source-row.js';

async function guessOf(files: Record<string, string>): Promise<Record<string, unknown>> {
  const folder = mkdtempSync(join(tmpdir(), 'medgraft-guess-'));
  try {
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    const guess = await guessMapping(Object.keys(files).map((name) => join(folder, name)));
    parseMapping(guess, 'guess');
    return JSON.parse(JSON.stringify(guess).replaceAll(`${folder}/`, ''));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('guessMapping', () => {
  it.each([
    ['a header', { 'x.csv': '头实体,关系,尾实体\na,r,b\n' }, { header: true, order: ['head', 'relation', 'tail'] }],
    ['another order', { 'x.tsv': 'h\tt\tr\na\tb\tr\n' }, { header: true, order: ['head', 'tail', 'relation'] }],
    ['no header', { 'x.txt': 'a\tr\tb\nc\tr\td\n' }, { header: false, delimiter: '\t' }],
    ['weights', { 'x.csv': 'a;r;b;0.5\nc;r;d;2\n' }, { delimiter: ';', order: ['head', 'relation', 'tail', 'weight'] }],
    ['some bad rows', { 'x.csv': 'a,r,b\nc,r\nd,r,e\nf,r,g\n' }, { header: false, delimiter: ',' }],
    ['one row without an end', { 'x.spo': 'a\tr\tb' }, { header: false, delimiter: '\t' }],
  ])('takes bare triples with %s', async (_, files, file) => {
    expect(await guessOf(files)).toMatchObject({ format: 'triples', files: [file] });
  });

  it('takes tables of entities and triples, in any order', async () => {
    const guess = await guessOf({
      'edges.csv': 'Source,Target,Predicate,note\n1,2,r,x\n',
      'nodes.tsv': 'node_id\tlabel\tcategory\tsynonyms\ticd\n1\ta\tT\t\t\n',
    });
    expect(guess).toMatchObject({
      format: 'table',
      entities: [
        { columns: { id: 'node_id', name: 'label', type: 'category', aliases: 'synonyms' }, properties: ['icd'] },
      ],
      triples: [{ columns: { head: 'Source', relation: 'Predicate', tail: 'Target' } }],
    });
  });

  it('takes a column of JSON objects for properties', async () => {
    const guess = await guessOf({
      'n.tsv': 'id\tmore\tnote\na\t{"p":1}\tx\nb\t\t\n',
      'e.tsv': 'head\trelation\ttail\na\tr\tb\n',
    });
    expect(guess).toMatchObject({ entities: [{ columns: { id: 'id', properties: 'more' }, properties: ['note'] }] });
  });

  it("takes Neo4j's headers, also in files of their own", async () => {
    const guess = await guessOf({
      'h.csv': 'id:ID(x),name\n',
      'n.csv': '1,a\n',
      'r.csv': ':START_ID(x),:END_ID(x),:TYPE\n1,1,r\n',
    });
    expect(guess).toMatchObject({
      format: 'neo4j',
      nodes: [{ files: ['h.csv', 'n.csv'] }],
      relationships: [{ files: ['r.csv'] }],
    });
  });

  it('takes JSON: triples, or records with lists', async () => {
    expect(await guessOf({ 'x.jsonl': '{"head":"a","relation":"r","tail":"b"}\n' })).toMatchObject({ format: 'jsonl' });
    const records = '[{"_id":1,"name":"a","desc":"x","symptom":["b"],"alias":"c"},{"name":"b","symptom":[]}]';
    expect(await guessOf({ 'x.json': records })).toMatchObject({
      format: 'records',
      records: { name: 'name', aliases: 'alias', fields: { symptom: { relation: 'symptom' } }, properties: ['desc'] },
    });
  });

  it.each([
    ['a table without a tail', { 'x.csv': 'head,relation\na,b\n' }],
    ['prose', { 'x.txt': 'nothing that looks like a table\n' }],
    ['nothing', { 'x.csv': '' }],
    ['records without lists', { 'x.json': '[{"name":"a"}]' }],
    ['entities alone', { 'x.csv': 'id,name\n1,a\n' }],
  ])('gives up on %s', async (_, files) => {
    await expect(guessOf(files)).rejects.toMatchObject({ code: 'graph.mapping-unknown' });
  });
});

/** Their mappings say what the files do not show: records of a head, a relation that stands in no column. */
const SPECIAL = new Set(['chinese-patent-medicines', 'node-edge-tables']);
const SOURCES = readdirSync('kg-import').filter((name) => !SPECIAL.has(name));

describe.each(SOURCES)('the files of kg-import/%s', (source) => {
  it('are read without a bad row by a guessed mapping', async () => {
    const named = await findSource({ mapping: source, files: [] });
    const found = await findSource({ files: [...named.located.values()] });
    expect(found.guessed).toBeDefined();
    const rows: SourceRow[] = [];
    for await (const block of readSource(found.mapping, found.located)) rows.push(...block);
    expect(errorsOf(rows)).toEqual([]);
    expect(rows.some(({ kind }) => kind === 'triple')).toBe(true);
  });
});
