import type { NamedData } from '../../engine/engine.js';
import type { TopNeighbours } from '../../graph/neighbours.js';
import type { BatchShape } from '../model/smedbert-config.js';
import type { Instance, InstanceMention } from './build-instance.js';
import { collateMentions, collateNeighbours, type Placed, placeMentions } from './collate-mentions.js';
import type { TargetGroup } from './group-targets.js';
import { type PackedInstance, partsOf } from './pack-instances.js';
import type { Proposal } from './proposal.js';

/**
 * Samples to the flat arrays of one program (letters: smedbert-config.ts). Positions are flat, b * S + s. An index that
 * stands for nothing is the length of what it points into, where the program reads a row of zeros.
 */
export interface CollatedBatch {
  /** Program inputs that are not parameters and not looked-up rows. */
  readonly inputs: NamedData;
  /** Row numbers of the tables that are read before the program runs. */
  readonly lookups: Readonly<{
    words: Int32Array;
    truths: Int32Array;
    neighbours: Int32Array;
    targets: Int32Array;
    negatives: Int32Array;
    groupRelations: Int32Array;
    openEntities: Int32Array;
    openTypes: Int32Array;
  }>;
  readonly counts: BatchCounts;
  /** The infused mentions in the order of their rows. */
  readonly infused: readonly PlacedMention[];
}

export interface BatchCounts {
  /** Segments. */
  samples: number;
  /** Tokens that are not padding. */
  tokens: number;
  /** Tokens with the padding. */
  positions: number;
  maskedTokens: number;
  infusedMentions: number;
  targets: number;
  /** Mentions and targets that found no room in the batch's shape. */
  dropped: number;
}

/** What the knowledge side needs; absent for a plain encoder. */
export interface CollateKnowledge {
  readonly neighbours: TopNeighbours;
  readonly entityTypes: Uint16Array;
  readonly proposal: Proposal;
  /** k of MNeM. */
  readonly negatives: number;
  /** The order in which `count` unmasked mentions take the batch's room. */
  chooseMentions(count: number): number[];
  /** Groups the batch's unmasked mentions; see group-targets.ts. */
  group(mentionEntities: readonly number[]): { groups: TargetGroup[]; dropped: number };
}

/** A mention with its place in the batch. */
export type PlacedMention = Placed<InstanceMention>;

/**
 * @param instances at most B samples, none longer than S; packed ones where the shape has room for their sequences
 */
export function collateBatch(
  instances: readonly (Instance | PackedInstance)[],
  shape: BatchShape,
  padId: number,
  knowledge: CollateKnowledge,
): CollatedBatch {
  const encoder = collateEncoder(instances, shape, padId);
  const { infusedMentions, infusedTokens } = shape;
  const all = shape.samples * shape.tokens;
  const place = (kind: 'maskedMentions' | 'openMentions') =>
    placeMentions(
      instances.map((instance) => instance[kind]),
      shape.tokens,
      knowledge.neighbours.counts,
    );
  const masked = place('maskedMentions');
  const placed = place('openMentions');
  const open = knowledge.chooseMentions(placed.length).map((i) => placed[i]);
  const infused = collateMentions(masked, infusedMentions, infusedTokens, all);
  const objective = collateMentions(open, shape.objectiveMentions, shape.objectiveTokens, all);
  const samples = new Int32Array(shape.objectiveMentions).fill(-1);
  const openEntities = new Int32Array(shape.objectiveMentions);
  objective.kept.forEach(({ at, entity }, u) => {
    samples[u] = encoder.sequenceOf(at);
    openEntities[u] = entity;
  });
  const openTypes = openEntities.map((entity) => knowledge.entityTypes[entity]);
  const attention = collateNeighbours(infused.kept, infusedMentions, knowledge.neighbours, knowledge.entityTypes);
  const grouped = knowledge.group(objective.kept.map(({ entity }) => entity));
  const targets = collateTargets(grouped.groups, shape, knowledge);
  const targetCount = grouped.groups.reduce((sum, group) => sum + group.mentions.length, 0);
  return {
    inputs: {
      ...encoder.inputs,
      infusedPositions: infused.positions,
      infusedSlots: infused.slots,
      infusedOwners: infused.owners,
      mentionWeights: new Float32Array(infusedMentions).fill(1, 0, infused.kept.length),
      objectivePositions: objective.positions,
      objectiveSlots: objective.slots,
      objectiveOwners: objective.owners,
      objectiveSamples: samples,
      ...attention.inputs,
      ...targets.inputs,
    },
    lookups: {
      words: encoder.words,
      truths: truthsOf(infused.kept, infusedTokens),
      neighbours: attention.rows,
      ...targets.lookups,
      openEntities,
      openTypes,
    },
    infused: infused.kept,
    counts: {
      ...encoder.counts,
      infusedMentions: infused.kept.length,
      targets: targetCount,
      dropped: masked.length - infused.kept.length + (open.length - objective.kept.length) + grouped.dropped,
    },
  };
}

