import { describe, expect, it } from 'vitest';
import { drawSegment } from '../../../test/support/linked-text.js';
import { drawTable, rowOf } from '../../../test/support/neighbour-table.js';
import type { BatchShape } from '../model/smedbert-config.js';
import { buildInstance } from './build-instance.js';
import { type CollateKnowledge, collateBatch } from './collate-batch.js';
import { groupTargets } from './group-targets.js';
import { buildProposal } from './proposal.js';

const ENTITIES = 20;
const K = 4;
const PAD = 0;
const NEGATIVES = 3;
const neighbours = drawTable(ENTITIES, K);
const entityTypes = Uint16Array.from({ length: ENTITIES }, (_, e) => e % 2);
const proposal = buildProposal(new Int32Array(ENTITIES).fill(2), entityTypes, 2, 'frequency');

const ROOMY: BatchShape = {
  samples: 4,
  tokens: 64,
  maskedTokens: 80,
  infusedTokens: 60,
  infusedMentions: 30,
  objectiveTokens: 120,
  objectiveMentions: 40,
  groups: 60,
  groupSize: 4,
};

const instances = [60, 40, 21].map((tokens, i) =>
  buildInstance(drawSegment(i, tokens, 3, ENTITIES), i, 0, {
    masking: { rate: 0.3, maximumTokens: 20, mentionShare: 0.6, replacement: [0.8, 0.1, 0.1] },
    maximumMentions: 30,
    maximumMentionTokens: 16,
    special: { classify: 1, separate: 2, mask: 3 },
    firstOrdinary: 4,
    vocabularySize: 100,
    seed: 1,
  }),
);

function collate(shape: BatchShape, changes: Partial<CollateKnowledge> = {}) {
  const grouping = { groupSize: shape.groupSize, maximumGroups: shape.groups, negatives: NEGATIVES, seed: 1 };
  return collateBatch(instances, shape, PAD, {
    neighbours,
    entityTypes,
    proposal,
    negatives: NEGATIVES,
    chooseMentions: (count) => Array.from({ length: count }, (_, i) => i),
    group: (entities) => groupTargets(entities, neighbours, entityTypes, proposal, grouping, 0),
    ...changes,
  });
}

const withNeighbours = (kind: 'maskedMentions' | 'openMentions') =>
  instances.flatMap((instance, b) =>
    instance[kind]
      .filter(({ entity }) => neighbours.counts[entity] > 0)
      .map((mention) => ({ ...mention, at: b * ROOMY.tokens + mention.start })),
  );

/** `slots` is the inverse of `positions`; what stands for nothing is the length of what it points into. */
function expectInverse(positions: ArrayLike<number>, slots: ArrayLike<number>): void {
  let used = 0;
  Array.from(positions).forEach((position, slot) => {
    if (position === slots.length) return;
    expect(slots[position]).toBe(slot);
    used++;
  });
  expect(Array.from(slots).filter((slot) => slot !== positions.length).length).toBe(used);
}

