import type { EncoderConfig } from '../../nn/transformer-encoder.js';
import { headName, type ModelName, type SenseConfig } from './sense-config.js';

/** Tensors of a state dict by name. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** ELECTRA's heads are this wide in every published size. */
const HEAD_WIDTH = 64;

/**
 * What a state dict of the reference is made of, from its names and shapes.
 * @returns undefined where a tensor is missing that decides it
 */
export function referenceConfig(model: ModelName, shapes: Shapes): SenseConfig | undefined {
  const classes = shapes.get(`${headName({ model })}.weight`)?.[0];
  if (classes === undefined) return undefined;
  if (model === 'electra') {
    const encoder = encoderOf(shapes);
    return encoder && { model, encoder, classes };
  }
  const input = shapes.get('rnn.weight_ih_l0')?.[1];
  const hidden = shapes.get('rnn.weight_hh_l0')?.[1];
  if (input === undefined || hidden === undefined) return undefined;
  return {
    model,
    lstm: {
      inputSize: input,
      hiddenSize: hidden,
      layers: countOf(shapes, (layer) => `rnn.weight_ih_l${layer}`),
      bidirectional: shapes.has('rnn.weight_ih_l0_reverse'),
      dropout: 0,
    },
    attentionLayers: model === 'lstm-sa' ? countOf(shapes, (layer) => `attentions.${layer}.W`) : 0,
    dropout: 0,
    words: 0,
    trainsWords: false,
    classes,
  };
}

function encoderOf(shapes: Shapes): EncoderConfig | undefined {
  const words = shapes.get('electra.embeddings.word_embeddings.weight');
  const positions = shapes.get('electra.embeddings.position_embeddings.weight')?.[0];
  const types = shapes.get('electra.embeddings.token_type_embeddings.weight')?.[0];
  const inner = shapes.get('electra.encoder.layer.0.intermediate.dense.weight');
  if (!words || !inner || positions === undefined || types === undefined) return undefined;
  const [intermediateSize, hiddenSize] = inner;
  return {
    prefix: 'electra',
    vocabularySize: words[0],
    hiddenSize,
    embeddingSize: words[1],
    layers: countOf(shapes, (layer) => `electra.encoder.layer.${layer}.intermediate.dense.weight`),
    heads: Math.max(1, Math.floor(hiddenSize / HEAD_WIDTH)),
    intermediateSize,
    maximumPositions: positions,
    typeVocabularySize: types,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
    hiddenDropout: 0.1,
    attentionDropout: 0.1,
  };
}

function countOf(shapes: Shapes, nameOf: (index: number) => string): number {
  let count = 0;
  while (shapes.has(nameOf(count))) count++;
  return count;
}
