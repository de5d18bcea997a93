import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entitiesOf, errorsOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';
import { MedgraftError } from '../../base/errors.js';

const HEADER = 'format-version: 1.2\ndefault-namespace: sample\n\n';
const read = (text: string | Uint8Array, over: object = {}) =>
  rowsOf({ format: 'obo', file: 'a.obo', relations: 'all', ...over }, { 'a.obo': text });

const TERMS = `${HEADER}[Term]
id: A:1
name: first\\, with a sign
def: "What it is." [X:1]
synonym: "eins" EXACT []
synonym: "one" BROAD LAYPERSON [X:2]
synonym: "un" []
exact_synonym: "uno" []
xref: X:3 ! there
xref: X:4
is_a: A:2 {source="X"} ! second
relationship: part_of A:3

[Typedef]
id: part_of
name: part of

[Term]
id: A:2
name: second
namespace: other

[Term]
id: A:3

[Term]
id: A:4
name: gone
is_obsolete: true
is_a: A:1
`;

describe('OBO terms', () => {
  it('become entities with exact synonyms, then triples', async () => {
    const rows = await read(TERMS, { type: 'term' });
    expect(entitiesOf(rows)).toEqual([
      {
        key: 'A:1',
        name: 'first, with a sign',
        types: ['term'],
        aliases: ['eins', 'uno'],
        properties: { def: 'What it is.', xref: ['X:3', 'X:4'] },
      },
      { key: 'A:2', name: 'second', types: ['term'], aliases: [] },
      { key: 'A:3', name: 'A:3', types: ['term'], aliases: [] },
    ]);
    expect(triplesOf(rows)).toEqual(['A:1 is_a A:2', 'A:1 part_of A:3']);
    expect(rows[0]).toMatchObject({ line: 4 });
  });

  it('take types from namespaces, names of relations from Typedefs, and what the mapping lists', async () => {
    const rows = await read(TERMS, {
      namespaces: true,
      relations: ['part_of'],
      relationNames: true,
      synonyms: ['BROAD', 'RELATED'],
      obsolete: 'keep',
      properties: [],
    });
    expect(entitiesOf(rows).map(({ types }) => types[0])).toEqual(['sample', 'other', 'sample', 'sample']);
    expect(entitiesOf(rows)[0]).toMatchObject({ aliases: ['one', 'un'] });
    expect(triplesOf(rows)).toEqual(['A:1 part of A:3']);
  });

  it('give bad rows with line and code, and go on', async () => {
    const rows = await read(
      `${HEADER}[Term]\nname: x\n\n[Term]\nid: A:1\nsynonym: bare\nis_a:\nrelationship: part_of\n`,
    );
    expect(errorsOf(rows)).toEqual([
      '4 graph.row-empty',
      '9 graph.row-malformed',
      '10 graph.row-malformed',
      '11 graph.row-malformed',
    ]);
  });

  it.each([
    ['no term', HEADER, 'graph.empty-file'],
    ['no OBO', '<rdf:RDF>\n', 'formats.obo'],
  ])('refuse a file with %s', async (_, text, code) => {
    await expect(read(text)).rejects.toMatchObject({ code });
  });

  it('refuse a scope that OBO does not have', async () => {
    await expect(read(TERMS, { synonyms: ['CLOSE'] })).rejects.toThrow('synonyms');
  });

  it('are read or refused, whatever the file holds', async () => {
    const line = fc.constantFrom(
      '[Term]',
      'id: A',
      'id:',
      'name: \\',
      'synonym: "',
      'is_a: A',
      'relationship: r {',
      '!',
      'x',
    );
    const text = fc.oneof(
      fc.array(line, { maxLength: 20 }).map((lines) => Buffer.from(lines.join('\n'))),
      fc.uint8Array({ maxLength: 60 }),
    );
    await fc.assert(
      fc.asyncProperty(text, async (bytes) => {
        await read(bytes).catch((error: unknown) => expect(error).toBeInstanceOf(MedgraftError));
      }),
      { numRuns: 300 },
    );
  });
});
