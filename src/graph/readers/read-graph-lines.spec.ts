import { describe, expect, it } from 'vitest';
import { entitiesOf, errorsOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';

const MAPPING = { format: 'jsonl', entities: 'e.jsonl', triples: 't.jsonl' };
const TRIPLES = '{"head":"a","relation":"r","tail":"b"}\n';

describe('readGraphLines', () => {
  it('tells of bad lines with their place', async () => {
    const rows = await rowsOf(MAPPING, {
      'e.jsonl': [
        '{"key":"a","types":[1]}',
        '[]',
        '{"name":"x"}',
        '{',
        '',
        '{"key":"b","properties":{"p":{"q":1}}}',
        '{"key":"c","properties":{"p":[1,"x"]}}',
        '{"key":"d","properties":{"p":null}}',
      ].join('\n'),
      't.jsonl': '{"head":"a","tail":"b"}\n{"head":"a","relation":"r","tail":"b","weight":0}\nx\n',
    });
    expect(errorsOf(rows)).toEqual([
      '1 graph.row-malformed',
      '2 graph.row-malformed',
      '3 graph.row-empty',
      '4 graph.row-malformed',
      '6 graph.row-malformed',
      '7 graph.row-malformed',
      '1 graph.row-empty',
      '2 graph.row-weight',
      '3 graph.row-malformed',
    ]);
    expect(entitiesOf(rows)).toEqual([{ key: 'd', name: 'd', types: [], aliases: [] }]);
  });

  it('makes entities of the ends of triples where none are listed', async () => {
    const rows = await rowsOf({ format: 'jsonl', triples: 't.jsonl', type: 'T' }, { 't.jsonl': TRIPLES + TRIPLES });
    expect(entitiesOf(rows).map(({ key, types }) => [key, types])).toEqual([
      ['a', ['T']],
      ['b', ['T']],
    ]);
    expect(triplesOf(rows)).toEqual(['a r b', 'a r b']);
  });

  it('refuses an empty file', async () => {
    await expect(rowsOf(MAPPING, { 'e.jsonl': '\n', 't.jsonl': TRIPLES })).rejects.toMatchObject({
      code: 'graph.empty-file',
    });
  });
});
