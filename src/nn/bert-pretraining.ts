import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Program, Signature, TensorSpec } from '../engine/engine.js';
import { headParameterSpecs, maskedTokenLogits, sentenceOrderLogits } from './bert-heads.js';
import { lossAndGradients } from './gradients.js';
import { gatherRows } from './layers/gather-rows.js';
import { softmaxCrossEntropy } from './layers/softmax-cross-entropy.js';
import type { ParameterSpec, ParameterStore } from './parameter-store.js';
import {
  additiveMask,
  type EncoderConfig,
  embedTokens,
  encoderLayer,
  encoderParameterSpecs,
} from './transformer-encoder.js';

/**
 * Plain BERT pre-training (Devlin et al. 2019): masked tokens and sentence order, L = MLM + SOP. The measure for what
 * the graph adds, in quality and in time. Letters as in transformer-encoder.ts; P masked tokens of the batch.
 */
export interface BertBatchShape {
  readonly samples: number;
  readonly tokens: number;
  readonly maskedTokens: number;
}

export function bertParameterSpecs(config: EncoderConfig): ParameterSpec[] {
  return [...encoderParameterSpecs(config), ...headParameterSpecs(config)];
}

/** Everything of a batch but the parameters. `wordRows` are the rows of the word table, read before the run. */
export function bertBatchSignature(config: EncoderConfig, shape: BertBatchShape): Signature {
  const { samples: b, tokens: s, maskedTokens: p } = shape;
  return {
    wordRows: spec('float32', b * s, config.hiddenSize),
    segmentIds: spec('int32', b, s),
    attentionMask: spec('float32', b, s),
    maskedPositions: spec('int32', p),
    maskedSlots: spec('int32', b * s),
    maskedLabels: spec('int32', p),
    maskedWeights: spec('float32', p),
    orderLabels: spec('int32', b),
    orderWeights: spec('float32', b),
  };
}

/** Losses `loss.{total,mlm,sop}` and the gradient of every parameter and of the word rows, without dropout. */
export function bertTrainingProgram(store: ParameterStore, config: EncoderConfig, shape: BertBatchShape): Program {
  return {
    name: `bert ${shape.samples} x ${shape.tokens}`,
    inputs: { ...store.signature(), ...bertBatchSignature(config, shape) },
    build(inputs) {
      const wrt = Object.fromEntries([...store.names(), 'wordRows'].map((name) => [name, inputs[name]]));
      const { losses, gradients } = lossAndGradients(() => bertLosses(inputs, config, shape), wrt);
      return { ...prefixed('loss', losses), ...prefixed('gradient', gradients) };
    },
  };
}

function bertLosses(inputs: Readonly<Record<string, Tensor>>, config: EncoderConfig, shape: BertBatchShape) {
  let hidden = embedTokens(inputs['wordRows'] as Tensor2D, inputs['segmentIds'], inputs, config, {}); // [N, d]
  const mask = additiveMask(inputs['attentionMask']);
  for (let layer = 0; layer < config.layers; layer++) hidden = encoderLayer(hidden, layer, mask, inputs, config, {});
  const masked = gatherRows(hidden, inputs['maskedPositions'], inputs['maskedSlots']); // [P, d]
  const logits = maskedTokenLogits(masked, inputs, config); // [P, V]
  const mlm = softmaxCrossEntropy(logits, inputs['maskedLabels'], inputs['maskedWeights']);
  const order = sentenceOrderLogits(hidden, shape.samples, shape.tokens, inputs); // [B, 2]
  const sop = softmaxCrossEntropy(order, inputs['orderLabels'], inputs['orderWeights']);
  return { total: tf.add(mlm, sop) as Scalar, mlm, sop };
}

function prefixed(prefix: string, values: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function spec(dtype: TensorSpec['dtype'], ...shape: number[]): TensorSpec {
  return { shape, dtype };
}
