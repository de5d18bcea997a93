import { describe, expect, it } from 'vitest';
import { entitiesOf, errorsOf, type Files, rowsOf, triplesOf } from '../../../test/support/rows-of-source.js';
import { MemorySink } from '../../formats/byte-sink.js';
import { type PickleInputValue, PickleTuple, writePickle } from '../../formats/pickle-writer.js';

async function pickled(value: PickleInputValue): Promise<Uint8Array> {
  const sink = new MemorySink();
  await writePickle(sink, value);
  return sink.bytes();
}

const pairs = (...items: [PickleInputValue, PickleInputValue][]) => items.map((pair) => new PickleTuple(pair));
const OUT = new Map([
  ['a', pairs(['r', 'b'], ['s', 'c'])],
  ['c', pairs(['r', 'c'])],
]);
const IN = new Map([
  ['b', pairs(['r', 'a'])],
  ['c', pairs(['r', 'c'], ['s', 'a'])],
]);
const MAPPING = { format: 'reference', outgoing: 'out.pkl', type: 'other' };

async function read(over: object, files: Files = {}) {
  return rowsOf({ ...MAPPING, ...over }, { 'out.pkl': await pickled(OUT), ...files });
}

describe("the reference repository's files", () => {
  it('become entities and triples by the outgoing dictionary alone', async () => {
    const rows = await read({});
    expect(entitiesOf(rows).map(({ key, types }) => `${key} ${types}`)).toEqual(['a other', 'b other', 'c other']);
    expect(triplesOf(rows)).toEqual(['a r b', 'a s c', 'c r c']);
    expect(errorsOf(rows)).toEqual([]);
  });

  it('agree when the dictionaries mirror each other and the lists are complete', async () => {
    const rows = await read(
      { incoming: 'in.pkl', types: 't.pkl', entities: 'e.txt', relations: 'r.txt', ranks: 'p.json' },
      {
        'in.pkl': await pickled(IN),
        't.pkl': await pickled(
          new Map<string, PickleInputValue>([
            ['a', '疾病'],
            ['b', 3],
          ]),
        ),
        'e.txt': '4\nd\t0\nc\t1\nb\t2\na\t3\n',
        'r.txt': '2\nr\t0\ns\t1\n',
        'p.json': '{"a": 0.5, "__proto__": 0.25}',
      },
    );
    expect(errorsOf(rows)).toEqual([]);
    expect(entitiesOf(rows)).toEqual([
      { key: 'd', name: 'd', types: ['other'], aliases: [] },
      { key: 'c', name: 'c', types: ['other'], aliases: [] },
      { key: 'b', name: 'b', types: ['3'], aliases: [] },
      { key: 'a', name: 'a', types: ['疾病'], aliases: [], properties: { pageRank: 0.5 } },
    ]);
  });

  it('list the edges that one dictionary has and the other lacks', async () => {
    const wrong = new Map([
      ['b', pairs(['s', 'a'])],
      ['c', pairs(['s', 'a'], ['r', 'c'])],
    ]);
    const rows = await read({ incoming: 'in.pkl' }, { 'in.pkl': await pickled(wrong) });
    const reasons = rows.flatMap((row) => (row.kind === 'error' ? [row.reason] : []));
    expect(errorsOf(rows)).toEqual(['1 graph.row-not-mirrored', '1 graph.row-not-mirrored']);
    expect(reasons[0]).toContain('a has (r, b)');
    expect(reasons[1]).toContain('b has (s, a)');
    expect(triplesOf(rows)).toHaveLength(3);
  });

  it('list names that the id lists lack, and take relations by id', async () => {
    const byId = new Map([['a', pairs([1, 'b'], [7, 'b'])]]);
    const rows = await read(
      { entities: 'e.txt', relations: 'r.txt' },
      { 'out.pkl': await pickled(byId), 'e.txt': '1\na\t0\n', 'r.txt': '2\nr\t0\ns\t1\n' },
    );
    expect(triplesOf(rows)).toEqual(['a s b']);
    expect(errorsOf(rows)).toEqual(['1 graph.row-malformed', '1 graph.row-not-listed']);
  });

  it('give malformed entries with their position, and go on', async () => {
    const odd = new Map<PickleInputValue, PickleInputValue>([
      [7, pairs(['r', 'b'])],
      ['x', 'r'],
      ['a', [new PickleTuple(['r']), 'rb', ...pairs(['r', 'b'], ['r', null], ['', 'b'])]],
    ]);
    const rows = await read(
      { types: 't.pkl' },
      {
        'out.pkl': await pickled(odd),
        't.pkl': await pickled(new Map<string, PickleInputValue>([['a', ['疾病']]])),
      },
    );
    expect(triplesOf(rows)).toEqual(['a r b']);
    expect(errorsOf(rows).sort()).toEqual([
      '1 graph.row-malformed',
      '1 graph.row-malformed',
      '2 graph.row-malformed',
      '3 graph.row-malformed',
      '3 graph.row-malformed',
      '3 graph.row-malformed',
      '3 graph.row-malformed',
    ]);
  });

  it.each([
    ['a pickle that is no dict', { 'out.pkl': Buffer.from('I7\n.') }, {}, 'graph.reference'],
    ['an empty dict', { 'out.pkl': Buffer.from('}.') }, {}, 'graph.empty-file'],
    ['a call', { 'out.pkl': Buffer.from("cos\nsystem\n(S'true'\ntR.") }, {}, 'formats.pickle-class'],
    ['types that are no dict', { 't.pkl': Buffer.from('].') }, { types: 't.pkl' }, 'graph.reference'],
    ['weights that are no object', { 'p.json': '[1]' }, { ranks: 'p.json' }, 'graph.reference'],
    ['weights that are no JSON', { 'p.json': '{' }, { ranks: 'p.json' }, 'graph.reference'],
    ['a list that miscounts', { 'e.txt': '3\na\t0\n' }, { entities: 'e.txt' }, 'formats.id-list'],
  ])('refuse %s', async (_, files, over, code) => {
    await expect(read(over, files as Files)).rejects.toMatchObject({ code });
  });
});
