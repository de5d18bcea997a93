import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import type { Program } from '../../engine/engine.js';
import { maskedTokenLogits } from '../../nn/bert-heads.js';
import { gatherRows } from '../../nn/layers/gather-rows.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { WORD_TABLE } from '../../nn/transformer-encoder.js';
import type { HybridAttention } from '../model/hybrid-attention.js';
import { sentenceParameters, sentenceSignature } from '../model/sentence-inputs.js';
import type { SentenceShape } from '../model/smedbert-config.js';
import { encode, type SmedbertConfig } from '../model/smedbert-model.js';
import { int } from '../model/smedbert-program.js';

/** Sizes of an explanation: those of the sentence, and P asked masks (0: none). */
export interface ExplanationShape extends SentenceShape {
  readonly masks: number;
}

/**
 * What a model attends to in one batch: `typeWeights` [M, K], `nodeWeights` [M, H, K], `gates` [Q] and `changes` [Q] of
 * the infused tokens, and `probabilities` [P, V] at the masks. Letters: smedbert-config.ts.
 */
export function explanationProgram(store: ParameterStore, config: SmedbertConfig, shape: ExplanationShape): Program {
  const { masks, samples, tokens } = shape;
  return {
    name: `smedbert explanation ${tokens} tokens, ${shape.infusedMentions} mentions, ${masks} masks`,
    inputs: {
      ...store.signature(explanationParameters(store, config, masks > 0)),
      ...sentenceSignature(config, shape),
      ...(masks > 0 && { maskPositions: int(masks), maskSlots: int(samples * tokens) }),
    },
    build(inputs) {
      const { final, attention } = encode(inputs, inputs, config);
      const outputs: Record<string, Tensor> = attention ? attentionOutputs(attention) : {};
      if (masks === 0) return outputs;
      const rows = gatherRows(final, inputs['maskPositions'], inputs['maskSlots']);
      return { ...outputs, probabilities: tf.softmax(maskedTokenLogits(rows, inputs, config.encoder)) };
    },
  };
}

/** Parameters that are whole inputs of the program. */
export function explanationParameters(store: ParameterStore, config: SmedbertConfig, masks: boolean): string[] {
  const heads = store.names().filter((name) => name.startsWith('cls.predictions.') || name === WORD_TABLE);
  return [...sentenceParameters(store, config), ...(masks ? heads : [])];
}

function attentionOutputs({ typeWeights, nodeWeights, gate, delta, spans }: HybridAttention): Record<string, Tensor> {
  const changes = tf.div(lengths(delta), tf.maximum(lengths(spans), 1e-12));
  return { typeWeights, nodeWeights, gates: tf.mean(tf.abs(gate), 1), changes };
}

/** [Q, d] -> [Q] */
function lengths(rows: Tensor2D): Tensor {
  return tf.sqrt(tf.sum(tf.square(rows), 1));
}
