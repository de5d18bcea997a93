import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from './graph-builder.js';
import { sourcesOfEdge, sourcesOfEntity, triplesOf } from './graph-content.js';
import type { EntityRecord, TripleRecord } from './graph-store.js';
import { hashContent } from './store/graph-hash.js';

const KEYS = ['a', 'b', 'c', '__proto__', '\u{20BB7}', '\uFF21'];
const key = fc.constantFrom(...KEYS);
const text = fc.constantFrom('x', 'y', 'z');
const entity: fc.Arbitrary<EntityRecord> = fc.record({
  key,
  name: text,
  types: fc.array(text, { maxLength: 2 }),
  aliases: fc.array(text, { maxLength: 2 }),
  properties: fc.dictionary(text, fc.oneof(text, fc.integer()), { maxKeys: 2 }),
});
const triple: fc.Arbitrary<TripleRecord> = fc.record({
  head: key,
  relation: fc.constantFrom('r', 'q', '__proto__'),
  tail: key,
  weight: fc.constantFrom(0.5, 1, 2),
});
const PLAIN: EntityRecord[] = KEYS.map((k) => ({ key: k, name: k, types: [], aliases: [] }));

function build(entities: readonly EntityRecord[], triples: readonly TripleRecord[]) {
  const builder = new GraphBuilder();
  builder.beginSource({ name: 'one' });
  for (const record of entities) builder.addEntity(record);
  for (const record of triples) builder.addTriple(record);
  return builder.finish();
}

describe('GraphBuilder', () => {
  it('makes one graph of the same rows in any order and with any repeats', () => {
    const rows = fc.tuple(fc.array(entity), fc.array(triple)).chain(([entities, triples]) =>
      fc.record({
        entities: fc.constant([...PLAIN, ...entities]),
        triples: fc.constant(triples),
        shuffledEntities: fc.shuffledSubarray([...PLAIN, ...entities], { minLength: PLAIN.length + entities.length }),
        shuffledTriples: fc.shuffledSubarray(triples, { minLength: triples.length }),
      }),
    );
    fc.assert(
      fc.property(rows, ({ entities, triples, shuffledEntities, shuffledTriples }) => {
        const hash = hashContent(build(entities, triples));
        expect(hashContent(build([...shuffledEntities, ...entities], [...shuffledTriples, ...triples]))).toBe(hash);
      }),
    );
  });

  it('is without a source as if that had never told anything', () => {
    fc.assert(
      fc.property(fc.array(entity), fc.array(triple), fc.array(entity), fc.array(triple), (e1, t1, e2, t2) => {
        const builder = new GraphBuilder();
        const tell = (name: string, entities: EntityRecord[], triples: TripleRecord[]) => {
          builder.beginSource({ name });
          for (const record of [...PLAIN, ...entities]) builder.addEntity(record);
          for (const record of triples) builder.addTriple(record);
        };
        tell('one', e1, t1);
        tell('two', e2, t2);
        const both = builder.finish();
        expect(hashContent(both)).toBe(hashContent(build([...PLAIN, ...e2, ...e1], [...t1, ...t2])));
        const told = [...triplesOf(both, 0, both.snapshot.tripleCount)].map(({ head, relation, tail }) =>
          [t1, t2].flatMap((list, source) =>
            list.some((t) => t.head === head && t.relation === relation && t.tail === tail) ? [source] : [],
          ),
        );
        expect(told.map((_, i) => sourcesOfEdge(both, i))).toEqual(told);
        expect(builder.removeSource('one')).toBe(true);
        expect(hashContent(builder.finish())).toBe(hashContent(build([...PLAIN, ...e2], t2)));
      }),
    );
  });

  it('leaves out triples whose ends only a removed source told of', () => {
    const builder = new GraphBuilder();
    builder.beginSource({ name: 'one' });
    builder.addEntity(PLAIN[0]);
    builder.beginSource({ name: 'two' });
    builder.addEntity(PLAIN[1]);
    builder.addEntity(PLAIN[2]);
    builder.addTriple({ head: 'a', relation: 'r', tail: 'b' });
    builder.addTriple({ head: 'b', relation: 'q', tail: 'c' });
    expect(sourcesOfEntity(builder.finish(), 0)).toEqual([0]);
    builder.removeSource('one');
    const { snapshot, parts } = builder.finish();
    expect(parts).toBeUndefined();
    expect([snapshot.entityCount, snapshot.tripleCount, snapshot.relationCount]).toEqual([2, 1, 1]);
    expect(snapshot.relationNames.at(0)).toBe('q');
  });

  it('tells the end of a triple that nobody told of, also when somebody once did', () => {
    const builder = new GraphBuilder();
    builder.beginSource({ name: 'gone' });
    builder.addEntity(PLAIN[1]);
    builder.beginSource({ name: 'here' });
    builder.addEntity(PLAIN[0]);
    expect(builder.addTriple({ head: 'a', relation: 'r', tail: 'nowhere' })).toBe('nowhere');
    expect(builder.addTriple({ head: 'b', relation: 'r', tail: 'a' })).toBeUndefined();
    builder.removeSource('gone');
    builder.beginSource({ name: 'here' });
    expect(builder.has('b')).toBe(false);
    expect(builder.addTriple({ head: 'b', relation: 'r', tail: 'a' })).toBe('b');
    builder.addEntity(PLAIN[1]);
    expect(builder.addTriple({ head: 'b', relation: 'r', tail: 'a' })).toBeUndefined();
  });
});
