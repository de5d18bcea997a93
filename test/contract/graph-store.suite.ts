/**
 * What every graph store does. A store's spec calls this with a function that puts a content into a new store.
 */
import { describe, expect, it } from 'vitest';
import { GraphBuilder } from '../../src/graph/graph-builder.js';
import type { GraphContent } from '../../src/graph/graph-content.js';
import type { EntityRecord, GraphStore, TripleRecord } from '../../src/graph/graph-store.js';
import { hashContent, hashGraph } from '../../src/graph/store/graph-hash.js';

const ENTITIES: EntityRecord[] = [
  { key: 'D1', name: '高血压', types: ['疾病'], aliases: ['HTN', '血压高'], properties: { icd: 'I10', chronic: true } },
  { key: 'S1', name: '头晕', types: ['症状'], aliases: [] },
  { key: 'D2', name: '2型糖尿病', types: ['疾病', '代谢病'], aliases: ['T2DM'] },
  { key: '__proto__', name: "罗伯特'); DROP TABLE", types: [], aliases: ['"', '\\'] },
  { key: '\u{20BB7}', name: '\u{20BB7}野病', types: ['疾病'], aliases: [] },
  { key: '\uFF21', name: 'Ａ', types: ['疾病'], aliases: [] },
];

const TRIPLES: TripleRecord[] = [
  { head: 'D1', relation: '有症状', tail: 'S1', weight: 0.1 },
  { head: 'D2', relation: '有症状', tail: 'S1' },
  { head: 'D1', relation: '并发症', tail: 'D2', weight: 2 },
  { head: 'D2', relation: '并发症', tail: 'D2' },
  { head: '__proto__', relation: 'constructor', tail: 'D1' },
  { head: '\u{20BB7}', relation: '有症状', tail: 'S1' },
  { head: '\uFF21', relation: '有症状', tail: 'S1' },
];

async function collect<T>(blocks: AsyncIterable<T[]>): Promise<T[]> {
  const all: T[] = [];
  for await (const block of blocks) all.push(...block);
  return all;
}

function contentOf(entities: EntityRecord[], triples: TripleRecord[]): GraphContent {
  const builder = new GraphBuilder();
  builder.beginSource({ name: 'one', licence: 'CC0', origin: 'written here' });
  for (const entity of entities) builder.addEntity(entity);
  for (const triple of triples) builder.addTriple(triple);
  return builder.finish();
}

