import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { Program, Signature } from '../../engine/engine.js';
import { lossAndGradients } from '../../nn/gradients.js';
import { gatherRows } from '../../nn/layers/gather-rows.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import type { LookupPlan } from '../../nn/training-task.js';
import {
  additiveMask,
  dropoutPlaces,
  embedTokens,
  encoderLayer,
  type Parameters,
  wordTableOf,
} from '../../nn/transformer-encoder.js';
import { headName, type SenseConfig, type SenseShape, stateWidth } from './sense-config.js';
import {
  headDifferentiated,
  headLookups,
  headSignature,
  type SenseLoss,
  senseLogits,
  senseLosses,
} from './sense-head.js';
import { WORDS } from './sense-parameters.js';
import { attendStates, attentionDropout } from './state-attention.js';
import { CUE_WEIGHTS } from './text-cues.js';

/**
 * The part of a model that is a program: all of ELECTRA; of the recurrent ones what comes after the LSTM, whose states it
 * reads. Letters: B windows, S tokens, N = B S, Q places, U candidates, C senses, D state width, e embedding width.
 */
export function senseLookups(config: SenseConfig, loss: SenseLoss): Record<string, LookupPlan> {
  return { ...wordLookups(config), ...headLookups(config, loss) };
}

/** ELECTRA's word vectors; those of an LSTM are read before it. */
export function wordLookups(config: SenseConfig): Record<string, LookupPlan> {
  return config.model === 'electra' ? { wordRows: { table: wordTableOf(config.encoder), ids: 'tokens' } } : {};
}

/** Loss and gradients of one batch; of a recurrent model `gradient.states` too. */
export function senseTrainingProgram(
  store: ParameterStore,
  config: SenseConfig,
  loss: SenseLoss,
  shape: SenseShape,
): Program {
  const dense = [
    ...denseNames(store, config, loss !== 'candidates'),
    ...(config.cues && loss !== 'all' ? [CUE_WEIGHTS] : []),
  ];
  const read = config.model === 'electra' ? 'wordRows' : 'states';
  return {
    name: `medal ${config.model} ${shape.samples} x ${shape.tokens}`,
    inputs: {
      ...store.signature(dense),
      ...stateSignature(config, shape),
      ...headSignature(config, loss, shape),
      ...dropoutSignature(config, shape),
    },
    build(inputs) {
      const names = [...dense, read, ...headDifferentiated(loss)];
      const wrt = Object.fromEntries(names.map((name) => [name, inputs[name]]));
      const { losses, gradients } = lossAndGradients(
        () => senseLosses(statesAtPlaces(inputs, config), inputs, config, loss),
        wrt,
      );
      return { ...prefixed('loss', losses), ...prefixed('gradient', gradients) };
    },
  };
}

/** `hidden` [Q, D], the states where they are not inputs already, and `logits` [Q, C]; without dropout. */
export function senseAskingProgram(store: ParameterStore, config: SenseConfig, shape: SenseShape): Program {
  return {
    name: `medal senses by ${config.model} ${shape.samples} x ${shape.tokens}`,
    inputs: { ...store.signature(denseNames(store, config, true)), ...stateSignature(config, shape) },
    build(inputs): Record<string, Tensor> {
      const states = statesAtPlaces(inputs, config);
      const logits = senseLogits(states, inputs, config);
      return config.model === 'lstm' ? { logits } : { hidden: states, logits };
    },
  };
}

/** Parameters that are whole inputs of the program, whatever is lost; cues are weighed for candidates only. */
export function denseNames(store: ParameterStore, config: SenseConfig, withHead: boolean): string[] {
  const outside = config.model === 'electra' ? [wordTableOf(config.encoder)] : [WORDS];
  const head = headName(config);
  return store
    .names()
    .filter((name) => ![...outside, CUE_WEIGHTS].includes(name) && !name.startsWith('rnn.'))
    .filter((name) => withHead || !name.startsWith(`${head}.`));
}

/** What the program reads to have the states at Q places. The LSTM's own places are picked before it. */
function stateSignature(config: SenseConfig, { samples, tokens, places }: SenseShape): Signature {
  const rows = samples * tokens;
  if (config.model === 'lstm') return { states: { shape: [places, stateWidth(config)], dtype: 'float32' } };
  const sequence: Signature = {
    attentionMask: { shape: [samples, tokens], dtype: 'float32' },
    places: { shape: [places], dtype: 'int32' },
    inversePlaces: { shape: [rows], dtype: 'int32' },
  };
  if (config.model !== 'electra') {
    return { ...sequence, states: { shape: [rows, stateWidth(config)], dtype: 'float32' } };
  }
  const { embeddingSize, hiddenSize } = config.encoder;
  return {
    ...sequence,
    segmentIds: { shape: [samples, tokens], dtype: 'int32' },
    wordRows: { shape: [rows, embeddingSize ?? hiddenSize], dtype: 'float32' },
  };
}

function dropoutSignature(config: SenseConfig, { samples, tokens }: SenseShape): Signature {
  if (config.model === 'lstm') return {};
  const places =
    config.model === 'electra'
      ? dropoutPlaces(config.encoder, samples, tokens)
      : attentionDropout(config, samples, tokens);
  return Object.fromEntries(Object.entries(places).map(([name, shape]) => [name, { shape, dtype: 'bool' as const }]));
}

/** [Q, D] */
function statesAtPlaces(inputs: Parameters, config: SenseConfig): Tensor2D {
  if (config.model === 'lstm') return inputs['states'] as Tensor2D;
  return gatherRows(sequenceStates(inputs, config), inputs['places'], inputs['inversePlaces']);
}

/** [N, D] states of all tokens, for what reads a whole text. */
export function sequenceStates(inputs: Parameters, config: SenseConfig): Tensor2D {
  const attentionMask = inputs['attentionMask'];
  if (config.model !== 'electra') {
    return attendStates(inputs['states'] as Tensor2D, attentionMask, inputs, config, inputs);
  }
  const { encoder } = config;
  const mask = additiveMask(attentionMask);
  let hidden = embedTokens(inputs['wordRows'] as Tensor2D, inputs['segmentIds'], inputs, encoder, inputs);
  for (let layer = 0; layer < encoder.layers; layer++) {
    hidden = encoderLayer(hidden, layer, mask, inputs, encoder, inputs);
  }
  return hidden;
}

function prefixed(prefix: string, values: Readonly<Record<string, Tensor>>): Record<string, Tensor> {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [`${prefix}.${name}`, value]));
}
