import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { buildSnapshot } from './build-snapshot.js';
import type { GraphSnapshot } from './graph-snapshot.js';
import { type NameMatch, NameSearch } from './search-names.js';

const ALL = { from: 0, limit: Number.POSITIVE_INFINITY };

interface Named {
  name: string;
  aliases: string[];
}

function snapshotOf(entities: readonly Named[]): GraphSnapshot {
  const key = (i: number) => `k${String(i).padStart(4, '0')}`;
  return buildSnapshot(
    entities.map(({ name, aliases }, i) => ({ key: key(i), name, aliases, types: [] })),
    [],
  );
}

/** What a look at every name finds. */
function scan(snapshot: GraphSnapshot, ranks: Float64Array, query: string): string[] {
  const wanted = query.normalize('NFKC').toLowerCase();
  const found: { entity: number; kind: number }[] = [];
  for (let entity = 0; entity < snapshot.entityCount; entity++) {
    const texts = [snapshot.entityNames.at(entity)];
    for (let i = snapshot.aliasOffsets[entity]; i < snapshot.aliasOffsets[entity + 1]; i++)
      texts.push(snapshot.aliasTexts.at(i));
    const kinds = texts.map((text) => {
      const normalized = text.normalize('NFKC').toLowerCase();
      return normalized === wanted ? 0 : normalized.startsWith(wanted) ? 1 : normalized.includes(wanted) ? 2 : 3;
    });
    const kind = Math.min(...kinds);
    if (wanted !== '' && kind < 3) found.push({ entity, kind });
  }
  found.sort((a, b) => a.kind - b.kind || ranks[b.entity] - ranks[a.entity] || a.entity - b.entity);
  return found.map(({ entity, kind }) => `${entity} ${['exact', 'prefix', 'inside'][kind]}`);
}

const shown = (matches: NameMatch[]) => matches.map(({ entity, kind }) => `${entity} ${kind}`);

describe('NameSearch', () => {
  const entities = [
    { name: '糖尿病', aliases: ['DM', '消渴'] },
    { name: '2型糖尿病', aliases: ['T2DM'] },
    { name: '糖尿病肾病', aliases: [] },
    { name: '高血压', aliases: ['ＨＴＮ'] },
    { name: '病', aliases: [] },
  ];
  const snapshot = snapshotOf(entities);
  const ranks = Float64Array.of(0.1, 0.4, 0.2, 0.2, 0.1);
  const search = NameSearch.build(snapshot, ranks);

  it.each([
    ['糖尿病', ['0 exact', '2 prefix', '1 inside']],
    ['病', ['4 exact', '1 inside', '2 inside', '0 inside']],
    ['尿病', ['1 inside', '2 inside', '0 inside']],
    ['消渴', ['0 exact']],
    ['htn', ['3 exact']],
    ['dm', ['0 exact', '1 inside']],
    ['2 型', []],
    ['血糖', []],
  ])('answers %s by exact, prefix and inside, then rank', (query, expected) => {
    const { total, matches } = search.search(query, ALL);
    expect(shown(matches)).toEqual(expected);
    expect(total).toBe(expected.length);
  });

  it('says which alias matched', () => {
    const [{ alias }] = search.search('T2', ALL).matches;
    expect(snapshot.aliasTexts.at(alias ?? -1)).toBe('T2DM');
    expect(search.search('糖尿病', ALL).matches[0]).not.toHaveProperty('alias');
  });

  it('gives a page of what a condition accepts, and counts the rest', () => {
    const accepts = (entity: number) => entity !== 1;
    expect(search.search('病', { from: 1, limit: 1, accepts })).toEqual({
      total: 3,
      matches: [{ entity: 2, kind: 'inside' }],
    });
  });

  it('finds in drawn names exactly what a scan finds, in the same order', () => {
    const text = fc.string({
      unit: fc.constantFrom('病', '糖', '尿', 'A', 'a', 'Ａ', 'ﬁ', 'İ', ' ', '𠮷', '1'),
      maxLength: 6,
    });
    const named = fc.record({ name: text, aliases: fc.array(text, { maxLength: 2 }) });
    const graph = fc.array(fc.tuple(named, fc.nat(3)), { minLength: 1, maxLength: 40 });
    let found = 0;
    fc.assert(
      fc.property(graph, fc.array(text, { minLength: 5, maxLength: 5 }), (drawn, queries) => {
        const drawnSnapshot = snapshotOf(drawn.map(([entity]) => entity));
        const drawnRanks = Float64Array.from(drawn, ([, rank]) => rank);
        const drawnSearch = NameSearch.build(drawnSnapshot, drawnRanks);
        for (const query of queries) {
          const { total, matches } = drawnSearch.search(query, ALL);
          const expected = scan(drawnSnapshot, drawnRanks, query);
          expect(shown(matches)).toEqual(expected);
          expect(total).toBe(expected.length);
          found += total;
        }
      }),
      { numRuns: 300 },
    );
    expect(found).toBeGreaterThan(100);
  });
});
