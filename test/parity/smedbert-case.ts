import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { hashPurpose } from '../../src/base/random.js';
import type { NamedData } from '../../src/engine/engine.js';
import type { TopNeighbours } from '../../src/graph/neighbours.js';
import { ParameterStore } from '../../src/nn/parameter-store.js';
import type { Instance, InstanceMention } from '../../src/smedbert/instances/build-instance.js';
import { type CollatedBatch, collateBatch } from '../../src/smedbert/instances/collate-batch.js';
import type { TargetGroup } from '../../src/smedbert/instances/group-targets.js';
import { FROZEN_WORD_TABLE } from '../../src/smedbert/model/knowledge-parameters.js';
import type { BatchShape } from '../../src/smedbert/model/smedbert-config.js';
import { type SmedbertConfig, smedbertParameterSpecs } from '../../src/smedbert/model/smedbert-model.js';

/** The saved PyTorch step (smedbert.json, made by smedbert.py) as our batch and parameters. */
interface MentionCase {
  positions: number[];
  neighbours: number[];
  trueTokenIds: number[];
}

export interface ParityFile {
  weightHeads: Record<string, number[]>;
  config: Record<string, number>;
  batch: {
    tokenIds: number[][];
    segmentIds: number[][];
    lengths: number[];
    maskedPositions: number[];
    maskedLabels: number[];
    sopLabels: number[];
    infusedMentions: MentionCase[];
    mnemMentions: { positions: number[] }[];
    targets: { mention: number; relation: number; direction: 1 | -1; entity: number; logQ: number }[];
    groups: {
      relation: number;
      direction: 1 | -1;
      type: number;
      targetIndices: number[];
      negatives: number[];
      negativeLogQ: number[];
    }[];
    entityTypes: number[];
  };
  hidden: { embeddings: number[][][]; layers: number[][][][]; infused: number[][][]; final: number[][][] };
  intermediate: { typeAttention: { types: number[]; weights: number[] }[]; nodeAttention: number[][][] };
  losses: Record<string, number>;
  gradients: Record<string, { shape: number[]; norm: number; sum: number; values: number[] }>;
  ablations: Record<string, Record<string, number>>;
}

export const parity: ParityFile = JSON.parse(
  readFileSync(fileURLToPath(new URL('./smedbert.json', import.meta.url)), 'utf8'),
);

export function parityConfig(changes: Partial<SmedbertConfig['knowledge']> = {}): SmedbertConfig {
  const c = parity.config;
  return {
    encoder: {
      vocabularySize: c.vocabSize,
      hiddenSize: c.hiddenSize,
      layers: c.layers,
      heads: c.heads,
      intermediateSize: c.intermediateSize,
      maximumPositions: c.maxPositions,
      typeVocabularySize: c.typeVocabSize,
      layerNormEpsilon: c.layerNormEpsilon,
      initializerRange: 0.02,
      hiddenDropout: 0,
      attentionDropout: 0,
    },
    knowledge: {
      width: c.knowledgeSize,
      neighbours: c.neighbours,
      infusionLayer: c.infuseAfterLayer + 1,
      heads: c.knowledgeHeads,
      typeAggregation: 'sum',
      typeAttention: true,
      hybridAttention: true,
      knowledgeLosses: true,
      oneHopMixer: false,
      scoreScale: c.mu,
      negatives: c.negatives,
      neighbourLossWeight: c.lambda1,
      mentionLossWeight: c.lambda2,
      layerNormEpsilon: c.layerNormEpsilon,
      initializerRange: 0.02,
      ...changes,
    },
  };
}

/** Sizes with room to spare, so that padding is part of what is compared. */
export const parityShape: BatchShape = {
  samples: 2,
  tokens: 14,
  maskedTokens: 12,
  infusedTokens: 11,
  infusedMentions: 6,
  objectiveTokens: 9,
  objectiveMentions: 5,
  groups: 6,
  groupSize: 3,
};

/** The weights that the file's formula gives. */
export function parityStore(config: SmedbertConfig, trainVectors = true): ParameterStore {
  const { entities, relations, knowledgeSize: d2 } = parity.config;
  const zeros = (size: number) => new Float32Array(size);
  const vectors = {
    entity: zeros(entities * d2),
    relation: zeros(relations * d2),
    transfer: zeros(relations * d2 * d2),
    entityCount: entities,
    relationCount: relations,
    entityTypes: Uint16Array.from(parity.batch.entityTypes),
    typeCount: parity.config.entityTypeCount,
  };
  const store = new ParameterStore(smedbertParameterSpecs(config, vectors, trainVectors), 1);
  for (const name of store.names()) if (name !== FROZEN_WORD_TABLE) fillByFormula(name, store.value(name));
  if (config.knowledge.knowledgeLosses) {
    store.value(FROZEN_WORD_TABLE).set(store.value('bert.embeddings.word_embeddings.weight'));
  }
  return store;
}

