import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Program, Signature, TensorSpec } from '../../engine/engine.js';
import { lossAndGradients } from '../../nn/gradients.js';
import { gatherRows } from '../../nn/layers/gather-rows.js';
import { gelu } from '../../nn/layers/gelu.js';
import { layerNorm } from '../../nn/layers/layer-norm.js';
import { linear } from '../../nn/layers/linear.js';
import { sigmoidCrossEntropy } from '../../nn/layers/sigmoid-cross-entropy.js';
import { softmaxCrossEntropy } from '../../nn/layers/softmax-cross-entropy.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import {
  additiveMask,
  dropoutPlaces,
  type EncoderConfig,
  encoderLayer,
  projectEmbeddings,
  tokenVectors,
} from '../../nn/transformer-encoder.js';
import { type ElectraConfig, isOfGenerator, isShared, sharedWordTable } from './electra-config.js';

/**
 * The two programs of a step: tokens are drawn from the generator's probabilities between them, where no gradient flows, so
 * the gradient of the sum of both losses is the sum of theirs.
 */
export interface ElectraShape {
  readonly samples: number;
  readonly tokens: number;
  readonly maskedTokens: number;
}

type Inputs = Readonly<Record<string, Tensor>>;

/** `loss.mlm`, `probabilities` [P, V] of the masked places, and gradients. */
export function generatorProgram(
  store: ParameterStore,
  config: ElectraConfig,
  shape: ElectraShape,
  isTrained: boolean,
): Program {
  const names = store.names().filter((name) => isOfGenerator(name) || isShared(name));
  return {
    name: `electra generator ${shape.samples} x ${shape.tokens}`,
    inputs: {
      ...store.signature(names),
      ...textSignature(config.generator, shape, isTrained),
      maskedPositions: int(shape.maskedTokens),
      maskedSlots: int(shape.samples * shape.tokens),
      maskedLabels: int(shape.maskedTokens),
      maskedWeights: float(shape.maskedTokens),
    },
    build(inputs) {
      return outputsOf(() => generatorLosses(inputs, config), inputs, isTrained ? [...names, 'wordRows'] : []);
    },
  };
}

/** `loss.rtd`, `scores` [N] (logits of "replaced"), and gradients of `weight` times the loss. */
export function discriminatorProgram(
  store: ParameterStore,
  config: ElectraConfig,
  shape: ElectraShape,
  isTrained: boolean,
  weight: number,
): Program {
  const table = sharedWordTable(config);
  const names = store.names().filter((name) => !isOfGenerator(name) && name !== table);
  return {
    name: `electra discriminator ${shape.samples} x ${shape.tokens}`,
    inputs: {
      ...store.signature(names),
      ...textSignature(config.discriminator, shape, isTrained),
      replaced: float(shape.samples * shape.tokens),
    },
    build(inputs) {
      const losses = () => discriminatorLosses(inputs, config, weight);
      return outputsOf(losses, inputs, isTrained ? [...names, 'wordRows'] : []);
    },
  };
}

function generatorLosses(inputs: Inputs, config: ElectraConfig) {
  const hidden = encode(inputs, config, config.generator); // [N, d]
  const masked = gatherRows(hidden, inputs['maskedPositions'], inputs['maskedSlots']); // [P, d]
  const logits = generatorLogits(masked, inputs, config); // [P, V]
  const mlm = softmaxCrossEntropy(logits, inputs['maskedLabels'], inputs['maskedWeights']);
  return { total: mlm, 'loss.mlm': mlm, probabilities: tf.softmax(logits) };
}

function discriminatorLosses(inputs: Inputs, config: ElectraConfig, weight: number) {
  const hidden = encode(inputs, config, config.discriminator); // [N, d]
  const scores = replacedTokenScores(hidden, inputs); // [N]
  const rtd = sigmoidCrossEntropy(scores, inputs['replaced'], tf.reshape(inputs['attentionMask'], [-1]));
  return { total: tf.mul(rtd, weight) as Scalar, 'loss.rtd': rtd, scores };
}

/** Hidden states of either encoder over the shared embeddings. [N, e] -> [N, d] */
function encode(inputs: Inputs, { discriminator }: ElectraConfig, encoder: EncoderConfig): Tensor2D {
  const rows = inputs['wordRows'] as Tensor2D;
  const vectors = tokenVectors(rows, inputs['segmentIds'], inputs, discriminator, inputs); // [N, e]
  let hidden = projectEmbeddings(vectors, inputs, encoder);
  const mask = additiveMask(inputs['attentionMask']);
  for (let layer = 0; layer < encoder.layers; layer++) {
    hidden = encoderLayer(hidden, layer, mask, inputs, encoder, inputs);
  }
  return hidden;
}

/** The decoder is the word table. [P, d] -> [P, V] */
function generatorLogits(rows: Tensor2D, parameters: Inputs, config: ElectraConfig): Tensor2D {
  const name = 'generator_predictions';
  const dense = gelu(linear(rows, parameters[`${name}.dense.weight`], parameters[`${name}.dense.bias`])); // [P, e]
  const [scale, shift] = [parameters[`${name}.LayerNorm.weight`], parameters[`${name}.LayerNorm.bias`]];
  const normal = layerNorm(dense, scale, shift, config.generator.layerNormEpsilon);
  return linear(normal, parameters[sharedWordTable(config)], parameters['generator_lm_head.bias']);
}

/** [N, d] -> [N] */
export function replacedTokenScores(hidden: Tensor2D, parameters: Inputs): Tensor {
  const dense = (x: Tensor2D, part: string) =>
    linear(
      x,
      parameters[`discriminator_predictions.${part}.weight`],
      parameters[`discriminator_predictions.${part}.bias`],
    );
  return tf.reshape(dense(gelu(dense(hidden, 'dense')), 'dense_prediction'), [-1]);
}

function outputsOf(
  losses: () => { total: Scalar } & Record<string, Tensor>,
  inputs: Inputs,
  trained: readonly string[],
): Record<string, Tensor> {
  if (trained.length === 0) {
    const { total: _, ...outputs } = losses();
    return outputs;
  }
  const wrt = Object.fromEntries(trained.map((name) => [name, inputs[name]]));
  const {
    losses: { total: _, ...outputs },
    gradients,
  } = lossAndGradients(losses, wrt);
  const named = Object.entries(gradients).map(([name, value]) => [`gradient.${name}`, value]);
  return { ...outputs, ...Object.fromEntries(named) };
}

/** `wordRows` are rows of the word table, read before the run. */
function textSignature(encoder: EncoderConfig, { samples: b, tokens: s }: ElectraShape, isTrained: boolean): Signature {
  const places = isTrained ? Object.entries(dropoutPlaces(encoder, b, s)) : [];
  return {
    wordRows: float(b * s, encoder.embeddingSize ?? encoder.hiddenSize),
    segmentIds: int(b, s),
    attentionMask: float(b, s),
    ...Object.fromEntries(places.map(([name, shape]) => [name, { shape, dtype: 'bool' as const }])),
  };
}

function float(...shape: number[]): TensorSpec {
  return { shape, dtype: 'float32' };
}

function int(...shape: number[]): TensorSpec {
  return { shape, dtype: 'int32' };
}
