import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gatherRows } from '../../nn/layers/gather-rows.js';
import { layerNorm } from '../../nn/layers/layer-norm.js';
import { linear } from '../../nn/layers/linear.js';
import { MASKED_OUT, membershipOf, type Parameters } from './hybrid-attention.js';
import type { KnowledgeConfig } from './smedbert-config.js';

/**
 * The one-hop mixer of the SMedBERT repository (off by default): each linked mention's entity and type vectors are added
 * to the tokens of its span, then every token attends to all mentions of its sample. Only unmasked mentions take part:
 * a masked one would be handed its own name. Letters as in smedbert-config.ts: V tokens of U mentions.
 */
export interface MixerInputs {
  /** [V] flat positions, their inverse [N], and [V] the mention of each token. */
  readonly positions: Tensor;
  readonly slots: Tensor;
  readonly owners: Tensor;
  /** [U] int32 sample of each mention, -1 for padding; in packed samples its sequence. */
  readonly samples: Tensor;
  /** [B, S] int32 sequence of each token, where samples are packed. */
  readonly sequences?: Tensor;
  /** [U, d2] vectors of the entities, and of their types (mean over the type's entities). */
  readonly entityRows: Tensor2D;
  readonly typeRows: Tensor2D;
}

/** @param hidden [N, d1] of B samples @returns [N, d1] */
export function oneHopMixer(
  hidden: Tensor2D,
  b: number,
  inputs: MixerInputs,
  parameters: Parameters,
  config: KnowledgeConfig,
): Tensor2D {
  const d1 = hidden.shape[1];
  const u = inputs.samples.shape[0];
  const dense = (x: Tensor, part: string) =>
    linear(x, parameters[`knowledge.mixer.${part}.weight`], parameters[`knowledge.mixer.${part}.bias`]);
  const norm = (x: Tensor, part: string) =>
    layerNorm(
      x as Tensor2D,
      parameters[`knowledge.mixer.${part}.LayerNorm.weight`],
      parameters[`knowledge.mixer.${part}.LayerNorm.bias`],
      config.layerNormEpsilon,
    );
  const mentions = norm(tf.add(dense(inputs.entityRows, 'entity'), dense(inputs.typeRows, 'type')), 'mention'); // [U, d1]
  const membership = membershipOf(inputs.owners, u); // [U, V]
  const perToken = tf.matMul(membership, mentions, true) as Tensor2D; // [V, d1]
  const marked = tf.add(hidden, gatherRows(perToken, inputs.slots, inputs.positions)); // [N, d1]
  const scores = tf.matMul(dense(marked, 'query'), dense(mentions, 'key'), false, true); // [N, U]
  const own = ownMentions(inputs, b); // [B, 1, U], packed [B, S, U]
  const scaled = tf.reshape(tf.mul(scores, 1 / Math.sqrt(d1)), [b, -1, u]);
  const weights = tf.reshape(tf.softmax(tf.add(scaled, tf.mul(tf.sub(1, own), MASKED_OUT))), [-1, u]);
  const attended = tf.matMul(weights, dense(mentions, 'value')); // [N, d1]
  return norm(tf.add(marked, tf.mul(attended, hasMention(own, hidden.shape[0]))), 'output');
}

/** 1 for a mention of the token's own sample, or sequence. */
function ownMentions({ samples, sequences }: MixerInputs, b: number): Tensor {
  const u = samples.shape[0];
  if (sequences === undefined) return tf.reshape(membershipOf(samples, b), [b, 1, u]);
  return tf.cast(tf.equal(tf.reshape(sequences, [b, -1, 1]), tf.reshape(samples, [1, 1, u])), 'float32');
}

/** [N, 1] 1 where there is a mention: a softmax over none would attend to everything. */
function hasMention(own: Tensor, n: number): Tensor {
  const some = tf.max(own, 2, true); // [B, 1, 1], packed [B, S, 1]
  return tf.reshape(tf.tile(some, [1, n / some.size, 1]), [n, 1]);
}
