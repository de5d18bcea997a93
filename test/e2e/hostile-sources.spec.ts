/**
 * Sources made to do harm. S4: gzip that grows without end is refused in every format, with bounded memory. S7: names that
 * mean something to JavaScript are data in every format, wherever they stand, and no object learns of them.
 */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { MemorySink } from '../../src/formats/byte-sink.js';
import { type ParquetColumn, type ParquetRow, writeParquetTable } from '../../src/formats/parquet-tables.js';
import { PickleTuple, writePickledDict } from '../../src/formats/pickle-writer.js';
import { parseMapping } from '../../src/graph/readers/mapping.js';
import { readSource } from '../../src/graph/readers/read-source.js';
import { entitiesOf, errorsOf, type Files, rowsOf, triplesOf } from '../support/rows-of-source.js';

const root = mkdtempSync(join(tmpdir(), 'medgraft-hostile-'));
afterAll(() => rmSync(root, { recursive: true }));

/** A mapping of each format that reads the one file. */
const MAPPINGS: Record<string, (file: string) => object> = {
  triples: (file) => ({ format: 'triples', files: [{ file }] }),
  table: (file) => ({
    format: 'table',
    entities: [{ file, columns: { id: 'id' } }],
    triples: [{ file, columns: { head: 'h', tail: 't' }, relation: 'r' }],
  }),
  neo4j: (file) => ({ format: 'neo4j', nodes: [{ files: [file] }], relationships: [{ files: [file] }] }),
  jsonl: (file) => ({ format: 'jsonl', triples: file }),
  records: (file) => ({ format: 'records', records: { file, name: 'name', fields: { a: { relation: 'a' } } } }),
  'numbered-triples': (file) => ({
    format: 'numbered-triples',
    style: 'openke',
    entities: file,
    relations: file,
    files: [file],
  }),
  'n-triples': (file) => ({
    format: 'n-triples',
    file,
    subject: { from: 'subject' },
    predicates: 'all',
    objectTypes: 'rdf:type',
  }),
  turtle: (file) => ({
    format: 'turtle',
    file,
    subject: { from: 'subject' },
    predicates: 'all',
    objectTypes: 'rdf:type',
  }),
  obo: (file) => ({ format: 'obo', file, relations: 'all' }),
};

/** 10 MB of a text, packed, and so many times over: gzip members may follow each other. */
function bomb(name: string, text: string, members: number): string {
  const member = gzipSync(text.repeat(Math.ceil((10 << 20) / text.length)));
  const folder = join(root, 'bombs');
  mkdirSync(folder, { recursive: true });
  const path = join(folder, name);
  writeFileSync(path, Buffer.concat(Array<Buffer>(members).fill(member)));
  return path;
}

async function failureOf(mapping: object, path: string): Promise<unknown> {
  try {
    const located = new Map([['f.gz', path]]);
    for await (const _ of readSource(parseMapping(mapping, 'test'), located));
  } catch (error) {
    return error;
  }
  return undefined;
}

/** Bytes that the process takes more at any moment of the work than before it. */
async function memoryOf(work: () => Promise<void>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 2);
  try {
    await work();
  } finally {
    clearInterval(timer);
  }
  return Math.max(most, process.memoryUsage.rss()) - before;
}

describe.each(Object.keys(MAPPINGS))('a gzip bomb as %s', (format) => {
  it.each([
    ['blanks', ' '],
    ['lines', '\n'],
    ['NUL', '\0'],
  ])('of %s, 1 GB of them, is refused after a few megabytes', { timeout: 60_000 }, async (name, text) => {
    const path = bomb(`${name}.gz`, text, 100);
    await failureOf(MAPPINGS[format]('f.gz'), path);
    let error: unknown;
    const memory = await memoryOf(async () => {
      error = await failureOf(MAPPINGS[format]('f.gz'), path);
    });
    expect(error).toMatchObject({ code: 'formats.gzip-bomb' });
    expect(memory).toBeLessThan(64 << 20);
  });
});

describe('other ways to blow up', () => {
  it.each([
    ['10 GB', () => bomb('huge.gz', '\n', 1000), 'formats.gzip-bomb'],
    [
      'gzip in gzip',
      () => {
        const path = join(root, 'nested.gz');
        writeFileSync(path, gzipSync(gzipSync(Buffer.alloc(1 << 26))));
        return path;
      },
      'formats.encoding',
    ],
    [
      'a million empty members',
      () => {
        const path = join(root, 'many.gz');
        writeFileSync(path, Buffer.concat(Array<Buffer>(1_000_000).fill(gzipSync(''))));
        return path;
      },
      'graph.empty-file',
    ],
  ])('%s', { timeout: 60_000 }, async (_, make, code) => {
    expect(await failureOf(MAPPINGS['triples']('f.gz'), make())).toMatchObject({ code });
  });
});

const NAMES = ['__proto__', 'constructor', 'prototype', 'toString', 'hasOwnProperty'];
const PROTOTYPE = Object.getOwnPropertyNames(Object.prototype).sort();

async function parquet(columns: string[], row: ParquetRow): Promise<Uint8Array> {
  const sink = new MemorySink();
  const typed: ParquetColumn[] = columns.map((name) => ({ name, type: 'text' }));
  await writeParquetTable(sink, typed, [[row]]);
  return sink.bytes();
}

async function pickle(entries: Iterable<[string, PickleTuple[]]>): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writePickledDict(sink, entries);
  return sink.bytes();
}

/** Column names that only differ in their ends: a header may hold each name once. */
const columnsOf = (name: string) => ({ id: name, name: `${name}1`, type: `${name}2`, properties: `${name}3` });

