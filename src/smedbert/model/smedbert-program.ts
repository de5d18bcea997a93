import type { Tensor } from '@tensorflow/tfjs-core';
import type { Program, Signature, TensorSpec } from '../../engine/engine.js';
import { lossAndGradients } from '../../nn/gradients.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { LookupPlan } from '../../nn/training-task.js';
import { dropoutPlaces, WORD_TABLE } from '../../nn/transformer-encoder.js';
import { ENTITY_TABLE, FROZEN_WORD_TABLE, RELATION_TABLE, TRANSFER_TABLE, TYPE_TABLE } from './knowledge-parameters.js';
import type { BatchShape, SentenceShape } from './smedbert-config.js';
import { encode, isTable, maskedTokenScores, type SmedbertConfig, smedbertLosses } from './smedbert-model.js';

/**
 * The programs of a batch shape: one that trains (losses and gradients) and one that only looks (losses of single
 * tokens, attention weights). Rows of the large tables are inputs, read before the run; see nn/training-task.ts.
 */
export function trainingProgram(store: ParameterStore, config: SmedbertConfig, shape: BatchShape): Program {
  const dense = denseNames(store, config);
  const rows = trainedLookups(store, config);
  return {
    name: `smedbert ${sizesOf(shape)}`,
    inputs: { ...store.signature(dense), ...batchSignature(config, shape), ...dropoutSignature(config, shape) },
    build(inputs) {
      const wrt = pick(inputs, [...dense, ...rows]);
      const { losses, gradients } = lossAndGradients(() => {
        const { final } = encode(inputs, inputs, config);
        return smedbertLosses(final, inputs, inputs, config, shape);
      }, wrt);
      return { ...named('loss', losses), ...named('gradient', gradients) };
    },
  };
}

/** Losses without gradients, and what every masked token and mention got. Dropout is off. */
export function evaluationProgram(store: ParameterStore, config: SmedbertConfig, shape: BatchShape): Program {
  return {
    name: `smedbert evaluation ${sizesOf(shape)}`,
    inputs: { ...store.signature(denseNames(store, config)), ...batchSignature(config, shape) },
    build(inputs) {
      const { final, attention } = encode(inputs, inputs, config);
      const losses = smedbertLosses(final, inputs, inputs, config, shape);
      const { losses: tokenLosses, best } = maskedTokenScores(final, inputs, inputs, config);
      const outputs: Record<string, Tensor> = { ...named('loss', { ...losses }), tokenLosses, best };
      if (!attention) return outputs;
      return { ...outputs, typeWeights: attention.typeWeights, nodeWeights: attention.nodeWeights };
    },
  };
}

/** Which rows of which table a program input is made of. */
export function lookupPlan(config: SmedbertConfig): Record<string, LookupPlan> {
  const { hybridAttention, knowledgeLosses, oneHopMixer } = config.knowledge;
  return {
    wordRows: { table: WORD_TABLE, ids: 'words' },
    ...(hybridAttention && { neighbourRows: { table: ENTITY_TABLE, ids: 'neighbours' } }),
    ...(knowledgeLosses && {
      truthRows: { table: FROZEN_WORD_TABLE, ids: 'truths' },
      targetRows: { table: ENTITY_TABLE, ids: 'targets' },
      negativeRows: { table: ENTITY_TABLE, ids: 'negatives' },
      relationRows: { table: RELATION_TABLE, ids: 'groupRelations' },
      transferRows: { table: TRANSFER_TABLE, ids: 'groupRelations' },
    }),
    ...(oneHopMixer && {
      mixerEntityRows: { table: ENTITY_TABLE, ids: 'openEntities' },
      mixerTypeRows: { table: TYPE_TABLE, ids: 'openTypes' },
    }),
  };
}

/** Everything of a batch but the parameters; also what collate-batch.ts and the lookups must give. */
export function batchSignature(config: SmedbertConfig, shape: BatchShape): Signature {
  const { hybridAttention, knowledgeLosses, oneHopMixer } = config.knowledge;
  return {
    ...encoderSignature(config, shape),
    ...((hybridAttention || knowledgeLosses) && mentionSignature(shape)),
    ...(hybridAttention && attentionSignature(config, shape)),
    ...((knowledgeLosses || oneHopMixer) && openMentionSignature(shape)),
    ...(knowledgeLosses && objectiveSignature(config, shape)),
    ...(oneHopMixer && mixerSignature(config, shape)),
  };
}