function collateEncoder(instances: readonly (Instance | PackedInstance)[], shape: BatchShape, padId: number) {
  const { samples, tokens: length, maskedTokens } = shape;
  const words = new Int32Array(samples * length).fill(padId);
  const segmentIds = new Int32Array(samples * length);
  const attentionMask = new Float32Array(samples * length);
  const maskedPositions = new Int32Array(maskedTokens).fill(samples * length);
  const maskedSlots = new Int32Array(samples * length).fill(maskedTokens);
  const maskedLabels = new Int32Array(maskedTokens);
  const maskedWeights = new Float32Array(maskedTokens);
  let masked = 0;
  let tokens = 0;
  instances.forEach((instance, b) => {
    const start = b * length;
    words.set(instance.tokens, start);
    segmentIds.set(instance.segmentIds, start);
    attentionMask.fill(1, start, start + instance.tokens.length);
    tokens += instance.tokens.length;
    instance.maskedPositions.forEach((position, i) => {
      maskedPositions[masked] = start + position;
      maskedSlots[start + position] = masked;
      maskedLabels[masked] = instance.maskedLabels[i];
      maskedWeights[masked++] = 1;
    });
  });
  const sequences = collateSequences(instances, shape);
  return {
    words,
    sequenceOf: sequences.sequenceOf,
    inputs: {
      segmentIds,
      attentionMask,
      maskedPositions,
      maskedSlots,
      maskedLabels,
      maskedWeights,
      ...sequences.inputs,
    },
    counts: { samples: sequences.count, tokens, positions: samples * length, maskedTokens: masked },
  };
}

/** What is said of whole segments: their order, and in packed samples where each stands. */
function collateSequences(instances: readonly (Instance | PackedInstance)[], shape: BatchShape) {
  const { samples, tokens: length, sequences } = shape;
  const all = samples * length;
  const room = sequences ?? samples;
  const orderLabels = new Int32Array(room);
  const orderWeights = new Float32Array(room);
  const positionIds = new Int32Array(all);
  const sequenceIds = new Int32Array(all).fill(-1);
  const classifyPositions = new Int32Array(room).fill(all);
  const classifySlots = new Int32Array(all).fill(room);
  let count = 0;
  instances.forEach((instance, b) => {
    for (const part of partsOf(instance)) {
      const start = b * length + part.start;
      orderLabels[count] = part.swapped;
      orderWeights[count] = 1;
      sequenceIds.fill(count, start, start + part.length);
      for (let i = 0; i < part.length; i++) positionIds[start + i] = i;
      classifyPositions[count] = start;
      classifySlots[start] = count++;
    }
  });
  const packed = { positionIds, sequenceIds, classifyPositions, classifySlots };
  return {
    count,
    inputs: { orderLabels, orderWeights, ...(sequences !== undefined && packed) },
    sequenceOf: (position: number) => sequenceIds[position],
  };
}

/** The true tokens of mentions, one after the other; the rest is 0. [Q] */
function truthsOf(mentions: readonly InstanceMention[], room: number): Int32Array {
  const truths = new Int32Array(room);
  let used = 0;
  for (const { truth } of mentions) {
    truths.set(truth, used);
    used += truth.length;
  }
  return truths;
}

function collateTargets(groups: readonly TargetGroup[], shape: BatchShape, knowledge: CollateKnowledge) {
  const { groups: groupRoom, groupSize } = shape;
  const { negatives: k, proposal } = knowledge;
  const targetMentions = new Int32Array(groupRoom * groupSize).fill(-1);
  const targetEntities = new Int32Array(groupRoom * groupSize);
  const targetLogQ = new Float32Array(groupRoom * groupSize);
  const targetWeights = new Float32Array(groupRoom * groupSize);
  const negativeEntities = new Int32Array(groupRoom * k);
  const negativeLogQ = new Float32Array(groupRoom * k);
  const groupRelations = new Int32Array(groupRoom);
  const groupDirections = new Float32Array(groupRoom);
  groups.forEach((group, g) => {
    groupRelations[g] = group.relation;
    groupDirections[g] = group.direction;
    group.entities.forEach((entity, c) => {
      const place = g * groupSize + c;
      targetMentions[place] = group.mentions[c];
      targetEntities[place] = entity;
      targetLogQ[place] = proposal.logProbability(entity);
      targetWeights[place] = 1;
    });
    group.negatives.forEach((entity, i) => {
      negativeEntities[g * k + i] = entity;
      negativeLogQ[g * k + i] = proposal.logProbability(entity);
    });
  });
  return {
    inputs: {
      targetMentions,
      targetEntities,
      targetLogQ,
      targetWeights,
      negativeEntities,
      negativeLogQ,
      groupDirections,
    },
    lookups: { targets: targetEntities, negatives: negativeEntities, groupRelations },
  };
}
