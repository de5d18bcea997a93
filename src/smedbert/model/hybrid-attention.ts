import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gatherRows } from '../../nn/layers/gather-rows.js';
import { gelu } from '../../nn/layers/gelu.js';
import { layerNorm } from '../../nn/layers/layer-norm.js';
import { linear } from '../../nn/layers/linear.js';
import type { KnowledgeConfig } from './smedbert-config.js';

/**
 * Mention-neighbour hybrid attention and gated position infusion (Zhang et al. 2021, section 3.3, eq. 2 to 11).
 * Letters as in smedbert-config.ts: N tokens of the batch, Q infused tokens of M mentions, K neighbours, H heads.
 */
export type Parameters = Readonly<Record<string, Tensor>>;

/** Added to scores that must not win a softmax. */
export const MASKED_OUT = -1e9;

export interface HybridAttentionInputs {
  /** [Q] flat positions, and their inverse [N]. */
  readonly positions: Tensor;
  readonly slots: Tensor;
  /** [Q] number of the mention that a token belongs to, -1 for padding. */
  readonly owners: Tensor;
  /** [M * K, d2] vectors of the neighbours. */
  readonly neighbourRows: Tensor2D;
  /** [M, K] int32 types, -1 for padding; 1 where there is a neighbour; 1 at the first neighbour of each type. */
  readonly types: Tensor;
  readonly mask: Tensor;
  readonly typeFirsts: Tensor;
}

export interface HybridAttention {
  /** [N, d1] h_f */
  readonly hidden: Tensor2D;
  /** What the report shows: [M, d2], [M, K], [M, H, K], [M, d2], [M, d1]. */
  readonly mention: Tensor2D;
  readonly typeWeights: Tensor;
  readonly nodeWeights: Tensor;
  readonly aggregate: Tensor2D;
  readonly fusion: Tensor2D;
  /** [Q, d1] each: the infused tokens before, their gates g_i, and what is added to them. */
  readonly spans: Tensor2D;
  readonly gate: Tensor2D;
  readonly delta: Tensor2D;
}

/** Infuses the neighbours of every masked mention into the hidden states [N, d1] of its tokens. */
export function hybridAttention(
  hidden: Tensor2D,
  inputs: HybridAttentionInputs,
  parameters: Parameters,
  config: KnowledgeConfig,
): HybridAttention {
  const membership = membershipOf(inputs.owners, inputs.mask.shape[0]); // [M, Q]
  const spans = gatherRows(hidden, inputs.positions, inputs.slots); // [Q, d1]
  const pooled = poolSpans(spans, membership, parameters, 'knowledge.span_pooling'); // [M, d1]
  const mention = projectMention(pooled, parameters, 'knowledge.mention.dense', 'knowledge.mention', config); // [M, d2]
  const typeWeights = attendTypes(mention, inputs, parameters, config); // [M, K]
  const { joined, nodeWeights } = attendNodes(mention, typeWeights, inputs, parameters, config); // [M, d2]
  const aggregate = aggregateNeighbours(joined, parameters, config); // [M, d2]
  const fusion = fuse(aggregate, mention, parameters, config); // [M, d1]
  const perToken = tf.matMul(membership, fusion, true, false) as Tensor2D; // [Q, d1]
  const { gate, delta } = infuse(spans, perToken, parameters); // [Q, d1]
  const spread = gatherRows(delta, inputs.slots, inputs.positions); // [N, d1], zero outside spans
  const infused = tf.add(hidden, spread) as Tensor2D;
  return { hidden: infused, mention, typeWeights, nodeWeights, aggregate, fusion, spans, gate, delta };
}

/** [M, Q] 1 where the token belongs to the mention. */
export function membershipOf(owners: Tensor, mentions: number): Tensor2D {
  const numbers = tf.reshape(tf.range(0, mentions, 1, 'int32'), [mentions, 1]);
  return tf.cast(tf.equal(numbers, tf.reshape(owners, [1, -1])), 'float32') as Tensor2D;
}

/** Self-attentive pooling f_sp (Lin et al. 2017): one learned score a token, softmax over the span. [Q, d1] -> [M, d1] */
export function poolSpans(spans: Tensor2D, membership: Tensor2D, parameters: Parameters, name: string): Tensor2D {
  const scores = linear(spans, parameters[`${name}.weight`], parameters[`${name}.bias`]); // [Q, 1]
  const outside = tf.mul(tf.sub(1, membership), MASKED_OUT); // [M, Q]
  const weights = tf.softmax(tf.add(tf.reshape(scores, [1, -1]), outside)); // [M, Q]
  return tf.matMul(weights, spans) as Tensor2D;
}

/** h' = LN(GELU(W f_sp)), eq. (2) and its twins of the objectives. [M, d1] -> [M, d2] */
export function projectMention(
  pooled: Tensor2D,
  parameters: Parameters,
  dense: string,
  norm: string,
  config: KnowledgeConfig,
): Tensor2D {
  return normalise(
    gelu(linear(pooled, parameters[`${dense}.weight`], parameters[`${dense}.bias`])),
    norm,
    parameters,
    config,
  );
}

