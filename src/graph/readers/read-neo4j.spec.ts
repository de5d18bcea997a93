import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { entitiesOf, errorsOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';

const MAPPING = {
  format: 'neo4j',
  nodes: [{ files: ['nodes.csv'] }],
  relationships: [{ files: ['edges.csv'] }],
};
const EDGES = ':START_ID,:END_ID,:TYPE\na,b,r\n';

describe('readNeo4j', () => {
  it('reads headers of their own, several files, and packed ones', async () => {
    const rows = await rowsOf(
      {
        ...MAPPING,
        nodes: [{ header: 'h.csv', files: ['n1.csv', 'n2.csv.gz'], labels: ['T'] }],
        relationships: [{ files: ['edges.csv'], type: 'r' }],
      },
      {
        'h.csv': 'key:ID,name,aliases:string[],:LABEL,n:int\n',
        'n1.csv': 'a,甲,"x;y",A;B,1\n',
        'n2.csv.gz': gzipSync('b,,,,\n'),
        'edges.csv': ':START_ID,:END_ID,:TYPE,weight:double,other\na,b,,0.5,x\nb,a,s,,\n',
      },
    );
    expect(entitiesOf(rows)).toEqual([
      { key: 'a', name: '甲', types: ['A', 'B', 'T'], aliases: ['x', 'y'], properties: { key: 'a', n: 1 } },
      { key: 'b', name: 'b', types: ['T'], aliases: [], properties: { key: 'b' } },
    ]);
    expect(triplesOf(rows)).toEqual(['a r b 0.5', 'b s a']);
  });

  it('keeps equal ids of two spaces apart, or joins them when told to', async () => {
    const files = {
      'nodes.csv': ':ID(x)\n1\n2\n',
      'edges.csv': ':START_ID(x),:END_ID(y),:TYPE\n1,2,r\n',
    };
    expect(triplesOf(await rowsOf(MAPPING, files))).toEqual(['x:1 r y:2']);
    expect(triplesOf(await rowsOf({ ...MAPPING, idSpaces: 'ignore' }, files))).toEqual(['1 r 2']);
  });

  it('tells of bad rows with their place, and keeps a node whose property is wrong', async () => {
    const rows = await rowsOf(MAPPING, {
      'nodes.csv': ':ID,n:int\na,x\n,1\nb\n"c',
      'edges.csv': ':START_ID,:END_ID,:TYPE,weight:double\na,a,,\na,a,r,-1\na,a,r,1,2\n',
    });
    expect(errorsOf(rows)).toEqual([
      '2 graph.row-property',
      '3 graph.row-empty',
      '4 graph.row-malformed',
      '5 graph.row-malformed',
      '2 graph.row-empty',
      '3 graph.row-weight',
      '4 graph.row-malformed',
    ]);
    expect(entitiesOf(rows)).toEqual([{ key: 'a', name: 'a', types: [], aliases: [] }]);
  });

  it('reads other signs, and cells escaped against spreadsheets', async () => {
    const mapping = { ...MAPPING, delimiter: '|', arrayDelimiter: ',', quote: "'", escapedFormulas: true };
    const rows = await rowsOf(mapping, {
      'nodes.csv': ":ID|p:string[]\n'''=a'|x,y\n",
      'edges.csv': ":START_ID|:END_ID|:TYPE\n'''=a'|'''=a'|r\n",
    });
    expect(entitiesOf(rows)).toMatchObject([{ key: '=a', properties: { p: ['x', 'y'] } }]);
    expect(triplesOf(rows)).toEqual(['=a r =a']);
  });

  it.each([
    ['a header without ends', { 'nodes.csv': ':ID\na\n', 'edges.csv': 'a,b\n' }, 'formats.neo4j-header'],
    ['an empty file', { 'nodes.csv': '', 'edges.csv': EDGES }, 'graph.empty-file'],
  ])('refuses %s', async (_, files, code) => {
    await expect(rowsOf(MAPPING, files)).rejects.toMatchObject({ code });
  });
});
