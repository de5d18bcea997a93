import type { EncoderConfig } from '../../nn/transformer-encoder.js';
import { modelNameOf, type SenseConfig } from '../model/sense-config.js';
import type { TrainSettings } from '../train-settings.js';

/** The sizes of a model from random weights, by the settings. */
export type SizeSettings = Pick<
  TrainSettings,
  | 'model'
  | 'wordWidth'
  | 'hiddenSize'
  | 'rnnLayers'
  | 'daLayers'
  | 'electraLayers'
  | 'embeddingSize'
  | 'heads'
  | 'intermediateSize'
  | 'dropout'
  | 'trainVectors'
  | 'maximumWords'
>;

/** Positions of an ELECTRA from random weights; medical words are cut into one and a half pieces. */
const PIECES_A_WORD = 2;

/**
 * @param words of the vocabulary
 * @param vectors the file of vectors that the words have, if they have one
 */
export function freshConfig(
  settings: SizeSettings,
  words: number,
  classes: number,
  vectors: { width: number } | undefined,
): SenseConfig {
  const model = modelNameOf(settings.model);
  if (model === 'electra') return { model, classes, encoder: freshElectra(settings, words) };
  const { hiddenSize, rnnLayers: layers, dropout, trainVectors } = settings;
  const inputSize = vectors?.width ?? settings.wordWidth;
  return {
    model,
    classes,
    lstm: { inputSize, hiddenSize, layers, bidirectional: true, dropout },
    attentionLayers: model === 'lstm-sa' ? settings.daLayers : 0,
    words,
    trainsWords: vectors === undefined || trainVectors,
    dropout,
  };
}

function freshElectra(settings: SizeSettings, vocabularySize: number): EncoderConfig {
  const { hiddenSize, embeddingSize, electraLayers, heads, intermediateSize, dropout, maximumWords } = settings;
  return {
    prefix: 'electra',
    vocabularySize,
    hiddenSize,
    embeddingSize,
    layers: electraLayers,
    heads,
    intermediateSize,
    maximumPositions: PIECES_A_WORD * maximumWords,
    typeVocabularySize: 2,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
    hiddenDropout: dropout,
    attentionDropout: dropout,
  };
}
