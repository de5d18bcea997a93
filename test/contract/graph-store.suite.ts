/**
 * What every graph store does. A store's spec calls this with a factory of empty stores.
 */
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MedgraftError } from '../../src/base/errors.js';
import type { EntityRecord, GraphStore, TripleRecord } from '../../src/graph/graph-store.js';

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

export function describeGraphStore(name: string, makeEmpty: () => Promise<GraphStore>): void {
  describe(`graph store: ${name}`, () => {
    let store: GraphStore;
    beforeEach(async () => {
      store = await makeEmpty();
    });
    afterEach(() => store.close());

    async function fill(): Promise<void> {
      await store.putEntities(ENTITIES);
      await store.putTriples(TRIPLES);
      await store.finish();
    }

    it('counts and gives back what was put', async () => {
      await fill();
      expect(await store.counts()).toEqual({ entities: 6, triples: 7, relations: 3, types: 3 });
      expect(await store.entity('D1')).toEqual(ENTITIES[0]);
      expect(await store.entity('D2')).toEqual(ENTITIES[2]);
      expect((await store.entity('__proto__'))?.aliases).toEqual(['"', '\\']);
      expect(await store.entity('nobody')).toBeUndefined();
    });

    it('gives entities by key and triples by (head, relation, tail), in the order of code points', async () => {
      await fill();
      const keys = ['D1', 'D2', 'S1', '__proto__', '\uFF21', '\u{20BB7}'];
      expect((await collect(store.entities())).map(({ key }) => key)).toEqual(keys);
      expect(await collect(store.triples())).toEqual([2, 0, 3, 1, 4, 6, 5].map((i) => TRIPLES[i]));
    });

    it('answers neighbours: outgoing first, then by relation and key, no more than asked for', async () => {
      await fill();
      const found = await store.neighbours('D2', 10);
      expect(found.map(({ direction, relation, key }) => [direction, relation, key])).toEqual([
        [1, '并发症', 'D2'],
        [1, '有症状', 'S1'],
        [-1, '并发症', 'D1'],
        [-1, '并发症', 'D2'],
      ]);
      expect(found[2]).toMatchObject({ name: '高血压', weight: 2 });
      expect(found[0].weight).toBe(1);
      expect(await store.neighbours('D2', 3)).toEqual(found.slice(0, 3));
      expect(await store.neighbours('D2', 1)).toEqual(found.slice(0, 1));
      expect(await store.neighbours('nobody', 5)).toEqual([]);
    });

    it('merges a repeated key: types, aliases and names are united, name and main type stay', async () => {
      const again = {
        key: 'D1',
        name: '高血压病',
        types: ['体征', '疾病'],
        aliases: ['HTN', 'EH'],
        properties: { icd: 'I15' },
      };
      for (const batches of [[[ENTITIES[0]], [again]], [[ENTITIES[0], again]]]) {
        await store.clear();
        for (const batch of batches) await store.putEntities(batch);
        expect(await store.entity('D1')).toEqual({
          key: 'D1',
          name: '高血压',
          types: ['疾病', '体征'],
          aliases: ['EH', 'HTN', '血压高', '高血压病'],
          properties: { chronic: true, icd: 'I15' },
        });
      }
    });

    it('keeps the last weight of a repeated triple, within a batch and across', async () => {
      await store.putEntities(ENTITIES);
      const weighted = (weight?: number) => ({ ...TRIPLES[0], weight });
      await store.putTriples([weighted(1), weighted(5), weighted(3)]);
      expect((await collect(store.triples()))[0].weight).toBe(3);
      await store.putTriples([weighted(0.25)]);
      expect(await collect(store.triples())).toEqual([weighted(0.25)]);
    });

    it('refuses a batch with a dangling end as a whole, and names the triple', async () => {
      await store.putEntities(ENTITIES);
      const bad = { head: 'D1', relation: 'r', tail: 'nowhere' };
      const failure = await store.putTriples([TRIPLES[0], bad]).catch((error: unknown) => error);
      expect(failure).toBeInstanceOf(MedgraftError);
      expect(failure).toMatchObject({ code: 'graph.dangling', details: { got: 'nowhere' } });
      expect((await store.counts()).triples).toBe(0);
    });

    it('has one content hash for one graph, in any order and in any batches', async () => {
      await fill();
      const hash = await store.contentHash();
      expect(hash).toMatch(/^[0-9a-f]{64}$/);
      await store.clear();
      expect(await store.contentHash()).not.toBe(hash);
      for (const entity of [...ENTITIES].reverse()) await store.putEntities([entity]);
      await store.putEntities([ENTITIES[1]]);
      for (const triple of [...TRIPLES].reverse()) await store.putTriples([triple]);
      await store.finish();
      expect(await store.contentHash()).toBe(hash);
      await store.putTriples([{ ...TRIPLES[0], weight: 0.2 }]);
      expect(await store.contentHash()).not.toBe(hash);
    });

    it('takes empty batches and is empty after clear', async () => {
      await store.putEntities([]);
      await store.putTriples([]);
      await fill();
      await store.clear();
      expect(await store.counts()).toEqual({ entities: 0, triples: 0, relations: 0, types: 0 });
    });

    it('holds more entities than a block', async () => {
      const many = Array.from({ length: 12_001 }, (_, i) => ({
        key: `k${i}`,
        name: `n${i}`,
        types: ['t'],
        aliases: [],
      }));
      await store.putEntities(many);
      await store.putTriples(many.map(({ key }, i) => ({ head: key, relation: 'next', tail: `k${(i * 7) % 12_001}` })));
      await store.finish();
      const keys = (await collect(store.entities())).map(({ key }) => key);
      expect(keys).toEqual(many.map(({ key }) => key).sort());
      expect((await collect(store.triples())).map(({ head }) => head)).toEqual(keys);
    });
  });
}