function fillByFormula(name: string, target: Float32Array): void {
  const amplitude = name.startsWith('knowledge.') && !name.includes('LayerNorm') ? 1 : 0.4;
  const shift = name.endsWith('LayerNorm.weight') ? 1 : 0;
  const phase = hashPurpose(name) % 1000;
  for (let i = 0; i < target.length; i++) target[i] = amplitude * Math.sin(0.37 * i * i + phase) + shift;
}

/** The saved batch through our own collation. */
export function parityBatch(config: SmedbertConfig): CollatedBatch {
  const { batch } = parity;
  const logQ = new Map<number, number>();
  for (const target of batch.targets) logQ.set(target.entity, target.logQ);
  for (const group of batch.groups)
    group.negatives.forEach((entity, i) => void logQ.set(entity, group.negativeLogQ[i]));
  const groups: TargetGroup[] = batch.groups.map((group) => ({
    relation: group.relation,
    direction: group.direction,
    type: group.type,
    mentions: group.targetIndices.map((i) => batch.targets[i].mention),
    entities: group.targetIndices.map((i) => batch.targets[i].entity),
    negatives: Int32Array.from(group.negatives),
  }));
  return collateBatch(instances(), parityShape, 0, {
    neighbours: neighboursOfMentions(config.knowledge.neighbours),
    entityTypes: Uint16Array.from(batch.entityTypes),
    proposal: { logProbability: (entity) => logQ.get(entity) ?? 0, sample: () => 0 },
    negatives: config.knowledge.negatives,
    chooseMentions: (count) => Array.from({ length: count }, (_, i) => i),
    group: () => ({ groups, dropped: 0 }),
  });
}

/** What batches of whole sentences need of the file. */
export function parityKnowledge(k: number) {
  return { neighbours: neighboursOfMentions(k), entityTypes: Uint16Array.from(parity.batch.entityTypes) };
}

/** Mention m of the file gets row m of the neighbour table; unmasked mentions get a row with one neighbour. */
function neighboursOfMentions(k: number): TopNeighbours {
  const mentions = parity.batch.infusedMentions;
  const rows = mentions.length + 1;
  const entities = new Uint32Array(rows * k);
  const counts = new Uint16Array(rows).fill(1);
  mentions.forEach(({ neighbours }, m) => {
    entities.set(neighbours, m * k);
    counts[m] = neighbours.length;
  });
  return {
    k,
    entities,
    counts,
    relations: new Uint16Array(rows * k),
    directions: new Int8Array(rows * k).fill(1),
  };
}

function instances(): Instance[] {
  const { batch } = parity;
  const s = parityShape.tokens;
  const mine = (flat: number, b: number) => Math.floor(flat / s) === b;
  return batch.lengths.map((length, b) => {
    const masked = batch.maskedPositions.map((flat, i) => ({ flat, i })).filter(({ flat }) => mine(flat, b));
    return {
      tokens: Int32Array.from(batch.tokenIds[b].slice(0, length)),
      segmentIds: Int32Array.from(batch.segmentIds[b].slice(0, length)),
      maskedPositions: Int32Array.from(masked, ({ flat }) => flat - b * s),
      maskedLabels: Int32Array.from(masked, ({ i }) => batch.maskedLabels[i]),
      swapped: batch.sopLabels[b] as 0 | 1,
      maskedMentions: batch.infusedMentions.flatMap((mention, entity) =>
        mine(mention.positions[0], b) ? [toMention(mention.positions, entity, mention.trueTokenIds, b * s)] : [],
      ),
      openMentions: batch.mnemMentions.flatMap((mention) =>
        mine(mention.positions[0], b)
          ? [
              toMention(
                mention.positions,
                batch.infusedMentions.length,
                mention.positions.map(() => 0),
                b * s,
              ),
            ]
          : [],
      ),
    };
  });
}

function toMention(positions: number[], entity: number, truth: number[], start: number): InstanceMention {
  return { entity, start: positions[0] - start, length: positions.length, truth: Int32Array.from(truth) };
}

/** Rows of the tables that the batch names. */
export function lookupRows(
  store: ParameterStore,
  plan: Record<string, { table: string; ids: string }>,
  batch: CollatedBatch,
): NamedData {
  return Object.fromEntries(
    Object.entries(plan).map(([name, { table, ids }]) => {
      const width = store.spec(table).shape[1];
      const numbers = batch.lookups[ids as keyof CollatedBatch['lookups']];
      const rows = new Float32Array(numbers.length * width);
      const values = store.value(table);
      numbers.forEach((row, i) => void rows.set(values.subarray(row * width, (row + 1) * width), i * width));
      return [name, rows];
    }),
  );
}
