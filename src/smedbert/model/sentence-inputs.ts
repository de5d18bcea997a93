import type { Signature } from '../../engine/engine.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { LookupPlan } from '../../nn/training-task.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import type { SentenceShape } from './smedbert-config.js';
import { isTable, type SmedbertConfig } from './smedbert-model.js';
import {
  attentionSignature,
  float,
  int,
  lookupPlan,
  mentionSignature,
  mixerSignature,
  openMentionSignature,
} from './smedbert-program.js';

/**
 * What `encode` (smedbert-model.ts) takes of whole sentences: no masks, no objectives, every mention infused. Programs of
 * tasks and of the explanation add their heads. instances/sentence-batch.ts makes the inputs and the row numbers.
 */
export function sentenceSignature(config: SmedbertConfig, shape: SentenceShape): Signature {
  const { hybridAttention, oneHopMixer } = config.knowledge;
  const { samples: b, tokens: s, infusedTokens: objectiveTokens, infusedMentions: objectiveMentions } = shape;
  return {
    wordRows: float(b * s, config.encoder.hiddenSize),
    segmentIds: int(b, s),
    attentionMask: float(b, s),
    ...(hybridAttention && { ...mentionSignature(shape), ...attentionSignature(config, shape) }),
    ...(oneHopMixer && {
      ...openMentionSignature({ ...shape, objectiveTokens }),
      ...mixerSignature(config, { objectiveMentions }),
    }),
  };
}

/** The rows that `encode` reads; see LookupPlan. */
export function sentenceLookups(config: SmedbertConfig): Record<string, LookupPlan> {
  return lookupPlan({ ...config, knowledge: { ...config.knowledge, knowledgeLosses: false } });
}

/** Parameters of `encode` that are whole inputs: encoder and knowledge part, without tables, heads and objectives. */
export function sentenceParameters(store: Pick<ParameterStore, 'names'>, { knowledge }: SmedbertConfig): string[] {
  return store.names().filter((name) => {
    if (name === WORD_TABLE || isTable(name)) return false;
    if (name.startsWith('bert.')) return !name.startsWith('bert.pooler.');
    if (!name.startsWith('knowledge.') || name.startsWith('knowledge.objective.')) return false;
    return name.startsWith('knowledge.mixer.') ? knowledge.oneHopMixer : knowledge.hybridAttention;
  });
}