describe('collateBatch', () => {
  const batch = collate(ROOMY);
  const { inputs, lookups, counts } = batch;

  it('lays samples out in rows and pads them', () => {
    instances.forEach(({ tokens, segmentIds }, b) => {
      const row = (array: ArrayLike<number>) => Array.from(array).slice(b * 64, (b + 1) * 64);
      const rest = new Array(64 - tokens.length);
      expect(row(lookups.words)).toEqual([...tokens, ...rest.fill(PAD)]);
      expect(row(inputs['segmentIds'])).toEqual([...segmentIds, ...rest.fill(0)]);
      expect(row(inputs['attentionMask'])).toEqual([...tokens.map(() => 1), ...rest.fill(0)]);
    });
    const empty = Array.from(inputs['attentionMask']).slice(3 * 64);
    expect(empty.every((x) => x === 0)).toBe(true);
    expect([...inputs['orderLabels']]).toEqual([...instances.map(({ swapped }) => swapped), 0]);
    expect([...inputs['orderWeights']]).toEqual([1, 1, 1, 0]);
    expect(counts).toMatchObject({ samples: 3, tokens: instances.reduce((sum, { tokens }) => sum + tokens.length, 0) });
  });

  it('points at the masked tokens and back', () => {
    const expected = instances.flatMap(({ maskedPositions, maskedLabels }, b) =>
      [...maskedPositions].map((position, i) => [b * 64 + position, maskedLabels[i]]),
    );
    const n = expected.length;
    expect(counts.maskedTokens).toBe(n);
    expect(Array.from(inputs['maskedPositions']).slice(0, n)).toEqual(expected.map(([position]) => position));
    expect(Array.from(inputs['maskedLabels']).slice(0, n)).toEqual(expected.map(([, label]) => label));
    expect([...inputs['maskedWeights']]).toEqual([...new Array(n).fill(1), ...new Array(80 - n).fill(0)]);
    expect(Array.from(inputs['maskedPositions']).slice(n)).toEqual(new Array(80 - n).fill(4 * 64));
    expectInverse(inputs['maskedPositions'], inputs['maskedSlots']);
  });

  it.each([
    ['infused', 'maskedMentions', 30],
    ['objective', 'openMentions', 40],
  ] as const)('flattens the %s mentions that have neighbours', (prefix, kind, room) => {
    const mentions = withNeighbours(kind);
    expect(mentions.length).toBeGreaterThan(3);
    expect(mentions.length).toBeLessThanOrEqual(room);
    const expected = mentions.flatMap(({ at, length }, m) => Array.from({ length }, (_, i) => [at + i, m]));
    const positions = inputs[`${prefix}Positions`];
    const owners = inputs[`${prefix}Owners`];
    expect(expected.map((_, q) => [positions[q], owners[q]])).toEqual(expected);
    expect(new Set(Array.from(owners).slice(expected.length))).toEqual(new Set([-1]));
    expectInverse(positions, inputs[`${prefix}Slots`]);
  });

  it('reads the true tokens of infused mentions, and which sample an open one is from', () => {
    const masked = withNeighbours('maskedMentions');
    const truths = masked.flatMap(({ truth }) => [...truth]);
    expect([...lookups.truths].slice(0, truths.length)).toEqual(truths);
    expect([...inputs['mentionWeights']].filter((weight) => weight === 1).length).toBe(masked.length);
    const open = withNeighbours('openMentions');
    expect([...lookups.openEntities].slice(0, open.length)).toEqual(open.map(({ entity }) => entity));
    expect([...lookups.openTypes].slice(0, open.length)).toEqual(open.map(({ entity }) => entity % 2));
    expect([...inputs['objectiveSamples']].slice(0, open.length)).toEqual(open.map(({ at }) => Math.floor(at / 64)));
    expect(new Set([...inputs['objectiveSamples']].slice(open.length))).toEqual(new Set([-1]));
  });

  it('lists the neighbours of each infused mention and marks the first of each type', () => {
    batch.infused.forEach(({ entity }, m) => {
      const expected = rowOf(neighbours, entity).map((neighbour) => neighbour.entity);
      const slice = (array: ArrayLike<number>) => Array.from(array).slice(m * K, (m + 1) * K);
      expect(slice(lookups.neighbours).slice(0, expected.length)).toEqual(expected);
      const types = expected.map((neighbour) => neighbour % 2);
      const padding = K - expected.length;
      expect(slice(inputs['neighbourTypes'])).toEqual([...types, ...new Array(padding).fill(-1)]);
      expect(slice(inputs['neighbourMask'])).toEqual([...types.map(() => 1), ...new Array(padding).fill(0)]);
      const firsts = types.map((type, i) => (types.indexOf(type) === i ? 1 : 0));
      expect(slice(inputs['typeFirsts'])).toEqual([...firsts, ...new Array(padding).fill(0)]);
    });
    const unused = Array.from(inputs['neighbourMask']).slice(batch.infused.length * K);
    expect(unused.every((x) => x === 0)).toBe(true);
  });

  it('lays the groups out with the log Q of every candidate', () => {
    const open = withNeighbours('openMentions');
    let targets = 0;
    for (let g = 0; g < ROOMY.groups; g++) {
      const relation = lookups.groupRelations[g];
      for (let place = g * 4; place < g * 4 + 4; place++) {
        if (inputs['targetWeights'][place] === 0) {
          expect(inputs['targetMentions'][place]).toBe(-1);
          continue;
        }
        targets++;
        const entity = inputs['targetEntities'][place];
        const mention = open[inputs['targetMentions'][place]];
        expect(rowOf(neighbours, mention.entity)).toContainEqual({
          entity,
          relation,
          direction: inputs['groupDirections'][g],
        });
        expect(inputs['targetLogQ'][place]).toBeCloseTo(proposal.logProbability(entity), 6);
      }
    }
    expect(targets).toBe(open.reduce((sum, { entity }) => sum + neighbours.counts[entity], 0));
    expect(counts).toMatchObject({ targets, dropped: 0 });
    const used = Array.from(inputs['groupDirections']).filter((direction) => direction !== 0).length;
    for (let i = 0; i < used * NEGATIVES; i++) {
      expect(inputs['negativeLogQ'][i]).toBeCloseTo(proposal.logProbability(lookups.negatives[i]), 6);
    }
  });

  it('has arrays of the sizes of its shape, whatever the samples', () => {
    const sizes = (shape: BatchShape) =>
      Object.entries({ ...collate(shape).inputs, ...collate(shape).lookups }).map(([name, data]) => [
        name,
        data.length,
      ]);
    const empty = collateBatch([], ROOMY, PAD, {
      neighbours,
      entityTypes,
      proposal,
      negatives: NEGATIVES,
      chooseMentions: () => [],
      group: () => ({ groups: [], dropped: 0 }),
    });
    const other = Object.entries({ ...empty.inputs, ...empty.lookups }).map(([name, data]) => [name, data.length]);
    expect(other).toEqual(sizes(ROOMY));
    expect(empty.counts).toEqual({
      samples: 0,
      tokens: 0,
      positions: 256,
      maskedTokens: 0,
      infusedMentions: 0,
      targets: 0,
      dropped: 0,
    });
  });

  it('leaves out whole mentions that find no room, and counts them', () => {
    const tight = { ...ROOMY, infusedTokens: 5, infusedMentions: 2, objectiveTokens: 7, objectiveMentions: 3 };
    const small = collate(tight);
    const masked = withNeighbours('maskedMentions');
    const open = withNeighbours('openMentions');
    expect(small.infused.length).toBeLessThanOrEqual(2);
    const ownerSizes = (owners: ArrayLike<number>, m: number) => Array.from(owners).filter((o) => o === m).length;
    small.infused.forEach(({ length }, m) => {
      expect(ownerSizes(small.inputs['infusedOwners'], m)).toBe(length);
    });
    const kept = new Set(small.inputs['objectiveOwners']);
    kept.delete(-1);
    expect(kept.size).toBeLessThanOrEqual(3);
    expect(small.counts.dropped).toBe(masked.length - small.infused.length + open.length - kept.size);
    expect(small.counts.infusedMentions).toBe(small.infused.length);
    expectInverse(small.inputs['infusedPositions'], small.inputs['infusedSlots']);
    expectInverse(small.inputs['objectivePositions'], small.inputs['objectiveSlots']);
  });

  it('counts targets that find no group', () => {
    const few = collate({ ...ROOMY, groups: 2 });
    expect(few.counts.dropped).toBeGreaterThan(0);
    expect(few.counts.targets + few.counts.dropped).toBe(counts.targets);
  });

  it('gives the room of unmasked mentions in the order that is asked for', () => {
    const open = withNeighbours('openMentions');
    const backwards = collate(
      { ...ROOMY, objectiveMentions: 3 },
      { chooseMentions: (count) => Array.from({ length: count }, (_, i) => count - 1 - i) },
    );
    expect([...backwards.lookups.openEntities]).toEqual(
      open
        .slice(-3)
        .reverse()
        .map(({ entity }) => entity),
    );
  });
});