/** @param store puts a content into an empty store and opens it */
export function describeGraphStore(name: string, store: (content: GraphContent) => Promise<GraphStore>): void {
  describe(`graph store: ${name}`, () => {
    async function withStore(content: GraphContent, use: (opened: GraphStore) => Promise<void>): Promise<void> {
      const opened = await store(content);
      try {
        await use(opened);
      } finally {
        await opened.close();
      }
    }

    it('counts and gives back what was put', () =>
      withStore(contentOf(ENTITIES, TRIPLES), async (opened) => {
        expect(await opened.counts()).toEqual({ entities: 6, triples: 7, relations: 3, types: 3 });
        expect(await opened.entity('D1')).toEqual(ENTITIES[0]);
        expect(await opened.entity('D2')).toEqual(ENTITIES[2]);
        expect((await opened.entity('__proto__'))?.aliases).toEqual(['"', '\\']);
        expect(await opened.entity('nobody')).toBeUndefined();
      }));

    it('keeps properties of every type', () => {
      const properties = {
        a: 'x',
        b: 1.5,
        c: true,
        d: ['p', 'q'],
        e: [1, 2],
        ['__proto__']: 'data',
        key: 'k',
        name: 'n',
      };
      const entity = { ...ENTITIES[1], properties };
      return withStore(contentOf([entity, ENTITIES[0]], TRIPLES.slice(0, 1)), async (opened) => {
        expect((await opened.entity('S1'))?.properties).toEqual(properties);
      });
    });

    it('gives entities by key and triples by (head, relation, tail), in the order of code points', () =>
      withStore(contentOf([...ENTITIES].reverse(), TRIPLES), async (opened) => {
        const keys = ['D1', 'D2', 'S1', '__proto__', '\uFF21', '\u{20BB7}'];
        expect((await collect(opened.entities())).map(({ key }) => key)).toEqual(keys);
        expect(await collect(opened.triples())).toEqual([2, 0, 3, 1, 4, 6, 5].map((i) => TRIPLES[i]));
      }));

    it('answers neighbours: outgoing first, then by relation and key, no more than asked for', () =>
      withStore(contentOf(ENTITIES, TRIPLES), async (opened) => {
        const found = await opened.neighbours('D2', 10);
        expect(found.map(({ direction, relation, key }) => [direction, relation, key])).toEqual([
          [1, '并发症', 'D2'],
          [1, '有症状', 'S1'],
          [-1, '并发症', 'D1'],
          [-1, '并发症', 'D2'],
        ]);
        expect(found[2]).toMatchObject({ name: '高血压', weight: 2 });
        expect(found[0].weight).toBe(1);
        expect(await opened.neighbours('D2', 3)).toEqual(found.slice(0, 3));
        expect(await opened.neighbours('D2', 1)).toEqual(found.slice(0, 1));
        expect(await opened.neighbours('nobody', 5)).toEqual([]);
      }));

    it('tells its sources, and which of them know an entity', async () => {
      const builder = new GraphBuilder();
      builder.beginSource({ name: 'one', licence: 'CC0', origin: 'written here' });
      for (const entity of ENTITIES.slice(0, 2)) builder.addEntity(entity);
      builder.addTriple(TRIPLES[0]);
      builder.beginSource({ name: 'two' });
      for (const entity of ENTITIES.slice(0, 3)) builder.addEntity(entity);
      builder.addTriple(TRIPLES[2]);
      await withStore(builder.finish(), async (opened) => {
        expect(await opened.sources()).toEqual([
          { name: 'one', licence: 'CC0', origin: 'written here' },
          { name: 'two' },
        ]);
        expect(await opened.sourcesOf('D1')).toEqual(['one', 'two']);
        expect(await opened.sourcesOf('D2')).toEqual(['two']);
        expect(await opened.sourcesOf('nobody')).toEqual([]);
        const keysOf = (records: EntityRecord[]) => records.map(({ key }) => key);
        expect(keysOf(await collect(opened.entitiesOfSource(0)))).toEqual(['D1', 'S1']);
        expect(keysOf(await collect(opened.entitiesOfSource(1)))).toEqual(['D1', 'D2', 'S1']);
        expect(await collect(opened.triplesOfSource(0))).toEqual([TRIPLES[0]]);
        expect(await collect(opened.triplesOfSource(1))).toEqual([TRIPLES[2]]);
      });
      await withStore(contentOf(ENTITIES, TRIPLES), async (opened) => {
        expect(await opened.sourcesOf('D1')).toEqual(['one']);
        expect(await opened.sourcesOf('nobody')).toEqual([]);
      });
    });

    it("keeps each source's own part where they differ", async () => {
      const first: EntityRecord = {
        key: 'D1',
        name: '高血压',
        types: ['病'],
        aliases: ['a'],
        properties: { icd: 'I10' },
      };
      const second: EntityRecord = {
        key: 'D1',
        name: '高血压病',
        types: ['疾病'],
        aliases: [],
        properties: { x: [1.5] },
      };
      const builder = new GraphBuilder();
      builder.beginSource({ name: 'one' });
      for (const entity of [first, ENTITIES[1]]) builder.addEntity(entity);
      builder.addTriple({ ...TRIPLES[0], weight: 2 });
      builder.beginSource({ name: 'two' });
      for (const entity of [second, ENTITIES[1]]) builder.addEntity(entity);
      builder.addTriple({ ...TRIPLES[0], weight: 0.5 });
      await withStore(builder.finish(), async (opened) => {
        expect(await collect(opened.entitiesOfSource(0))).toEqual([first, ENTITIES[1]]);
        expect(await collect(opened.entitiesOfSource(1))).toEqual([second, ENTITIES[1]]);
        expect((await collect(opened.triplesOfSource(0)))[0].weight).toBe(2);
        expect((await collect(opened.triplesOfSource(1)))[0].weight).toBe(0.5);
        expect((await collect(opened.triples()))[0].weight).toBe(2);
        expect((await opened.entity('D1'))?.types).toEqual(['疾病', '病']);
      });
    });

    it('has the content hash of what was put', async () => {
      const content = contentOf(ENTITIES, TRIPLES);
      const other = contentOf(ENTITIES, [...TRIPLES.slice(1), { ...TRIPLES[0], weight: 0.2 }]);
      expect(hashContent(other)).not.toBe(hashContent(content));
      for (const put of [content, other]) {
        await withStore(put, async (opened) => {
          expect(await hashGraph(opened.entities(), opened.triples())).toBe(hashContent(put));
        });
      }
    });

    it('holds more entities than a block', () => {
      const many = Array.from({ length: 12_001 }, (_, i) => ({
        key: `k${i}`,
        name: `n${i}`,
        types: ['t'],
        aliases: [],
      }));
      const next = many.map(({ key }, i) => ({ head: key, relation: 'next', tail: `k${(i * 7) % 12_001}` }));
      return withStore(contentOf(many, next), async (opened) => {
        const keys = (await collect(opened.entities())).map(({ key }) => key);
        expect(keys).toEqual(many.map(({ key }) => key).sort());
        expect((await collect(opened.triples())).map(({ head }) => head)).toEqual(keys);
      });
    });
  });
}
