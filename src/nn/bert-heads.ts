import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { gelu } from './layers/gelu.js';
import { layerNorm } from './layers/layer-norm.js';
import { linear } from './layers/linear.js';
import type { ParameterSpec } from './parameter-store.js';
import { denseSpecs, type EncoderConfig, normSpecs, type Parameters, WORD_TABLE } from './transformer-encoder.js';

/**
 * BERT's pre-training heads by Hugging Face's names (BertForPreTraining): the masked-token decoder, tied to the word
 * table, and the two-way classifier over the pooled first token. Letters as in transformer-encoder.ts.
 */
export function headParameterSpecs(config: EncoderConfig): ParameterSpec[] {
  const { hiddenSize: d } = config;
  const normal = { kind: 'normal', deviation: config.initializerRange } as const;
  return [
    ...denseSpecs('bert.pooler.dense', d, d, normal),
    ...denseSpecs('cls.predictions.transform.dense', d, d, normal),
    ...normSpecs('cls.predictions.transform.LayerNorm', d),
    {
      name: 'cls.predictions.bias',
      shape: [config.vocabularySize],
      initial: { kind: 'zeros' },
      decay: false,
      trainable: true,
    },
    ...denseSpecs('cls.seq_relationship', 2, d, normal),
  ];
}

/** Logits of masked tokens only: [P, d] hidden states -> [P, V]. */
export function maskedTokenLogits(rows: Tensor2D, parameters: Parameters, config: EncoderConfig): Tensor2D {
  const name = 'cls.predictions.transform';
  const dense = gelu(linear(rows, parameters[`${name}.dense.weight`], parameters[`${name}.dense.bias`]));
  const scale = parameters[`${name}.LayerNorm.weight`];
  const normal = layerNorm(dense, scale, parameters[`${name}.LayerNorm.bias`], config.layerNormEpsilon);
  return linear(normal, parameters[WORD_TABLE], parameters['cls.predictions.bias']);
}

/** Logits of the sentence order: hidden [N, d] of B samples of S tokens -> [B, 2]. */
export function sentenceOrderLogits(
  hidden: Tensor2D,
  samples: number,
  tokens: number,
  parameters: Parameters,
): Tensor2D {
  const d = hidden.shape[1];
  const first = tf.reshape(tf.slice(tf.reshape(hidden, [samples, tokens, d]), [0, 0, 0], [samples, 1, d]), [
    samples,
    d,
  ]);
  return orderLogits(first as Tensor2D, parameters);
}

/** The same from the first token of each sequence. [R, d] -> [R, 2] */
export function orderLogits(first: Tensor2D, parameters: Parameters): Tensor2D {
  const pooled = tf.tanh(linear(first, parameters['bert.pooler.dense.weight'], parameters['bert.pooler.dense.bias']));
  return linear(pooled as Tensor, parameters['cls.seq_relationship.weight'], parameters['cls.seq_relationship.bias']);
}
