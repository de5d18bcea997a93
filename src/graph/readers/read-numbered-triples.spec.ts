import { describe, expect, it } from 'vitest';
import { entitiesOf, errorsOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';

const OPENKE = {
  format: 'numbered-triples',
  style: 'openke',
  entities: 'entity2id.txt',
  relations: 'relation2id.txt',
  files: ['train2id.txt'],
};
const OPENKE_LISTS = { 'entity2id.txt': '3\na b\t1\nc\t0\nd\t2\n', 'relation2id.txt': '2\nr\t0\ns\t1\n' };
const DGL = {
  ...OPENKE,
  style: 'dgl-ke',
  entities: 'entities.dict',
  relations: 'relations.dict',
  files: ['train.tsv'],
};
const DGL_LISTS = { 'entities.dict': '0\tc\n1\ta b\n2\td\n', 'relations.dict': '0\tr\n1\ts\n' };
const PYKEEN = {
  ...OPENKE,
  style: 'pykeen',
  entities: 'entity_to_id.tsv',
  relations: 'relation_to_id.tsv',
  files: ['t.tsv'],
};
const PYKEEN_LISTS = {
  'entity_to_id.tsv': 'id\tlabel\n1\t"a ""b"""\n0\tc\n',
  'relation_to_id.tsv': 'id\tlabel\n0\tr\n',
};

describe('readNumberedTripleFiles', () => {
  it("reads OpenKE's order of columns: head, tail, relation", async () => {
    const rows = await rowsOf(OPENKE, { ...OPENKE_LISTS, 'train2id.txt': '2\n0 1 0\n1\t2\t1\n' });
    expect(entitiesOf(rows).map(({ key }) => key)).toEqual(['c', 'a b', 'd']);
    expect(triplesOf(rows)).toEqual(['c r a b', 'a b s d']);
    expect(errorsOf(rows)).toEqual([]);
  });

  it("reads DGL-KE's orders", async () => {
    const files = { ...DGL_LISTS, 'train.tsv': '0\t0\t1\n1\t1\t2\n' };
    expect(triplesOf(await rowsOf(DGL, files))).toEqual(['c r a b', 'a b s d']);
    const swapped = await rowsOf({ ...DGL, order: ['tail', 'relation', 'head'] }, files);
    expect(triplesOf(swapped)).toEqual(['a b r c', 'd s a b']);
  });

  it("reads LibKGE's lists, and PyKEEN's with their headers and quotes", async () => {
    const libKge = { style: 'libkge', entities: 'entity_ids.del', relations: 'relation_ids.del', files: ['train.del'] };
    const lists = { 'entity_ids.del': DGL_LISTS['entities.dict'], 'relation_ids.del': DGL_LISTS['relations.dict'] };
    const rows = await rowsOf({ ...OPENKE, ...libKge }, { ...lists, 'train.del': '0\t0\t1\n' });
    expect(triplesOf(rows)).toEqual(['c r a b']);
    const headed = await rowsOf(PYKEEN, { ...PYKEEN_LISTS, 't.tsv': 'head\trelation\ttail\n0\t0\t1\n1\t0\t9\n' });
    expect(triplesOf(headed)).toEqual(['c r a "b"']);
    expect(errorsOf(headed)).toEqual(['3 graph.row-dangling']);
    const bare = await rowsOf(PYKEEN, { ...PYKEEN_LISTS, 't.tsv': '0\t0\t1\n' });
    expect(errorsOf(bare)).toEqual(['1 graph.row-malformed']);
  });

  it('tells of a wrong count, unknown numbers and lines that are no triple', async () => {
    const rows = await rowsOf(OPENKE, { ...OPENKE_LISTS, 'train2id.txt': '7\n0 1 0\n0 3 0\n0 1 2\n0 1\n\nx y z\n' });
    expect(errorsOf(rows)).toEqual([
      '3 graph.row-dangling',
      '4 graph.row-dangling',
      '5 graph.row-malformed',
      '7 graph.row-malformed',
      '1 graph.row-malformed',
    ]);
    expect(triplesOf(rows)).toHaveLength(1);
  });

  it.each([
    ['an id that is missing', { ...DGL_LISTS, 'entities.dict': '0\tc\n2\td\n' }, 'formats.id-list'],
    ['a list without its header', { ...PYKEEN_LISTS, 'entity_to_id.tsv': '0\tc\n' }, 'formats.id-list', PYKEEN],
    ['no triples', { ...DGL_LISTS, 'train.tsv': '' }, 'graph.empty-file'],
  ])('refuses %s', async (_, files, code, mapping = DGL) => {
    await expect(rowsOf(mapping, { 'train.tsv': '0 0 1', ...files })).rejects.toMatchObject({ code });
  });

  it('refuses an order that leaves a column out', async () => {
    await expect(rowsOf({ ...DGL, order: ['head', 'tail', 'tail'] }, {})).rejects.toMatchObject({
      code: 'graph.mapping',
    });
  });
});
