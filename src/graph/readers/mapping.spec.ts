import { describe, expect, it } from 'vitest';
import { MedgraftError } from '../../base/errors.js';
import { mappingFiles, parseMapping } from './mapping.js';

const TABLE = {
  format: 'table',
  entities: [{ file: 'nodes.tsv', columns: { id: 'id' } }],
  triples: [{ file: 'edges.csv', columns: { head: 'h', tail: 't' }, relation: 'r' }],
};

function problemOf(value: unknown): string {
  try {
    parseMapping(value, 'mapping.yaml');
  } catch (error) {
    if (error instanceof MedgraftError && error.code === 'graph.mapping') {
      return `${error.message}: ${error.details.expected}, got ${error.details.got}`;
    }
    throw error;
  }
  return 'none';
}

describe('parseMapping', () => {
  it('fills in what may be left out', () => {
    const mapping = parseMapping(TABLE, 'mapping.yaml');
    expect(mapping).toMatchObject({
      entities: [{ delimiter: '\t', aliasSeparators: '|', properties: [] }],
      triples: [{ delimiter: ',', relation: 'r' }],
    });
    expect(mappingFiles(mapping)).toEqual(['nodes.tsv', 'edges.csv']);
    const triples = parseMapping({ format: 'triples', files: [{ file: 'x.tsv' }] }, 'm');
    expect(triples).toMatchObject({ files: [{ header: false, order: ['head', 'relation', 'tail'], delimiter: '\t' }] });
  });

  it.each([
    ['an unknown key', { ...TABLE, nodes: [] }, 'at nodes'],
    [
      'an unknown key inside',
      { ...TABLE, entities: [{ file: 'a', columns: { id: 'i', label: 'l' } }] },
      'at entities[0].columns.label',
    ],
    ['an unknown format', { format: 'xml' }, 'table or parquet or triples'],
    ['a missing column', { ...TABLE, entities: [{ file: 'a', columns: {} }] }, 'at entities[0].columns.id'],
    [
      'a relation twice',
      { ...TABLE, triples: [{ ...TABLE.triples[0], columns: { head: 'h', tail: 't', relation: 'r' } }] },
      'at triples[0].relation',
    ],
    [
      'a delimiter of Parquet',
      { ...TABLE, format: 'parquet', triples: [{ ...TABLE.triples[0], delimiter: ';' }] },
      'at triples[0].delimiter',
    ],
    ['no triples', { ...TABLE, triples: [] }, 'at triples'],
    ['a long delimiter', { ...TABLE, triples: [{ ...TABLE.triples[0], delimiter: ';;' }] }, 'at triples[0].delimiter'],
    [
      'an order without tail',
      { format: 'triples', files: [{ file: 'a', order: ['head', 'relation'] }] },
      'at files[0].order',
    ],
    ['a list', [], 'an object with keys'],
    ['nothing', null, 'an object with keys'],
    ['a number', { ...TABLE, format: 'triples', files: [{ file: 3 }] }, 'at files[0].file'],
    [
      'records without by',
      {
        format: 'turtle',
        file: 'a',
        subject: { from: 'record', type: 't' },
        predicates: 'all',
        objectTypes: 'predicate',
      },
      'at subject.by',
    ],
    [
      'no predicates',
      { format: 'turtle', file: 'a', subject: { from: 'subject' }, objectTypes: 'rdf:type' },
      'at predicates',
    ],
  ])('refuses %s with its place', (_, value, expected) => {
    expect(problemOf(value)).toContain(expected);
  });
});
