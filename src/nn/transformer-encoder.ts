import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { attention } from './layers/attention.js';
import { dropout } from './layers/dropout.js';
import { gelu } from './layers/gelu.js';
import { layerNorm } from './layers/layer-norm.js';
import { linear } from './layers/linear.js';
import type { Initializer, ParameterSpec } from './parameter-store.js';

/**
 * BERT's encoder (Devlin et al. 2019; post-LN), by the parameter names of Hugging Face checkpoints; ELECTRA's is the same with
 * narrower embeddings and another prefix (Clark et al. 2020). The parts are separate functions, so that a model may do
 * something between two layers.
 * Letters: B samples, S tokens a sample, N = B S, d hidden width, e embedding width, H heads, f inner width, V vocabulary.
 */
export interface EncoderConfig {
  /** What the names of its parameters begin with; default: `bert`. */
  readonly prefix?: string;
  readonly vocabularySize: number;
  readonly hiddenSize: number;
  /** Width of the embeddings, where a dense layer leads from it to `hiddenSize` (ELECTRA); default: the same. */
  readonly embeddingSize?: number;
  readonly layers: number;
  readonly heads: number;
  readonly intermediateSize: number;
  readonly maximumPositions: number;
  readonly typeVocabularySize: number;
  readonly layerNormEpsilon: number;
  readonly initializerRange: number;
  readonly hiddenDropout: number;
  readonly attentionDropout: number;
}

export type Parameters = Readonly<Record<string, Tensor>>;
/** Keep-masks by place, bool; a place without a mask is not dropped. See dropoutPlaces. */
export type DropoutMasks = Readonly<Record<string, Tensor | undefined>>;

export const WORD_TABLE = 'bert.embeddings.word_embeddings.weight';

/** The word table [V, e] of an encoder. */
export function wordTableOf(config: EncoderConfig): string {
  return `${prefixOf(config)}.embeddings.word_embeddings.weight`;
}

export function encoderParameterSpecs(config: EncoderConfig): ParameterSpec[] {
  const { hiddenSize: d, intermediateSize: f, vocabularySize, maximumPositions, typeVocabularySize } = config;
  const { embeddingSize: e = d } = config;
  const prefix = prefixOf(config);
  const normal: Initializer = { kind: 'normal', deviation: config.initializerRange };
  const table = (name: string, rows: number): ParameterSpec => ({
    name,
    shape: [rows, e],
    initial: normal,
    decay: true,
    trainable: true,
  });
  const specs = [
    table(wordTableOf(config), vocabularySize),
    table(`${prefix}.embeddings.position_embeddings.weight`, maximumPositions),
    table(`${prefix}.embeddings.token_type_embeddings.weight`, typeVocabularySize),
    ...normSpecs(`${prefix}.embeddings.LayerNorm`, e),
    ...(e === d ? [] : denseSpecs(`${prefix}.embeddings_project`, d, e, normal)),
  ];
  for (let layer = 0; layer < config.layers; layer++) {
    const name = `${prefixOf(config)}.encoder.layer.${layer}`;
    for (const part of ['query', 'key', 'value'])
      specs.push(...denseSpecs(`${name}.attention.self.${part}`, d, d, normal));
    specs.push(
      ...denseSpecs(`${name}.attention.output.dense`, d, d, normal),
      ...normSpecs(`${name}.attention.output.LayerNorm`, d),
    );
    specs.push(
      ...denseSpecs(`${name}.intermediate.dense`, f, d, normal),
      ...denseSpecs(`${name}.output.dense`, d, f, normal),
    );
    specs.push(...normSpecs(`${name}.output.LayerNorm`, d));
  }
  return specs;
}

export function denseSpecs(name: string, out: number, input: number, initial: Initializer): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [out, input], initial, decay: true, trainable: true },
    { name: `${name}.bias`, shape: [out], initial: { kind: 'zeros' }, decay: false, trainable: true },
  ];
}

export function normSpecs(name: string, size: number): ParameterSpec[] {
  return [
    { name: `${name}.weight`, shape: [size], initial: { kind: 'ones' }, decay: false, trainable: true },
    { name: `${name}.bias`, shape: [size], initial: { kind: 'zeros' }, decay: false, trainable: true },
  ];
}

/** The places that drop, with the shape of their keep-masks, for B samples of S tokens. */
export function dropoutPlaces(config: EncoderConfig, b: number, s: number): Record<string, number[]> {
  const places: Record<string, number[]> = {};
  const hidden = [b * s, config.hiddenSize];
  if (config.hiddenDropout > 0) places['dropout.embeddings'] = [b * s, config.embeddingSize ?? config.hiddenSize];
  for (let layer = 0; layer < config.layers; layer++) {
    if (config.attentionDropout > 0) places[`dropout.${layer}.probabilities`] = [b, config.heads, s, s];
    if (config.hiddenDropout === 0) continue;
    places[`dropout.${layer}.attention`] = hidden;
    places[`dropout.${layer}.output`] = hidden;
  }
  return places;
}

/**
 * Sum of word, position and token-type vectors, normalised, and led to the hidden width where they are narrower.
 * @param wordRows [N, e] rows of the word table
 * @param segmentIds [B, S] int32
 * @param positionIds [B, S] int32 where positions do not count from the first token of the sample
 * @returns [N, d]
 */
