import type { Scalar, Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Signature } from '../../engine/engine.js';
import { dropout } from '../../nn/layers/dropout.js';
import { linear } from '../../nn/layers/linear.js';
import { softmaxCrossEntropy } from '../../nn/layers/softmax-cross-entropy.js';
import type { ParameterSpec } from '../../nn/parameter-store.js';
import { denseSpecs, type EncoderConfig, type Parameters } from '../../nn/transformer-encoder.js';
import type { BatchTensors } from './smedbert-model.js';

/**
 * The heads that turn an encoder into an answer, by Hugging Face's names (`classifier.*`, `bert.pooler.*`), so that
 * BertForTokenClassification opens a `tokens` head and BertForSequenceClassification a `texts` or a `score` head.
 * Letters: B samples, S tokens a sample, d hidden width, L labels.
 */
export type HeadKind =
  /** A label for each token. */
  | 'tokens'
  /** A label for one text or two, from the pooled first token. */
  | 'texts'
  /** One logit for a pair: how well the second answers the first. */
  | 'score'
  /** A label for two marked spans, from the pooled first token and the mean of each span. */
  | 'spans';

export interface TaskHead {
  readonly kind: HeadKind;
  /** L; 1 for a score. */
  readonly labels: number;
}

/** Spans that a sample of a `spans` head marks. */
export const MARKED_SPANS = 2;
export const CLASSIFIER_DROPOUT = 'dropout.classifier';

export function taskHeadSpecs(encoder: EncoderConfig, head: TaskHead): ParameterSpec[] {
  const normal = { kind: 'normal', deviation: encoder.initializerRange } as const;
  const { hiddenSize: d } = encoder;
  return [
    ...(head.kind === 'tokens' ? [] : denseSpecs('bert.pooler.dense', d, d, normal)),
    ...denseSpecs('classifier', head.labels, inputWidth(encoder, head), normal),
  ];
}

/** What the head reads of a batch, beside the encoder's inputs. */
export function taskHeadSignature(head: TaskHead, samples: number, tokens: number): Signature {
  const rows = head.kind === 'tokens' ? samples * tokens : samples;
  return {
    labels: { shape: [rows], dtype: 'int32' },
    labelWeights: { shape: [rows], dtype: 'float32' },
    ...(head.kind === 'spans' && {
      spanWeights: { shape: [samples, MARKED_SPANS, tokens], dtype: 'float32' as const },
    }),
  };
}

/** The keep-mask before the classifier. */
export function taskHeadDropout(encoder: EncoderConfig, head: TaskHead, samples: number, tokens: number): Signature {
  if (encoder.hiddenDropout === 0) return {};
  const rows = head.kind === 'tokens' ? samples * tokens : samples;
  return { [CLASSIFIER_DROPOUT]: { shape: [rows, inputWidth(encoder, head)], dtype: 'bool' } };
}

/**
 * @param final [B * S, d] hidden states after the last layer
 * @returns [B * S, L] for tokens, else [B, L]
 */
export function taskLogits(
  final: Tensor2D,
  batch: BatchTensors,
  parameters: Parameters,
  head: TaskHead,
  { encoder, samples, tokens }: { encoder: EncoderConfig; samples: number; tokens: number },
): Tensor2D {
  const features = headFeatures(final, batch, parameters, head, samples, tokens);
  const kept = dropout(features, batch[CLASSIFIER_DROPOUT], encoder.hiddenDropout);
  return linear(kept, parameters['classifier.weight'], parameters['classifier.bias']);
}

/** Cross-entropy, of a score against 0: the logistic loss of its logit. Mean over the rows of weight 1. */
export function taskLoss(logits: Tensor2D, batch: BatchTensors, { kind }: TaskHead): Scalar {
  const scored = kind === 'score' ? (tf.concat([tf.zeros(logits.shape), logits], 1) as Tensor2D) : logits; // [B, 2]
  return softmaxCrossEntropy(scored, batch['labels'], batch['labelWeights']);
}

function headFeatures(
  final: Tensor2D,
  batch: BatchTensors,
  parameters: Parameters,
  { kind }: TaskHead,
  samples: number,
  tokens: number,
): Tensor2D {
  if (kind === 'tokens') return final;
  const d = final.shape[1];
  const states = tf.reshape(final, [samples, tokens, d]);
  const first = tf.reshape(tf.slice(states, [0, 0, 0], [samples, 1, d]), [samples, d]);
  const dense = linear(first, parameters['bert.pooler.dense.weight'], parameters['bert.pooler.dense.bias']);
  const pooled = tf.tanh(dense) as Tensor2D; // [B, d]
  if (kind !== 'spans') return pooled;
  const spans = tf.matMul(batch['spanWeights'] as Tensor, states); // [B, 2, d]
  return tf.concat([pooled, tf.reshape(spans, [samples, MARKED_SPANS * d])], 1) as Tensor2D; // [B, 3 d]
}

function inputWidth({ hiddenSize }: EncoderConfig, { kind }: TaskHead): number {
  return kind === 'spans' ? (1 + MARKED_SPANS) * hiddenSize : hiddenSize;
}