/** Eq. (3): a weight for each neighbour, that of its type; softmax over the types present. [M, K] */
function attendTypes(
  mention: Tensor2D,
  inputs: HybridAttentionInputs,
  parameters: Parameters,
  config: KnowledgeConfig,
): Tensor {
  const [mentions, k] = inputs.mask.shape;
  if (!config.typeAttention) return tf.onesLike(inputs.mask);
  const d2 = config.width;
  const same = sameType(inputs.types, inputs.mask); // [M, K, K]
  const neighbours = tf.reshape(inputs.neighbourRows, [mentions, k, d2]);
  let typeVectors = tf.matMul(same, neighbours); // [M, K, d2]
  if (config.typeAggregation === 'mean') typeVectors = tf.div(typeVectors, tf.maximum(tf.sum(same, 2, true), 1));
  const fromMention = linear(mention, parameters['knowledge.type_attention.mention.weight']); // [M, d2]
  const fromTypes = linear(
    tf.reshape(typeVectors, [mentions * k, d2]),
    parameters['knowledge.type_attention.type.weight'],
  );
  const sum = tf.tanh(tf.add(tf.reshape(fromMention, [mentions, 1, d2]), tf.reshape(fromTypes, [mentions, k, d2])));
  const scores = linear(tf.reshape(sum, [mentions * k, d2]), parameters['knowledge.type_attention.score.weight']);
  const repeated = tf.mul(tf.sub(1, inputs.typeFirsts), MASKED_OUT); // [M, K]
  const weights = tf.softmax(tf.add(tf.reshape(scores, [mentions, k]), repeated)); // on the first of each type
  return tf.reshape(tf.matMul(same, tf.reshape(weights, [mentions, k, 1])), [mentions, k]);
}

/** [M, K, K] 1 where two neighbours have the same type; rows and columns of padding are 0. */
function sameType(types: Tensor, mask: Tensor): Tensor {
  const [mentions, k] = types.shape;
  const equal = tf.equal(tf.reshape(types, [mentions, k, 1]), tf.reshape(types, [mentions, 1, k]));
  return tf.mul(tf.cast(equal, 'float32'), tf.reshape(mask, [mentions, 1, k]));
}

/** Eq. (4) to (6): scaled products of mention and neighbours, weighted by the type's attention, over H heads. */
function attendNodes(
  mention: Tensor2D,
  typeWeights: Tensor,
  inputs: HybridAttentionInputs,
  parameters: Parameters,
  config: KnowledgeConfig,
): { joined: Tensor2D; nodeWeights: Tensor } {
  const [mentions, k] = inputs.mask.shape;
  const { width, heads } = config;
  const size = width / heads;
  const name = 'knowledge.node_attention';
  const split = (rows: Tensor2D): Tensor => tf.transpose(tf.reshape(rows, [mentions, k, heads, size]), [0, 2, 1, 3]);
  const query = tf.reshape(linear(mention, parameters[`${name}.query.weight`]), [mentions, heads, 1, size]);
  const key = split(linear(inputs.neighbourRows, parameters[`${name}.key.weight`])); // [M, H, K, d2/H]
  const value = split(
    linear(inputs.neighbourRows, parameters[`${name}.value.weight`], parameters[`${name}.value.bias`]),
  );
  const products = tf.matMul(query, key, false, true); // [M, H, 1, K]
  const scaled = tf.mul(tf.mul(products, 1 / Math.sqrt(size)), tf.reshape(typeWeights, [mentions, 1, 1, k]));
  const absent = tf.reshape(tf.mul(tf.sub(1, inputs.mask), MASKED_OUT), [mentions, 1, 1, k]);
  const weights = tf.softmax(tf.add(scaled, absent)); // [M, H, 1, K]
  const joined = tf.reshape(tf.matMul(weights, value), [mentions, width]) as Tensor2D;
  return { joined, nodeWeights: tf.reshape(weights, [mentions, heads, k]) };
}

/** Eq. (7): h-bar = LN(u + GELU(u W_l1) W_l2). [M, d2] */
function aggregateNeighbours(joined: Tensor2D, parameters: Parameters, config: KnowledgeConfig): Tensor2D {
  const name = 'knowledge.aggregate';
  const inner = gelu(linear(joined, parameters[`${name}.inner.weight`], parameters[`${name}.inner.bias`]));
  const outer = linear(inner, parameters[`${name}.outer.weight`], parameters[`${name}.outer.bias`]);
  return normalise(tf.add(joined, outer), name, parameters, config);
}

/** Eq. (8) and (9): h~ = LN(GELU([h-bar ; h'] W_mf) W_bp). [M, d1] */
function fuse(aggregate: Tensor2D, mention: Tensor2D, parameters: Parameters, config: KnowledgeConfig): Tensor2D {
  const name = 'knowledge.fusion';
  const joined = tf.concat([aggregate, mention], 1) as Tensor2D; // [M, 2 d2]
  const inner = gelu(linear(joined, parameters[`${name}.mention.weight`], parameters[`${name}.mention.bias`]));
  const projected = linear(inner, parameters[`${name}.project.weight`], parameters[`${name}.project.bias`]);
  return normalise(projected, name, parameters, config);
}

/** Eq. (10) and (11) without the residual: GELU([h_i ; g_i * h~] W_ex), and g_i. [Q, d1] */
function infuse(spans: Tensor2D, fusion: Tensor2D, parameters: Parameters): { gate: Tensor2D; delta: Tensor2D } {
  const gateInput = tf.concat([spans, fusion], 1) as Tensor2D; // [Q, 2 d1]
  const gate = tf.tanh(linear(gateInput, parameters['knowledge.gate.weight'], parameters['knowledge.gate.bias']));
  const gated = tf.concat([spans, tf.mul(gate, fusion)], 1) as Tensor2D;
  const delta = gelu(linear(gated, parameters['knowledge.infuse.weight'], parameters['knowledge.infuse.bias']));
  return { gate: gate as Tensor2D, delta };
}

function normalise(x: Tensor2D, name: string, parameters: Parameters, config: KnowledgeConfig): Tensor2D {
  return layerNorm(
    x,
    parameters[`${name}.LayerNorm.weight`],
    parameters[`${name}.LayerNorm.bias`],
    config.layerNormEpsilon,
  );
}
