import { describe, expect, it } from 'vitest';
import { RowCheck } from './check-rows.js';
import type { EntityRecord } from './graph-store.js';
import type { SourceRow } from './readers/source-row.js';

let line = 0;
const place = () => ({ file: 'f', line: ++line });
const entity = (key: string, rest: Partial<EntityRecord> = {}): SourceRow => ({
  kind: 'entity',
  entity: { key, name: key, types: ['T'], aliases: [], ...rest },
  ...place(),
});
const triple = (head: string, relation: string, tail: string): SourceRow => ({
  kind: 'triple',
  triple: { head, relation, tail },
  ...place(),
});

function reportOf(rows: SourceRow[], options = { shown: 2, hubShare: 0.5 }) {
  const check = new RowCheck(options);
  const kept = rows.filter((row) => check.add(row)).length;
  return { kept, ...check.finish() };
}
const findingsOf = (rows: SourceRow[]) =>
  Object.fromEntries(reportOf(rows).findings.map(({ kind, count }) => [kind, count]));

describe('RowCheck', () => {
  it('finds nothing in a clean source', () => {
    const { findings, errors, warnings, ...counts } = reportOf([entity('a'), entity('b'), triple('a', 'r', 'b')]);
    expect([findings, errors, warnings]).toEqual([[], 0, 0]);
    expect(counts).toEqual({
      kept: 3,
      rows: 3,
      entities: 2,
      triples: 1,
      types: [{ name: 'T', count: 2 }],
      relations: [{ name: 'r', count: 1 }],
    });
  });

  it.each<[string, SourceRow[], Record<string, number>]>([
    ['bad rows', [{ kind: 'error', file: 'f', line: 1, code: 'c', reason: 'r' }], { 'bad-row': 1 }],
    ['dangling ends', [entity('a'), triple('a', 'r', 'x'), triple('y', 'r', 'a')], { dangling: 2, isolated: 1 }],
    ['repeats', [entity('a'), entity('b'), triple('a', 'r', 'b'), triple('a', 'r', 'b')], { 'repeated-triple': 1 }],
    ['self-loops', [entity('a'), triple('a', 'r', 'a')], { 'self-loop': 1 }],
    ['repeated entities', [entity('a'), entity('a')], { 'repeated-entity': 1, isolated: 1 }],
    [
      'clashes',
      [entity('a'), entity('a', { types: ['U'], name: 'n' })],
      { 'type-clash': 1, 'other-name': 1, isolated: 1 },
    ],
    ['several types', [entity('a', { types: ['T', 'U'] })], { 'several-types': 1, isolated: 1 }],
    ['names of several', [entity('a'), entity('b', { aliases: ['a'] })], { 'ambiguous-name': 1, isolated: 2 }],
    ['one name told twice', [entity('a', { name: 'n', aliases: ['n'] })], { isolated: 1 }],
    ['look-alikes', [entity('Ａ'), entity('A'), entity('①', { aliases: ['1'] })], { 'look-alike': 1, isolated: 3 }],
    ['look-alikes without a plain form', [entity('Ａb'), entity('Aｂ')], { 'look-alike': 1, isolated: 2 }],
  ])('finds %s', (_, rows, counts) => {
    expect(findingsOf(rows)).toEqual(counts);
  });

  it('finds hubs, the greatest first', () => {
    const leaves = Array.from({ length: 90 }, (_, i) => `leaf ${i}`);
    const rows = [entity('hub'), entity('less'), ...leaves.map((leaf) => entity(leaf))];
    rows.push(
      ...leaves.map((leaf) => triple('hub', 'r', leaf)),
      ...leaves.slice(0, 50).map((l) => triple(l, 's', 'less')),
    );
    const { findings } = reportOf(rows, { shown: 5, hubShare: 0.3 });
    expect(findings).toMatchObject([{ kind: 'hub', severity: 'warning', count: 2 }]);
    expect(findings[0].examples[0].message).toBe('hub (hub) is in 90 triples, 64.3 % of all');
  });

  it('counts all, and shows the first with their places', () => {
    line = 0;
    const rows = [entity('a'), ...Array.from({ length: 9 }, () => triple('a', 'r', 'x'))];
    const { findings, errors, kept } = reportOf(rows);
    expect([errors, kept]).toEqual([9, 1]);
    expect(findings[0]).toEqual({
      kind: 'dangling',
      severity: 'error',
      count: 9,
      examples: [2, 3].map((number) => ({ file: 'f', line: number, message: 'there is no entity x' })),
    });
  });
});
