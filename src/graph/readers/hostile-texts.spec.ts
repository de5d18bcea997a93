/** Readers of text formats read or refuse what they get: nothing else may come out of them. */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { rowsOf } from '../../../test/support/rows-of-source.js';
import { MedgraftError } from '../../base/errors.js';
import { guessMapping } from './guess-mapping.js';
import { parseMapping } from './mapping.js';

const MAPPINGS = {
  neo4j: { format: 'neo4j', nodes: [{ header: 'h', files: ['a'] }], relationships: [{ files: ['b'] }] },
  jsonl: { format: 'jsonl', entities: 'a', triples: 'b' },
  openke: { format: 'numbered-triples', style: 'openke', entities: 'h', relations: 'a', files: ['b'] },
  'dgl-ke': { format: 'numbered-triples', style: 'dgl-ke', entities: 'h', relations: 'a', files: ['b'] },
};

const PIECES = [
  ...['\n', '\r\n', ',', '\t', ';', '"', "'", ' ', '{', '}', '[', ']', ':', '0', '1', '-1', '1e999', 'a', '头', '\0'],
  ...[':ID', 'x:ID(s)', ':LABEL', 'n:int[]', 'b:boolean', ':START_ID', ':END_ID', ':TYPE', ':IGNORE', 'q:point{crs:x}'],
  ...[
    '{"key":"a"}',
    '{"key":"b","types":["T"],"properties":{"p":[1]}}',
    '{"head":"a","relation":"r","tail":"b"}',
    'null',
  ],
  ...[
    '2\n',
    'a\t0\n',
    '0\ta\n',
    '0 0 0\n',
    '0 1 0\n',
    '__proto__',
    'head,relation,tail\n',
    'id\tname\n',
    'true',
    '\ufeff',
  ],
];
const content = fc.oneof(
  { weight: 4, arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 30 }).map((pieces) => pieces.join('')) },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 60 }) },
);

const folder = mkdtempSync(join(tmpdir(), 'medgraft-texts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const refused = (error: unknown) => expect(error).toBeInstanceOf(MedgraftError);

describe.each(Object.entries(MAPPINGS))('files as %s', (_, mapping) => {
  it('are read or refused, whatever they hold', async () => {
    await fc.assert(
      fc.asyncProperty(content, content, content, async (h, a, b) => {
        await rowsOf(mapping, { h, a, b }).catch(refused);
      }),
      { numRuns: 300 },
    );
  });
});

describe('guesses', () => {
  it('are mappings or refusals, whatever the files hold', async () => {
    const names = fc.constantFrom(
      'a.csv',
      'a.tsv',
      'a.json',
      'a.jsonl',
      'a.txt',
      'entity2id.txt',
      'a.parquet',
      'a.csv.gz',
    );
    await fc.assert(
      fc.asyncProperty(names, content, names, content, async (first, a, second, b) => {
        const paths = [first, `2${second}`].map((name) => join(folder, name));
        writeFileSync(paths[0], a);
        writeFileSync(paths[1], b);
        for (const files of [paths, paths.slice(0, 1)]) {
          await guessMapping(files).then((guess) => parseMapping(guess, 'guess'), refused);
        }
      }),
      { numRuns: 300 },
    );
  });
});
