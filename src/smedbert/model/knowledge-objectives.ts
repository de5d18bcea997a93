import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gatherRows } from '../../nn/layers/gather-rows.js';
import { stopGradient } from '../../nn/layers/stop-gradient.js';
import { MASKED_OUT, membershipOf, type Parameters, poolSpans, projectMention } from './hybrid-attention.js';
import type { BatchShape, KnowledgeConfig } from './smedbert-config.js';

/**
 * The knowledge losses (Zhang et al. 2021, section 3.4): masked mention modelling, eq. (20) and (21), and masked
 * neighbour modelling, eq. (15) to (19). Letters as in smedbert-config.ts.
 */
const SQUARE_FLOOR = 1e-12;

/** Mentions as the objectives see them: LN(GELU(W_sa f_sp(.))). [rows, d1] -> [mentions, d2] */
function objectiveMentions(
  rows: Tensor2D,
  membership: Tensor2D,
  parameters: Parameters,
  config: KnowledgeConfig,
): Tensor2D {
  const pooled = poolSpans(rows, membership, parameters, 'knowledge.objective.span_pooling');
  return projectMention(pooled, parameters, 'knowledge.objective.mention', 'knowledge.objective', config);
}

export interface MentionLossInputs {
  readonly positions: Tensor;
  readonly slots: Tensor;
  readonly owners: Tensor;
  /** [M] 1 for a mention, 0 for padding. */
  readonly weights: Tensor;
  /** [Q, d1] frozen token vectors of the true mention. */
  readonly truthRows: Tensor2D;
}

/** MMeM: mean squared error between a masked mention and its own frozen tokens; no gradient into the target. */
export function maskedMentionLoss(
  hidden: Tensor2D,
  inputs: MentionLossInputs,
  parameters: Parameters,
  config: KnowledgeConfig,
): Scalar {
  const membership = membershipOf(inputs.owners, inputs.weights.shape[0]);
  const rows = gatherRows(hidden, inputs.positions, inputs.slots);
  const predicted = objectiveMentions(rows, membership, parameters, config); // [M, d2]
  const target = stopGradient(objectiveMentions(inputs.truthRows, membership, parameters, config));
  const errors = tf.mean(tf.square(tf.sub(predicted, target)), 1); // [M]
  return weightedMean(errors, inputs.weights);
}

export interface NeighbourLossInputs {
  readonly positions: Tensor;
  readonly slots: Tensor;
  readonly owners: Tensor;
  /** [G, C] int32: mention of each target (-1 padding) and its true neighbour; log Q and weight. */
  readonly mentions: Tensor;
  readonly entities: Tensor;
  readonly logQ: Tensor;
  readonly weights: Tensor;
  /** [G, k] int32 and log Q. */
  readonly negatives: Tensor;
  readonly negativeLogQ: Tensor;
  /** [G] +1 or -1. */
  readonly directions: Tensor;
  /** [G * C, d2], [G * k, d2], [G, d2 * d2], [G, d2] */
  readonly entityRows: Tensor2D;
  readonly negativeRows: Tensor2D;
  readonly transferRows: Tensor2D;
  readonly relationRows: Tensor2D;
}

/**
 * MNeM: sampled softmax of the true neighbour against k shared negatives. With p = h M_r + s h_r the numerator
 * p (h_e M_r)^T = (p M_r^T) h_e^T is the paper's [h ; s] M_Pr [h_e ; 0]^T of eq. (18) with M_Pr left factored, so
 * candidates are projected only for their norms, once a group.
 */
export function neighbourLoss(
  hidden: Tensor2D,
  inputs: NeighbourLossInputs,
  shape: BatchShape,
  parameters: Parameters,
  config: KnowledgeConfig,
): Scalar {
  const { groups: g, groupSize: c } = shape;
  const { width: d2, negatives: k } = config;
  const membership = membershipOf(inputs.owners, shape.objectiveMentions);
  const rows = gatherRows(hidden, inputs.positions, inputs.slots);
  const mentions = objectiveMentions(rows, membership, parameters, config); // [U, d2]
  const queries = tf.reshape(
    tf.matMul(membershipOf(tf.reshape(inputs.mentions, [-1]), shape.objectiveMentions), mentions, true),
    [g, c, d2],
  );
  const transfer = tf.reshape(inputs.transferRows, [g, d2, d2]);
  const relation = tf.mul(tf.reshape(inputs.relationRows, [g, 1, d2]), tf.reshape(inputs.directions, [g, 1, 1]));
  const projected = tf.add(tf.matMul(queries, transfer), relation); // [G, C, d2]
  const norms = lengthOf(projected); // [G, C, 1]
  const truths = tf.reshape(inputs.entityRows, [g, c, d2]);
  const negatives = tf.reshape(inputs.negativeRows, [g, k, d2]);
  const candidateNorms = lengthOf(tf.matMul(tf.concat([truths, negatives], 1), transfer)); // [G, C + k, 1]
  const truthNorms = tf.slice(candidateNorms, [0, 0, 0], [g, c, 1]);
  const negativeNorms = tf.reshape(tf.slice(candidateNorms, [0, c, 0], [g, k, 1]), [g, 1, k]);
  const lifted = tf.matMul(projected, transfer, false, true); // [G, C, d2]: p M_r^T
  const truthProducts = tf.sum(tf.mul(lifted, truths), 2, true); // [G, C, 1]
  const negativeProducts = tf.matMul(lifted, negatives, false, true); // [G, C, k]
  const scale = config.scoreScale;
  const truthScores = tf.sub(
    tf.mul(tf.div(truthProducts, tf.mul(norms, truthNorms)), scale),
    tf.reshape(inputs.logQ, [g, c, 1]),
  );
  const cosines = tf.div(negativeProducts, tf.mul(norms, negativeNorms));
  const negativeScores = tf.sub(tf.mul(cosines, scale), tf.reshape(inputs.negativeLogQ, [g, 1, k]));
  const hits = tf.equal(tf.reshape(inputs.entities, [g, c, 1]), tf.reshape(inputs.negatives, [g, 1, k]));
  const open = tf.add(negativeScores, tf.mul(tf.cast(hits, 'float32'), MASKED_OUT));
  const logProbabilities = tf.logSoftmax(tf.concat([truthScores, open], 2)); // [G, C, 1 + k]
  const losses = tf.neg(tf.reshape(tf.slice(logProbabilities, [0, 0, 0], [g, c, 1]), [g * c]));
  return weightedMean(losses, tf.reshape(inputs.weights, [g * c]));
}

function lengthOf(x: Tensor): Tensor {
  return tf.sqrt(tf.add(tf.sum(tf.square(x), 2, true), SQUARE_FLOOR));
}

/** Sum of weighted values over the sum of weights; 0 when nothing has weight. */
function weightedMean(values: Tensor, weights: Tensor): Scalar {
  return tf.div(tf.sum(tf.mul(values, weights)), tf.maximum(tf.sum(weights), 1)) as Scalar;
}
