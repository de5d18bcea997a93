import type { Scalar, Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { headParameterSpecs, maskedTokenLogits, orderLogits, sentenceOrderLogits } from '../../nn/bert-heads.js';
import { gatherRows } from '../../nn/layers/gather-rows.js';
import { softmaxCrossEntropy, tokenLosses } from '../../nn/layers/softmax-cross-entropy.js';
import type { ParameterSpec } from '../../nn/parameter-store.js';
import {
  additiveMask,
  blockMask,
  type EncoderConfig,
  embedTokens,
  encoderLayer,
  encoderParameterSpecs,
  type Parameters,
  WORD_TABLE,
} from '../../nn/transformer-encoder.js';
import { type HybridAttention, hybridAttention } from './hybrid-attention.js';
import { maskedMentionLoss, neighbourLoss } from './knowledge-objectives.js';
import { FROZEN_WORD_TABLE, type GraphVectors, knowledgeParameterSpecs } from './knowledge-parameters.js';
import { oneHopMixer } from './one-hop-mixer.js';
import type { BatchShape, KnowledgeConfig } from './smedbert-config.js';

/**
 * SMedBERT (Zhang et al., ACL 2021): BERT with mention-neighbour hybrid attention after an encoder layer, and four
 * losses, L = MLM + SOP + lambda1 MNeM + lambda2 MMeM, eq. (22). Letters as in smedbert-config.ts.
 */
export interface SmedbertConfig {
  readonly encoder: EncoderConfig;
  readonly knowledge: KnowledgeConfig;
}

/** Tensors of a batch by the names of collate-batch.ts, and the looked-up rows. */
export type BatchTensors = Readonly<Record<string, Tensor>>;

export type SmedbertLosses = {
  readonly total: Scalar;
  readonly mlm: Scalar;
  readonly sop: Scalar;
  readonly mnem?: Scalar;
  readonly mmem?: Scalar;
};

/** @param vectors the graph embedding that entities, relations and transfer matrices start from */
export function smedbertParameterSpecs(
  { encoder, knowledge }: SmedbertConfig,
  vectors: GraphVectors,
  trainVectors: boolean,
): ParameterSpec[] {
  const words: ParameterSpec = {
    name: FROZEN_WORD_TABLE,
    shape: [encoder.vocabularySize, encoder.hiddenSize],
    initial: { kind: 'zeros' },
    decay: false,
    trainable: false,
  };
  return [
    ...encoderParameterSpecs(encoder),
    ...headParameterSpecs(encoder),
    ...knowledgeParameterSpecs(encoder.hiddenSize, knowledge, vectors, trainVectors),
    ...(knowledge.knowledgeLosses ? [words] : []),
  ];
}

export interface Encoded {
  /** [N, d1] after the last layer. */
  readonly final: Tensor2D;
  /** [N, d1] after the embeddings and after each layer, for parity tests. */
  readonly layers: readonly Tensor2D[];
  readonly attention?: HybridAttention;
}

/** Runs the encoder, infusing knowledge after layer `infusionLayer`. */
export function encode(batch: BatchTensors, parameters: Parameters, config: SmedbertConfig): Encoded {
  const { encoder, knowledge } = config;
  const words = batch['wordRows'] as Tensor2D;
  let hidden = embedTokens(words, batch['segmentIds'], parameters, encoder, batch, batch['positionIds']);
  const packed = batch['sequenceIds'];
  const mask = packed ? blockMask(packed) : additiveMask(batch['attentionMask']);
  const layers = [hidden];
  let attention: HybridAttention | undefined;
  for (let layer = 0; layer < encoder.layers; layer++) {
    hidden = encoderLayer(hidden, layer, mask, parameters, encoder, batch);
    layers.push(hidden);
    if (knowledge.oneHopMixer && layer === Math.max(0, knowledge.infusionLayer - 2)) {
      hidden = oneHopMixer(hidden, mask.shape[0] as number, mixerInputs(batch), parameters, knowledge);
    }
    if (!knowledge.hybridAttention || layer !== knowledge.infusionLayer - 1) continue;
    attention = hybridAttention(hidden, attentionInputs(batch), parameters, knowledge);
    hidden = attention.hidden;
  }
  return { final: hidden, layers, attention };
}

/** The four losses and their weighted sum, from the final hidden states [N, d1]. */
export function smedbertLosses(
  final: Tensor2D,
  batch: BatchTensors,
  parameters: Parameters,
  config: SmedbertConfig,
  shape: BatchShape,
): SmedbertLosses {
  const masked = gatherRows(final, batch['maskedPositions'], batch['maskedSlots']); // [P, d1]
  const logits = maskedTokenLogits(masked, parameters, config.encoder); // [P, V]
  const mlm = softmaxCrossEntropy(logits, batch['maskedLabels'], batch['maskedWeights']);
  const order = sequenceOrder(final, batch, parameters, shape); // [B, 2], packed [R, 2]
  const sop = softmaxCrossEntropy(order, batch['orderLabels'], batch['orderWeights']);
  const plain = tf.add(mlm, sop) as Scalar;
  if (!config.knowledge.knowledgeLosses) return { total: plain, mlm, sop };
  const { neighbourLossWeight, mentionLossWeight } = config.knowledge;
  const mnem = neighbourLoss(final, neighbourInputs(batch), shape, parameters, config.knowledge);
  const mmem = maskedMentionLoss(final, mentionInputs(batch), parameters, config.knowledge);
  const knowledge = tf.add(tf.mul(mnem, neighbourLossWeight), tf.mul(mmem, mentionLossWeight));
  return { total: tf.add(plain, knowledge) as Scalar, mlm, sop, mnem, mmem };
}

function sequenceOrder(final: Tensor2D, batch: BatchTensors, parameters: Parameters, shape: BatchShape): Tensor2D {
  if (shape.sequences === undefined) return sentenceOrderLogits(final, shape.samples, shape.tokens, parameters);
  return orderLogits(gatherRows(final, batch['classifyPositions'], batch['classifySlots']), parameters);
}

/** For each masked token: its loss, and the best log-probability of any token (equal when the guess is right). [P], [P] */
export function maskedTokenScores(
  final: Tensor2D,
  batch: BatchTensors,
  parameters: Parameters,
  config: SmedbertConfig,
): { losses: Tensor1D; best: Tensor1D } {
  const masked = gatherRows(final, batch['maskedPositions'], batch['maskedSlots']);
  const { losses, logProbabilities } = tokenLosses(
    maskedTokenLogits(masked, parameters, config.encoder),
    batch['maskedLabels'],
  );
  return { losses, best: tf.max(logProbabilities, 1) as Tensor1D };
}

/** Word rows come from outside the program; every other parameter but the tables is an input of its own. */
export function isTable(name: string): boolean {
  return name.startsWith('knowledge.') && /(_embeddings|_matrices)\.weight$/.test(name) && name !== WORD_TABLE;
}

function attentionInputs(batch: BatchTensors) {
  return {
    positions: batch['infusedPositions'],
    slots: batch['infusedSlots'],
    owners: batch['infusedOwners'],
    neighbourRows: batch['neighbourRows'] as Tensor2D,
    types: batch['neighbourTypes'],
    mask: batch['neighbourMask'],
    typeFirsts: batch['typeFirsts'],
  };
}

function mixerInputs(batch: BatchTensors) {
  return {
    positions: batch['objectivePositions'],
    slots: batch['objectiveSlots'],
    owners: batch['objectiveOwners'],
    samples: batch['objectiveSamples'],
    sequences: batch['sequenceIds'] as Tensor | undefined,
    entityRows: batch['mixerEntityRows'] as Tensor2D,
    typeRows: batch['mixerTypeRows'] as Tensor2D,
  };
}

function mentionInputs(batch: BatchTensors) {
  return {
    positions: batch['infusedPositions'],
    slots: batch['infusedSlots'],
    owners: batch['infusedOwners'],
    weights: batch['mentionWeights'],
    truthRows: batch['truthRows'] as Tensor2D,
  };
}

function neighbourInputs(batch: BatchTensors) {
  return {
    positions: batch['objectivePositions'],
    slots: batch['objectiveSlots'],
    owners: batch['objectiveOwners'],
    mentions: batch['targetMentions'],
    entities: batch['targetEntities'],
    logQ: batch['targetLogQ'],
    weights: batch['targetWeights'],
    negatives: batch['negativeEntities'],
    negativeLogQ: batch['negativeLogQ'],
    directions: batch['groupDirections'],
    entityRows: batch['targetRows'] as Tensor2D,
    negativeRows: batch['negativeRows'] as Tensor2D,
    transferRows: batch['transferRows'] as Tensor2D,
    relationRows: batch['relationRows'] as Tensor2D,
  };
}
