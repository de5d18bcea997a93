import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitiesOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';
import { MedgraftError } from '../../base/errors.js';

const MAPPING = {
  format: 'n-triples',
  file: 'a.nt',
  subject: { from: 'subject' },
  predicates: ['has'],
  objectTypes: 'predicate',
};
const iri = (name: string) => (name.startsWith('_:') ? name : `<http://x.org/o#${name}>`);
const triple = (subject: string, predicate: string, object: string) =>
  `${iri(subject)} ${iri(predicate)} ${object.startsWith('"') ? object : iri(object)} .\n`;

describe('N-Triples', () => {
  const text = triple('a', 'has', 'b') + triple('a', 'label', '"A"@en') + triple('a', 'has', 'b');

  it('read as Turtle does, packed or not', async () => {
    const rows = await rowsOf(MAPPING, { 'a.nt': text });
    expect(triplesOf(rows)).toEqual(['http://x.org/o#a has http://x.org/o#b']);
    expect(await rowsOf({ ...MAPPING, format: 'turtle' }, { 'a.nt': text })).toMatchObject(
      rows.map(({ kind, line }) => ({ kind, line })),
    );
    expect(triplesOf(await rowsOf({ ...MAPPING, file: 'a.nt.gz' }, { 'a.nt.gz': gzipSync(text) }))).toHaveLength(1);
  });

  it('refuse what only Turtle allows, with the line', async () => {
    await expect(rowsOf(MAPPING, { 'a.nt': `${text}@prefix e: <http://x.org/> .\n` })).rejects.toMatchObject({
      code: 'graph.turtle',
      details: { place: expect.stringMatching(/a\.nt:4$/) },
    });
  });

  it('number blank nodes within the file, whatever was read before', async () => {
    const nodes = triple('_:x', 'has', '_:y') + triple('_:y', 'has', 'b');
    for (let i = 0; i < 2; i++) {
      expect(triplesOf(await rowsOf(MAPPING, { 'a.nt': nodes }))).toEqual(['_:1 has _:2', '_:2 has http://x.org/o#b']);
    }
    const turtle = await rowsOf({ ...MAPPING, format: 'turtle' }, { 'a.nt': '[] <has> [ <has> <b> ] .\n' });
    expect(triplesOf(turtle).sort()).toEqual(['_:1 has b', '_:2 has _:1']);
  });

  it('are read or refused, whatever the file holds', async () => {
    const sign = fc.constantFrom('<a>', '_:b', '"c"', '@en', ' ', '.', '\n', '\\u12', '^^', '#', '"', '<');
    const content = fc.oneof(
      fc.array(sign, { maxLength: 20 }).map((signs) => Buffer.from(signs.join(''))),
      fc.uint8Array({ maxLength: 40 }),
    );
    await fc.assert(
      fc.asyncProperty(content, fc.constantFrom('turtle', 'n-triples'), async (bytes, format) => {
        await rowsOf({ ...MAPPING, format }, { 'a.nt': bytes }).catch((error: unknown) => {
          expect(error).toBeInstanceOf(MedgraftError);
        });
      }),
      { numRuns: 300 },
    );
  });
});

describe('literals', () => {
  const LABELS =
    triple('a', 'alt', '"又名"@zh') +
    triple('a', 'label', '"plain"') +
    triple('a', 'label', '"英"@en') +
    triple('a', 'label', '"中文"@zh-CN') +
    triple('a', 'pref', '"首选"') +
    triple('a', 'has', 'b') +
    triple('b', 'alt', '"  "') +
    triple('b', 'note', '"no name"');
  const named = async (over: object) => entitiesOf(await rowsOf({ ...MAPPING, ...over }, { 'a.nt': LABELS }));

  it('are names by predicate, then language; the others are aliases', async () => {
    const [a, b] = await named({ names: ['pref', 'label'], aliases: ['alt'], language: 'zh' });
    expect(a).toMatchObject({ name: '首选', aliases: ['又名', 'plain', '中文'] });
    expect(b).toMatchObject({ name: 'b', aliases: [] });
    expect((await named({ names: ['label'], language: 'ZH' }))[0]).toMatchObject({ name: '中文', aliases: ['plain'] });
  });

  it('count in every language when the mapping names none, and not at all without predicates', async () => {
    expect((await named({ names: ['label'] }))[0]).toMatchObject({ name: 'plain', aliases: ['英', '中文'] });
    expect((await named({}))[0]).toMatchObject({ name: 'a', aliases: [] });
    expect((await named({ names: ['http://x.org/o#label'], language: 'fr' }))[0]).toMatchObject({ name: 'plain' });
  });
});