/** Sources in which the name is header, id, type, relation and property, as far as the format has them. */
const SOURCES: Record<string, (name: string) => Promise<[mapping: object, files: Files]>> = {
  triples: async (n) => [MAPPINGS['triples']('f.csv'), { 'f.csv': `${n},${n},${n}\n` }],
  table: async (n) => {
    const columns = columnsOf(n);
    const mapping = {
      format: 'table',
      entities: [{ file: 'n.csv', columns, properties: ['constructor', '__proto__'].filter((other) => other !== n) }],
      triples: [{ file: 'e.csv', columns: { head: n, relation: 'r', tail: 't' } }],
    };
    const header = [...Object.values(columns), ...mapping.entities[0].properties];
    const object = `"{""${n}"":""${n}""}"`;
    const cells = [n, n, n, object, ...mapping.entities[0].properties.map(() => n)];
    return [mapping, { 'n.csv': `${header}\n${cells}\n`, 'e.csv': `${n},r,t\n${n},${n},${n}\n` }];
  },
  parquet: async (n) => {
    const columns = columnsOf(n);
    const mapping = {
      format: 'parquet',
      entities: [{ file: 'n.parquet', columns }],
      triples: [{ file: 'e.parquet', columns: { head: n, relation: 'r', tail: 't' } }],
    };
    const node = await parquet(Object.values(columns), [n, n, n, `{"${n}":"${n}"}`]);
    return [mapping, { 'n.parquet': node, 'e.parquet': await parquet([n, 'r', 't'], [n, n, n]) }];
  },
  neo4j: async (n) => [
    {
      format: 'neo4j',
      nodes: [{ files: ['n.csv'] }],
      relationships: [{ files: ['e.csv'] }],
    },
    { 'n.csv': `:ID,${n}:string,:LABEL\n${n},${n},${n}\n`, 'e.csv': `:START_ID,:END_ID,:TYPE,${n}\n${n},${n},${n},\n` },
  ],
  jsonl: async (n) => [
    { format: 'jsonl', entities: 'n.jsonl', triples: 'e.jsonl' },
    {
      'n.jsonl': `{"key":"${n}","types":["${n}"],"properties":{"${n}":"${n}"},"${n}":{"polluted":1}}\n`,
      'e.jsonl': `{"head":"${n}","relation":"${n}","tail":"${n}","${n}":{"polluted":1}}\n`,
    },
  ],
  records: async (n) => [
    parse(
      `{format: records, records: {file: f.json, name: name, type: ${n}, fields: {${n}: {relation: ${n}}}, properties: [other.${n}]}}`,
    ) as object,
    { 'f.json': `[{"name":"${n}","${n}":["${n}"],"other":{"${n}":"${n}"}}]` },
  ],
  'numbered-triples': async (n) => [
    {
      format: 'numbered-triples',
      style: 'openke',
      entities: 'entity2id.txt',
      relations: 'relation2id.txt',
      files: ['train2id.txt'],
    },
    { 'entity2id.txt': `1\n${n}\t0\n`, 'relation2id.txt': `1\n${n}\t0\n`, 'train2id.txt': '1\n0 0 0\n' },
  ],
  'n-triples': async (n) => [
    MAPPINGS['n-triples']('f.nt'),
    {
      'f.nt': `<x:${n}> <x:${n}> <x:${n}> .\n<x:${n}> <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <x:${n}> .\n`,
    },
  ],
  turtle: async (n) => [
    MAPPINGS['turtle']('f.ttl'),
    { 'f.ttl': `@prefix x: <x:> .\nx:${n} a x:${n} ; x:${n} x:${n} .\n` },
  ],
  obo: async (n) => [
    { ...MAPPINGS['obo']('f.obo'), namespaces: true, properties: [n] },
    { 'f.obo': `[Term]\nid: ${n}\nname: ${n}\nnamespace: ${n}\nrelationship: ${n} ${n}\n` },
  ],
  reference: async (n) => [
    { format: 'reference', outgoing: 'ent2outRel.pkl', ranks: 'global_PageRank.json', type: n },
    {
      'ent2outRel.pkl': await pickle([[n, [new PickleTuple([n, n])]]]),
      'global_PageRank.json': `{"${n}":0.5}`,
    },
  ],
};

describe.each(Object.keys(SOURCES))('%s', (format) => {
  afterEach(() => {
    expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(PROTOTYPE);
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });

  it.each(NAMES)('keeps %s as data', async (name) => {
    const [mapping, files] = await SOURCES[format](name);
    const rows = await rowsOf(mapping, files);
    expect(errorsOf(rows)).toEqual([]);
    const key = /turtle|n-triples/.test(format) ? `x:${name}` : name;
    expect(triplesOf(rows)).toEqual([`${key} ${name} ${key}`]);
    const entities = entitiesOf(rows);
    expect(new Set(entities.map((entity) => entity.key))).toEqual(new Set([key]));
    const [entity] = entities;
    expect(Object.getPrototypeOf(entity.properties ?? {})).toBe(Object.prototype);
    if (!/^(triples|numbered-triples)$/.test(format)) expect(entity.types).toEqual([name]);
    if (/^(table|parquet|neo4j|jsonl)$/.test(format)) {
      expect(Object.entries(entity.properties!)).toContainEqual([name, name]);
    }
  });
});

describe('a mapping', () => {
  it.each(NAMES)('is refused for the key %s', (name) => {
    const yaml = `{format: triples, files: [{file: a.csv}], ${name}: {polluted: 1}}`;
    expect(() => parseMapping(parse(yaml), 'test')).toThrow(expect.objectContaining({ code: 'graph.mapping' }));
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
