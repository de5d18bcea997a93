import { describe, expect, it } from 'vitest';
import { entitiesOf, errorsOf, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';
import { MemorySink } from '../../formats/byte-sink.js';
import { type ParquetRow, writeParquetTable } from '../../formats/parquet-tables.js';

const MAPPING = {
  format: 'parquet',
  entities: [
    { file: 'n.parquet', columns: { id: 'id', name: 'name', aliases: 'also' }, type: 't', properties: ['code'] },
  ],
  triples: [{ file: 'e.parquet', columns: { head: 'h', relation: 'r', tail: 't', weight: 'w' } }],
};

async function parquet(names: string[], rows: ParquetRow[], numbers: string[] = []): Promise<Uint8Array> {
  const sink = new MemorySink();
  const columns = names.map((name) => ({
    name,
    type: numbers.includes(name) ? ('number' as const) : ('text' as const),
  }));
  await writeParquetTable(sink, columns, [rows]);
  return sink.bytes();
}

const nodes = (rows: ParquetRow[]) => parquet(['id', 'name', 'also', 'code'], rows, ['code']);
const edges = (rows: ParquetRow[]) => parquet(['h', 'r', 't', 'w'], rows, ['w']);
const NODES: ParquetRow[] = [
  ['a', '甲 ', 'x|y', 1.5],
  ['b', '乙', null, null],
];

describe('Parquet tables', () => {
  it('become entities and triples as other tables do', async () => {
    const rows = await rowsOf(MAPPING, {
      'n.parquet': await nodes(NODES),
      'e.parquet': await edges([
        ['a', 'r', 'b', 0.5],
        ['a', null, 'b', null],
        ['a', 's', 'b', -1],
        ['b', 's', 'a', null],
      ]),
    });
    expect(entitiesOf(rows)).toEqual([
      { key: 'a', name: '甲', types: ['t'], aliases: ['x', 'y'], properties: { code: '1.5' } },
      { key: 'b', name: '乙', types: ['t'], aliases: [] },
    ]);
    expect(triplesOf(rows)).toEqual(['a r b 0.5', 'b s a']);
    expect(errorsOf(rows)).toEqual(['2 graph.row-empty', '3 graph.row-weight']);
  });

  it.each([
    ['without rows', [], 'graph.empty-file'],
    ['without a column', undefined, 'graph.missing-column'],
  ])('%s are refused', async (_, rows, code) => {
    const files = {
      'n.parquet': rows === undefined ? await parquet(['id'], [['a']]) : await nodes(rows),
      'e.parquet': await edges([]),
    };
    await expect(rowsOf(MAPPING, files)).rejects.toMatchObject({ code });
  });
});
