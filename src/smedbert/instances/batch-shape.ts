import type { BatchShape } from '../model/smedbert-config.js';
import { type MaskingOptions, maskingBudget } from './mask-segment.js';

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

/** Tokens that a mention has on average, for the room that mentions get. */
const TOKENS_PER_MENTION = 4;

/**
 * The fixed sizes of the program for samples of at most `tokens` tokens. Every batch of a length bucket shares them,
 * so one program a bucket is compiled; what does not fit is left out and counted.
 */
export function batchShape(tokens: number, options: BatchShapeOptions): BatchShape {
  const { samples, masking, objectiveMentions, neighbours, groupSize, groupKinds } = options;
  const budget = maskingBudget(tokens, masking);
  const infusedTokens = samples * Math.max(1, Math.floor(budget * masking.mentionShare));
  const mentions = samples * objectiveMentions;
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
  };
}
