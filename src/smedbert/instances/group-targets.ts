import { CounterRandom } from '../../base/random.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import type { Proposal } from './proposal.js';

/**
 * The targets of MNeM, grouped. A target is (unmasked mention, relation, direction, true neighbour). Targets of the
 * same relation, direction and neighbour type share a group of at most C, one transfer matrix and k negatives: the
 * products run relation by relation, and no (d2 + 1)^2 matrix is gathered per example.
 */
export interface TargetGroup {
  readonly relation: number;
  readonly direction: 1 | -1;
  readonly type: number;
  /** Numbers of the mentions, and their true neighbours; equal lengths, at most C. */
  readonly mentions: number[];
  readonly entities: number[];
  /** [k] */
  readonly negatives: Int32Array;
}

export interface GroupingOptions {
  readonly groupSize: number;
  readonly maximumGroups: number;
  readonly negatives: number;
  readonly seed: number;
}

/**
 * @param mentionEntities the entity of each unmasked mention
 * @returns the groups, and how many targets did not fit
 */
export function groupTargets(
  mentionEntities: readonly number[],
  table: TopNeighbours,
  types: Uint16Array,
  proposal: Proposal,
  options: GroupingOptions,
  batchNumber: number,
): { groups: TargetGroup[]; dropped: number } {
  const open = new Map<string, TargetGroup>();
  const groups: TargetGroup[] = [];
  let dropped = 0;
  const random = new CounterRandom(options.seed, 'smedbert.negatives');
  mentionEntities.forEach((entity, mention) => {
    for (let i = entity * table.k; i < entity * table.k + table.counts[entity]; i++) {
      const group = groupFor(table, types, i);
      if (!group) {
        dropped++;
        continue;
      }
      group.mentions.push(mention);
      group.entities.push(table.entities[i]);
    }
  });
  return { groups, dropped };

  /** The open group that neighbour `place` belongs to, or a new one while there is room. */
  function groupFor(neighbours: TopNeighbours, entityTypes: Uint16Array, place: number): TargetGroup | undefined {
    const relation = neighbours.relations[place];
    const direction = neighbours.directions[place] as 1 | -1;
    const type = entityTypes[neighbours.entities[place]];
    const key = `${relation} ${direction} ${type}`;
    const current = open.get(key);
    if (current && current.mentions.length < options.groupSize) return current;
    if (groups.length === options.maximumGroups) return undefined;
    const number = groups.length;
    const negatives = Int32Array.from({ length: options.negatives }, (_, i) =>
      proposal.sample(type, random, batchNumber, number * options.negatives + i),
    );
    const group: TargetGroup = { relation, direction, type, mentions: [], entities: [], negatives };
    groups.push(group);
    open.set(key, group);
    return group;
  }
}