function encoderSignature(
  { encoder }: SmedbertConfig,
  { samples: b, tokens: s, maskedTokens: p, sequences }: BatchShape,
): Signature {
  const r = sequences ?? b;
  return {
    wordRows: float(b * s, encoder.hiddenSize),
    segmentIds: int(b, s),
    ...(sequences === undefined
      ? { attentionMask: float(b, s) }
      : { positionIds: int(b, s), sequenceIds: int(b, s), classifyPositions: int(r), classifySlots: int(b * s) }),
    maskedPositions: int(p),
    maskedSlots: int(b * s),
    maskedLabels: int(p),
    maskedWeights: float(p),
    orderLabels: int(r),
    orderWeights: float(r),
  };
}

function sizesOf({ samples, tokens, sequences }: BatchShape): string {
  return `${samples} x ${tokens}${sequences === undefined ? '' : ' packed'}`;
}

export function mentionSignature({ samples, tokens, infusedTokens: q }: SentenceShape): Signature {
  return { infusedPositions: int(q), infusedSlots: int(samples * tokens), infusedOwners: int(q) };
}

export function attentionSignature({ knowledge }: SmedbertConfig, { infusedMentions: m }: SentenceShape): Signature {
  const { neighbours: k, width } = knowledge;
  return {
    neighbourRows: float(m * k, width),
    neighbourTypes: int(m, k),
    neighbourMask: float(m, k),
    typeFirsts: float(m, k),
  };
}

function objectiveSignature({ encoder, knowledge }: SmedbertConfig, shape: BatchShape): Signature {
  const { groups: g, groupSize: c, infusedTokens, infusedMentions } = shape;
  const { negatives: k, width } = knowledge;
  return {
    mentionWeights: float(infusedMentions),
    truthRows: float(infusedTokens, encoder.hiddenSize),
    targetMentions: int(g, c),
    targetEntities: int(g, c),
    targetLogQ: float(g, c),
    targetWeights: float(g, c),
    negativeEntities: int(g, k),
    negativeLogQ: float(g, k),
    groupDirections: float(g),
    targetRows: float(g * c, width),
    negativeRows: float(g * k, width),
    relationRows: float(g, width),
    transferRows: float(g, width * width),
  };
}

export function openMentionSignature({
  samples,
  tokens,
  objectiveTokens: v,
}: Pick<BatchShape, 'samples' | 'tokens' | 'objectiveTokens'>): Signature {
  return { objectivePositions: int(v), objectiveSlots: int(samples * tokens), objectiveOwners: int(v) };
}

export function mixerSignature(
  { knowledge }: SmedbertConfig,
  { objectiveMentions: u }: Pick<BatchShape, 'objectiveMentions'>,
): Signature {
  return {
    objectiveSamples: int(u),
    mixerEntityRows: float(u, knowledge.width),
    mixerTypeRows: float(u, knowledge.width),
  };
}

export function dropoutSignature({ encoder }: SmedbertConfig, { samples, tokens }: SentenceShape): Signature {
  const places = Object.entries(dropoutPlaces(encoder, samples, tokens));
  return Object.fromEntries(places.map(([name, shape]) => [name, { shape, dtype: 'bool' as const }]));
}

/** Parameters that are whole inputs of the program; those of a part that is switched off are none. */
export function denseNames(store: ParameterStore, { knowledge }: SmedbertConfig): string[] {
  const used = (name: string) => {
    if (!name.startsWith('knowledge.')) return true;
    if (name.startsWith('knowledge.mixer.')) return knowledge.oneHopMixer;
    return name.startsWith('knowledge.objective.') ? knowledge.knowledgeLosses : knowledge.hybridAttention;
  };
  return store.names().filter((name) => !isTable(name) && used(name));
}

/** Looked-up rows whose table is trained. */
function trainedLookups(store: ParameterStore, config: SmedbertConfig): string[] {
  const plans = Object.entries(lookupPlan(config));
  return plans.filter(([, { table }]) => store.spec(table).trainable).map(([name]) => name);
}

function pick(inputs: Readonly<Record<string, Tensor>>, names: string[]): Record<string, Tensor> {
  return Object.fromEntries(names.map((name) => [name, inputs[name]]));
}

function named(prefix: string, values: Readonly<Record<string, Tensor | undefined>>): Record<string, Tensor> {
  const defined = Object.entries(values).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
  return Object.fromEntries(defined.map(([name, value]) => [`${prefix}.${name}`, value]));
}

export function float(...shape: number[]): TensorSpec {
  return { shape, dtype: 'float32' };
}

export function int(...shape: number[]): TensorSpec {
  return { shape, dtype: 'int32' };
}
