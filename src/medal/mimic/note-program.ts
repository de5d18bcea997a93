import type { Tensor2D } from '@tensorflow/tfjs-core';
import type { Program, Signature } from '../../engine/engine.js';
import { lossAndGradients } from '../../nn/gradients.js';
import { linear } from '../../nn/layers/linear.js';
import { sigmoidCrossEntropy } from '../../nn/layers/sigmoid-cross-entropy.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { dropoutPlaces, type Parameters } from '../../nn/transformer-encoder.js';
import { headName, stateWidth } from '../model/sense-config.js';
import { denseNames, sequenceStates } from '../model/sense-program.js';
import { attentionDropout } from '../model/state-attention.js';
import type { NoteConfig, NoteShape } from './note-config.js';
import { poolingDropout, poolStates } from './note-pooling.js';

/**
 * The part of a model of notes that is a program: all of ELECTRA; of the recurrent ones what comes after the LSTM. The loss is the
 * mean binary cross-entropy over notes and outputs. Letters: B notes, S tokens, N = B S, K outputs, D state width.
 */
export function noteTrainingProgram(store: ParameterStore, config: NoteConfig, shape: NoteShape): Program {
  const dense = denseNames(store, config, true);
  const read = config.model === 'electra' ? 'wordRows' : 'states';
  const outputs = [shape.samples, config.classes];
  return {
    name: `notes by ${config.model} ${shape.samples} x ${shape.tokens}`,
    inputs: {
      ...store.signature(dense),
      ...noteSignature(config, shape),
      labels: { shape: outputs, dtype: 'float32' },
      outputWeights: { shape: outputs, dtype: 'float32' },
      ...dropoutSignature(config, shape),
    },
    build(inputs) {
      const wrt = Object.fromEntries([...dense, read].map((name) => [name, inputs[name]]));
      const { losses, gradients } = lossAndGradients(
        () => ({ total: sigmoidCrossEntropy(noteLogits(inputs, config), inputs['labels'], inputs['outputWeights']) }),
        wrt,
      );
      const named = Object.entries(gradients).map(([name, value]) => [`gradient.${name}`, value]);
      return { 'loss.total': losses['total'], ...Object.fromEntries(named) };
    },
  };
}

/** `logits` [B, K], without dropout. */
export function noteAskingProgram(store: ParameterStore, config: NoteConfig, shape: NoteShape): Program {
  return {
    name: `asks ${config.model} of notes ${shape.samples} x ${shape.tokens}`,
    inputs: { ...store.signature(denseNames(store, config, true)), ...noteSignature(config, shape) },
    build: (inputs) => ({ logits: noteLogits(inputs, config) }),
  };
}

/** [B, K] */
function noteLogits(inputs: Parameters, config: NoteConfig): Tensor2D {
  const states = sequenceStates(inputs, config); // [N, D]
  const pooled = poolStates(states, inputs['attentionMask'], inputs, config, inputs); // [B, D]
  const head = headName(config);
  return linear(pooled, inputs[`${head}.weight`], inputs[`${head}.bias`]);
}

function noteSignature(config: NoteConfig, { samples, tokens }: NoteShape): Signature {
  const attentionMask = { shape: [samples, tokens], dtype: 'float32' as const };
  const rows = samples * tokens;
  if (config.model !== 'electra') {
    return { attentionMask, states: { shape: [rows, stateWidth(config)], dtype: 'float32' } };
  }
  const { embeddingSize, hiddenSize } = config.encoder;
  return {
    attentionMask,
    segmentIds: { shape: [samples, tokens], dtype: 'int32' },
    wordRows: { shape: [rows, embeddingSize ?? hiddenSize], dtype: 'float32' },
  };
}

function dropoutSignature(config: NoteConfig, shape: NoteShape): Signature {
  const { samples, tokens } = shape;
  const encoder =
    config.model === 'electra'
      ? dropoutPlaces(config.encoder, samples, tokens)
      : attentionDropout(config, samples, tokens);
  const places = { ...encoder, ...poolingDropout(config, shape) };
  return Object.fromEntries(Object.entries(places).map(([name, sides]) => [name, { shape: sides, dtype: 'bool' }]));
}