export function embedTokens(
  wordRows: Tensor2D,
  segmentIds: Tensor,
  parameters: Parameters,
  config: EncoderConfig,
  masks: DropoutMasks,
  positionIds?: Tensor,
): Tensor2D {
  const vectors = tokenVectors(wordRows, segmentIds, parameters, config, masks, positionIds);
  return projectEmbeddings(vectors, parameters, config);
}

/** The embeddings themselves, which two encoders may share. [N, e] */
export function tokenVectors(
  wordRows: Tensor2D,
  segmentIds: Tensor,
  parameters: Parameters,
  config: EncoderConfig,
  masks: DropoutMasks,
  positionIds?: Tensor,
): Tensor2D {
  const [b, s] = segmentIds.shape;
  const { hiddenSize: d, embeddingSize: e = d, typeVocabularySize } = config;
  const prefix = prefixOf(config);
  const positions = tf.slice(parameters[`${prefix}.embeddings.position_embeddings.weight`], [0, 0], [s, e]);
  const typeTable = parameters[`${prefix}.embeddings.token_type_embeddings.weight`];
  const types = rowsByProduct(segmentIds, typeTable, typeVocabularySize); // [N, e]
  const places = positionIds
    ? tf.add(wordRows, rowsByProduct(positionIds, positions, s))
    : tf.reshape(tf.add(tf.reshape(wordRows, [b, s, e]), tf.reshape(positions, [1, s, e])), [b * s, e]);
  const sum = tf.add(places, types) as Tensor2D;
  const normal = normalise(sum, `${prefix}.embeddings.LayerNorm`, parameters, config);
  return dropout(normal, masks['dropout.embeddings'], config.hiddenDropout);
}

/** [N, e] -> [N, d]; the same where both are as wide. */
export function projectEmbeddings(vectors: Tensor2D, parameters: Parameters, config: EncoderConfig): Tensor2D {
  const { hiddenSize: d, embeddingSize: e = d } = config;
  if (e === d) return vectors;
  const project = `${prefixOf(config)}.embeddings_project`;
  return linear(vectors, parameters[`${project}.weight`], parameters[`${project}.bias`]);
}

/** Rows of a short table as a product with ones, whose gradient is a product too. ids [B, S], table [R, d] -> [N, d] */
function rowsByProduct(ids: Tensor, table: Tensor, rows: number): Tensor2D {
  const ones = tf.cast(tf.oneHot(tf.reshape(ids, [-1]) as tf.Tensor1D, rows), 'float32');
  return tf.matMul(ones as Tensor2D, table as Tensor2D);
}

/**
 * Packed samples: a token attends to those of its own sequence.
 * @param sequenceIds [B, S] int32, -1 for padding
 * @returns [B, 1, S, S] to be added to attention scores
 */
export function blockMask(sequenceIds: Tensor): Tensor {
  const [b, s] = sequenceIds.shape;
  const same = tf.equal(tf.reshape(sequenceIds, [b, 1, s, 1]), tf.reshape(sequenceIds, [b, 1, 1, s]));
  return tf.mul(tf.sub(1, tf.cast(same, 'float32')), -1e9);
}

/** [B, S] 1 for a token, 0 for padding -> [B, 1, 1, S] to be added to attention scores. */
export function additiveMask(attentionMask: Tensor): Tensor {
  const [b, s] = attentionMask.shape;
  return tf.reshape(tf.mul(tf.sub(1, attentionMask), -1e9), [b, 1, 1, s]);
}

/** One layer: self-attention and feed-forward, each with residual and LayerNorm. [N, d] -> [N, d] */
export function encoderLayer(
  hidden: Tensor2D,
  layer: number,
  mask: Tensor,
  parameters: Parameters,
  config: EncoderConfig,
  masks: DropoutMasks,
): Tensor2D {
  const [b, , , s] = mask.shape;
  const name = `${prefixOf(config)}.encoder.layer.${layer}`;
  const dense = (x: Tensor2D, part: string) =>
    linear(x, parameters[`${name}.${part}.weight`], parameters[`${name}.${part}.bias`]);
  const heads = (x: Tensor2D) =>
    tf.transpose(tf.reshape(x, [b, s, config.heads, config.hiddenSize / config.heads]), [0, 2, 1, 3]); // [B, H, S, d/H]
  const context = attention(
    heads(dense(hidden, 'attention.self.query')),
    heads(dense(hidden, 'attention.self.key')),
    heads(dense(hidden, 'attention.self.value')),
    mask,
    masks[`dropout.${layer}.probabilities`],
    config.attentionDropout,
  );
  const joined = tf.reshape(tf.transpose(context, [0, 2, 1, 3]), [b * s, config.hiddenSize]) as Tensor2D;
  const attended = dropout(
    dense(joined, 'attention.output.dense'),
    masks[`dropout.${layer}.attention`],
    config.hiddenDropout,
  );
  const middle = normalise(tf.add(attended, hidden), `${name}.attention.output.LayerNorm`, parameters, config);
  const inner = dense(gelu(dense(middle, 'intermediate.dense')), 'output.dense');
  const output = dropout(inner, masks[`dropout.${layer}.output`], config.hiddenDropout);
  return normalise(tf.add(output, middle), `${name}.output.LayerNorm`, parameters, config);
}

function prefixOf({ prefix = 'bert' }: EncoderConfig): string {
  return prefix;
}

function normalise(x: Tensor2D, name: string, parameters: Parameters, config: EncoderConfig): Tensor2D {
  return layerNorm(x, parameters[`${name}.weight`], parameters[`${name}.bias`], config.layerNormEpsilon);
}
