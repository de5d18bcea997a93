import { describe, expect, it } from 'vitest';
import { drawTable, rowOf, tableOf } from '../../../test/support/neighbour-table.js';
import { type GroupingOptions, groupTargets } from './group-targets.js';
import { buildProposal } from './proposal.js';

const ENTITIES = 40;
const K = 6;
const table = drawTable(ENTITIES, K);
const types = Uint16Array.from({ length: ENTITIES }, (_, e) => e % 3);
const proposal = buildProposal(new Int32Array(ENTITIES), types, 3, 'uniform');
const OPTIONS: GroupingOptions = { groupSize: 4, maximumGroups: 1000, negatives: 5, seed: 1 };
const MENTIONS = Array.from({ length: 60 }, (_, i) => (i * 7) % ENTITIES);

function group(changes: Partial<GroupingOptions> = {}, batchNumber = 0, mentions = MENTIONS) {
  return groupTargets(mentions, table, types, proposal, { ...OPTIONS, ...changes }, batchNumber);
}

/** Targets as text, with repetitions, in order. */
const wanted = MENTIONS.flatMap((entity, mention) =>
  rowOf(table, entity).map((n) => `${mention} ${n.relation} ${n.direction} ${n.entity}`),
).sort();

describe('groupTargets', () => {
  it('puts each target once into a group of its relation, direction and type', () => {
    const { groups, dropped } = group();
    const found = groups.flatMap(({ relation, direction, type, mentions, entities }) => {
      for (const entity of entities) expect(types[entity]).toBe(type);
      return mentions.map((mention, i) => `${mention} ${relation} ${direction} ${entities[i]}`);
    });
    expect(found.sort()).toEqual(wanted);
    expect(dropped).toBe(0);
  });

  it('fills groups to their size, one that is not full a kind', () => {
    const { groups } = group();
    const unfinished = new Set<string>();
    for (const { relation, direction, type, mentions, entities } of groups) {
      expect(mentions.length).toBe(entities.length);
      expect(mentions.length).toBeGreaterThan(0);
      expect(mentions.length).toBeLessThanOrEqual(OPTIONS.groupSize);
      if (mentions.length === OPTIONS.groupSize) continue;
      const kind = `${relation} ${direction} ${type}`;
      expect(unfinished).not.toContain(kind);
      unfinished.add(kind);
    }
  });

  it('draws negatives of the type that was asked for, by batch, group and seed', () => {
    const { groups } = group();
    for (const { type, negatives } of groups) {
      expect(negatives.length).toBe(5);
      for (const entity of negatives) expect(types[entity]).toBe(type);
    }
    const negatives = (result: ReturnType<typeof group>) => result.groups.map((each) => [...each.negatives]);
    expect(negatives(group())).toEqual(negatives({ groups, dropped: 0 }));
    expect(negatives(group({}, 1))).not.toEqual(negatives(group()));
    expect(negatives(group({ seed: 2 }))).not.toEqual(negatives(group()));
    const ofOneType = groups.filter(({ type }) => type === 0).map((each) => String(each.negatives));
    expect(new Set(ofOneType).size).toBeGreaterThan(ofOneType.length / 2);
  });

  it('counts what finds no group, and goes on filling the open ones', () => {
    const { groups, dropped } = group({ maximumGroups: 5 });
    expect(groups.length).toBe(5);
    const kept = groups.reduce((sum, { mentions }) => sum + mentions.length, 0);
    expect(kept + dropped).toBe(wanted.length);
    expect(groups.every(({ mentions }) => mentions.length === OPTIONS.groupSize)).toBe(true);
  });

  it('makes nothing of mentions without neighbours', () => {
    const lonely = tableOf(2, [[], []]);
    const result = groupTargets([0, 1, 0], lonely, types, proposal, OPTIONS, 0);
    expect(result).toEqual({ groups: [], dropped: 0 });
  });
});
