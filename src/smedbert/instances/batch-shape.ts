import type { BatchShape } from '../model/smedbert-config.js';
import { type MaskingOptions, maskingBudget, packedMaskingBudget } from './mask-segment.js';

/** What the sizes of a batch follow from. */
export interface BatchShapeOptions {
  readonly samples: number;
  readonly masking: MaskingOptions;
  /** MNeM mentions a sample, on average over the batch. */
  readonly objectiveMentions: number;
  readonly neighbours: number;
  readonly groupSize: number;
  /** Distinct (relation, direction, type) kinds, which need a group of their own. */
  readonly groupKinds: number;
}

/** Samples that hold several segments. */
export interface PackingRoom {
  /** Segments of a sample, at most. */
  readonly maximumSegments: number;
  /** And on average, for the room that unmasked mentions get. */
  readonly segmentsPerSample: number;
}

/** Tokens that a mention has on average, for the room that mentions get. */
const TOKENS_PER_MENTION = 4;

/**
 * The fixed sizes of the program for samples of at most `tokens` tokens. Every batch of a length bucket shares them,
 * so one program a bucket is compiled; what does not fit is left out and counted.
 */
export function batchShape(tokens: number, options: BatchShapeOptions, packing?: PackingRoom): BatchShape {
  const { samples, masking, objectiveMentions, neighbours, groupSize, groupKinds } = options;
  const budget = packing ? packedMaskingBudget(tokens, masking) : maskingBudget(tokens, masking);
  const infusedTokens = samples * Math.max(1, Math.floor(budget * masking.mentionShare));
  const mentions = Math.ceil(samples * objectiveMentions * (packing?.segmentsPerSample ?? 1));
  return {
    samples,
    tokens,
    maskedTokens: samples * budget,
    infusedTokens,
    infusedMentions: Math.max(1, Math.ceil(infusedTokens / 2)),
    objectiveTokens: mentions * TOKENS_PER_MENTION,
    objectiveMentions: mentions,
    groups: Math.ceil((mentions * neighbours) / groupSize / 2) + Math.min(groupKinds, mentions * neighbours),
    groupSize,
    ...(packing && { sequences: samples * packing.maximumSegments }),
  };
}
