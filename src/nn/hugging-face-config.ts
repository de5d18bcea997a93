/**
 * `config.json` of BERT and ELECTRA as transformers writes and reads it (BertConfig, ElectraConfig). What would compute something
 * else than the encoder of transformer-encoder.ts is refused by the key that says so.
 */
import { MedgraftError } from '../base/errors.js';
import type { EncoderConfig } from './transformer-encoder.js';

/** Keys that change the computation, and the value that is computed here; absent, they have it in old files too. */
const ONLY: readonly (readonly [key: string, value: unknown, hint: string])[] = [
  ['hidden_act', 'gelu', 'other activations are not computed here'],
  ['position_embedding_type', 'absolute', 'relative positions are not computed here'],
  ['is_decoder', false, 'a decoder sees no later tokens: start from an encoder'],
  ['add_cross_attention', false, 'start from an encoder'],
  ['tie_word_embeddings', true, 'the masked-token decoder is the word table here'],
];
/** No table or layer is larger than what fits memory by far. */
const LARGEST = 100_000_000;

/** Families of encoders, by `model_type`; each prefixes its parameters with its own name. */
export type EncoderFamily = 'bert' | 'electra';
const START_HINTS: Readonly<Record<EncoderFamily, string>> = {
  bert: 'start from a BERT: bert-base-chinese, RoBERTa-wwm-ext, MacBERT, ...',
  electra: 'start from an ELECTRA: google/electra-small-discriminator, electra-medal, ...',
};

/**
 * @param place of the file, for messages
 * @throws MedgraftError `checkpoint.config` naming the key
 */
export function encoderConfigFrom(
  values: Readonly<Record<string, unknown>>,
  place: string,
  family: EncoderFamily = 'bert',
): EncoderConfig {
  for (const [key, value, hint] of [['model_type', family, START_HINTS[family]] as const, ...ONLY]) {
    const got = values[key] ?? value;
    if (got !== value) throw configError(place, `${key} is another`, JSON.stringify(value), JSON.stringify(got), hint);
  }
  const number = (key: string, otherwise?: number): number => {
    const value = values[key] ?? otherwise;
    if (typeof value === 'number' && value >= 0 && value <= LARGEST) return value;
    throw configError(place, `${key} is no number that fits`, 'a number', JSON.stringify(value));
  };
  const size = (key: string, otherwise?: number): number => {
    const value = number(key, otherwise);
    if (Number.isInteger(value) && value > 0) return value;
    throw configError(place, `${key} is no size`, 'a whole number above 0', String(value));
  };
  const share = (key: string): number => {
    const value = number(key, 0.1);
    if (value < 1) return value;
    throw configError(place, `${key} is no probability`, 'below 1', String(value));
  };
  const hiddenSize = size('hidden_size');
  const config = {
    ...(family !== 'bert' && { prefix: family, embeddingSize: size('embedding_size', hiddenSize) }),
    vocabularySize: size('vocab_size'),
    hiddenSize,
    layers: size('num_hidden_layers'),
    heads: size('num_attention_heads'),
    intermediateSize: size('intermediate_size'),
    maximumPositions: size('max_position_embeddings'),
    typeVocabularySize: size('type_vocab_size', 2),
    layerNormEpsilon: number('layer_norm_eps', 1e-12),
    initializerRange: number('initializer_range', 0.02),
    hiddenDropout: share('hidden_dropout_prob'),
    attentionDropout: share('attention_probs_dropout_prob'),
  };
  if (config.hiddenSize % config.heads === 0) return config;
  const expected = `a divisor of hidden_size, ${config.hiddenSize}`;
  throw configError(place, 'num_attention_heads does not fit', expected, String(config.heads));
}

/** What a folder holds beside the encoder. */
export interface ModelKind {
  /** Class of transformers that opens the folder whole. */
  readonly architecture: string;
  /** Labels of the head by number. */
  readonly labels?: readonly string[];
}

export function toHuggingFace(
  encoder: EncoderConfig,
  { architecture, labels }: ModelKind = { architecture: 'BertForPreTraining' },
): Record<string, unknown> {
  return {
    architectures: [architecture],
    attention_probs_dropout_prob: encoder.attentionDropout,
    hidden_act: 'gelu',
    hidden_dropout_prob: encoder.hiddenDropout,
    hidden_size: encoder.hiddenSize,
    initializer_range: encoder.initializerRange,
    intermediate_size: encoder.intermediateSize,
    layer_norm_eps: encoder.layerNormEpsilon,
    max_position_embeddings: encoder.maximumPositions,
    ...(encoder.embeddingSize !== undefined && { embedding_size: encoder.embeddingSize }),
    model_type: encoder.prefix ?? 'bert',
    num_attention_heads: encoder.heads,
    num_hidden_layers: encoder.layers,
    pad_token_id: 0,
    position_embedding_type: 'absolute',
    type_vocab_size: encoder.typeVocabularySize,
    vocab_size: encoder.vocabularySize,
    ...(labels && {
      id2label: Object.fromEntries(labels.map((label, number) => [number, label])),
      label2id: Object.fromEntries(labels.map((label, number) => [label, number])),
    }),
  };
}

function configError(place: string, message: string, expected: string, got?: string, hint?: string): MedgraftError {
  return new MedgraftError('input', 'checkpoint.config', message, { place, expected, got, hint });
}
