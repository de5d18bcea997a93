import { MedgraftError } from '../../base/errors.js';
import type { EncoderConfig } from '../../nn/transformer-encoder.js';
import { Setting } from '../../settings/setting.js';
import type { KnowledgeConfig } from './smedbert-config.js';

/** The model that `smedbert.pretrain` trains. Defaults are the `mini` size; the paper's figures stand in the meanings. */
export class ModelSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the knowledge graph.' })
  kg!: string;

  @Setting({ type: 'string', required: true, meaning: 'Name of the corpus that is linked to the graph.' })
  corpus!: string;

  @Setting({
    type: 'string',
    choices: ['on', 'shuffled', 'off'],
    meaning: 'The graph as it is; with the neighbours of other entities, as a control; or not at all (a plain BERT).',
  })
  graph = 'on';

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'A Hugging Face folder to start from: config.json, vocab.txt, model.safetensors or pytorch_model.bin, also in shards; random weights without it.',
  })
  initial?: string;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 48,
    meaning: 'Encoder layers (paper: 12). Given by `initial` where that is set, like the four that follow.',
  })
  layers = 4;

  @Setting({ type: 'integer', minimum: 4, maximum: 4096, meaning: 'Hidden width d1 (paper: 768).' })
  hiddenSize = 312;

  @Setting({ type: 'integer', minimum: 1, maximum: 64, meaning: 'Attention heads of the encoder (paper: 12).' })
  heads = 12;

  @Setting({
    type: 'integer',
    minimum: 4,
    maximum: 16384,
    meaning: 'Inner width of the feed-forward parts (paper: 3072).',
  })
  intermediateSize = 1200;

  @Setting({ type: 'integer', minimum: 8, maximum: 4096, meaning: 'Longest sample that the model has positions for.' })
  maximumPositions = 512;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 0.9,
    meaning: 'Dropout of hidden states and attention probabilities.',
  })
  dropout = 0.1;

  @Setting({ type: 'integer', minimum: 1, maximum: 64, meaning: 'K: neighbours used per mention (paper: 10).' })
  neighbours = 10;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning: 'Folder of a kg.topk result: its neighbours, whatever neighbourOrder says.',
  })
  neighbourTable?: string;

  @Setting({
    type: 'string',
    choices: ['pagerank', 'pepr', 'topk'],
    meaning:
      "Which come first: by kg.rank's ranks; for each entity that the corpus mentions by its own PEPR (the paper's), computed once and kept in the workspace; or as in the newest kg.topk of the graph.",
  })
  neighbourOrder = 'pagerank';

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 48,
    optional: true,
    meaning: 'Encoder layers before the infusion; two before the last where it is not given (paper: 10 of 12).',
  })
  infusionLayer?: number;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 32,
    meaning: 'Heads of the attention over neighbours; divides the width of the graph vectors.',
  })
  knowledgeHeads = 4;

  @Setting({
    type: 'string',
    choices: ['sum', 'mean'],
    meaning: 'How neighbours of one type are joined for the type attention (paper: sum; repository: mean).',
  })
  typeAggregation = 'sum';

  @Setting({ type: 'boolean', meaning: 'Weigh neighbours by the attention over their types.' })
  typeAttention = true;

  @Setting({ type: 'boolean', meaning: 'Infuse neighbours into masked mentions.' })
  hybridAttention = true;

  @Setting({ type: 'boolean', meaning: 'Add the knowledge losses MNeM and MMeM.' })
  knowledgeLosses = true;

  @Setting({ type: 'boolean', meaning: "Add the repository's one-hop mixer one layer before the infusion." })
  oneHopMixer = false;

  @Setting({ type: 'number', minimum: 0.001, maximum: 1000, meaning: 'mu: scale of the MNeM score (paper: 10).' })
  scoreScale = 10;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Shared negatives of a group of MNeM targets.' })
  negatives = 35;

  @Setting({
    type: 'string',
    choices: ['frequency', 'uniform'],
    meaning: 'Proposal of the negatives: frequency among mentions of the type, or uniform.',
  })
  proposal = 'frequency';

  @Setting({ type: 'number', minimum: 0, maximum: 1000, meaning: 'lambda1: weight of MNeM (paper: 2).' })
  neighbourLossWeight = 2;

  @Setting({ type: 'number', minimum: 0, maximum: 1000, meaning: 'lambda2: weight of MMeM (paper: 4).' })
  mentionLossWeight = 4;

  @Setting({
    type: 'boolean',
    meaning: 'Train entity, relation and transfer vectors on; otherwise they stay as the graph embedding gave them.',
  })
  trainVectors = false;
}

/** The encoder that the settings describe, for a vocabulary. */
export function encoderConfigOf(settings: ModelSettings, vocabularySize: number): EncoderConfig {
  assertDivides(settings.heads, settings.hiddenSize, 'heads', 'hiddenSize');
  return {
    vocabularySize,
    hiddenSize: settings.hiddenSize,
    layers: settings.layers,
    heads: settings.heads,
    intermediateSize: settings.intermediateSize,
    maximumPositions: settings.maximumPositions,
    typeVocabularySize: 2,
    layerNormEpsilon: 1e-12,
    initializerRange: 0.02,
    hiddenDropout: settings.dropout,
    attentionDropout: settings.dropout,
  };
}

/** @param width of the graph vectors */
export function knowledgeConfigOf(settings: ModelSettings, encoder: EncoderConfig, width: number): KnowledgeConfig {
  const on = settings.graph !== 'off';
  if (on && settings.hybridAttention)
    assertDivides(settings.knowledgeHeads, width, 'knowledgeHeads', 'the graph width');
  const infusionLayer = settings.infusionLayer ?? Math.max(1, encoder.layers - 2);
  if (infusionLayer > encoder.layers) {
    throw invalid('infusionLayer', `at most ${encoder.layers}, the layers of the encoder`, String(infusionLayer));
  }
  return {
    width,
    neighbours: settings.neighbours,
    infusionLayer,
    heads: settings.knowledgeHeads,
    typeAggregation: settings.typeAggregation as KnowledgeConfig['typeAggregation'],
    typeAttention: settings.typeAttention,
    hybridAttention: on && settings.hybridAttention,
    knowledgeLosses: on && settings.knowledgeLosses,
    oneHopMixer: on && settings.oneHopMixer,
    scoreScale: settings.scoreScale,
    negatives: settings.negatives,
    neighbourLossWeight: settings.neighbourLossWeight,
    mentionLossWeight: settings.mentionLossWeight,
    layerNormEpsilon: encoder.layerNormEpsilon,
    initializerRange: encoder.initializerRange,
  };
}

function assertDivides(part: number, whole: number, name: string, of: string): void {
  if (whole % part !== 0) throw invalid(name, `a divisor of ${of}, ${whole}`, String(part));
}

function invalid(place: string, expected: string, got: string): MedgraftError {
  return new MedgraftError('input', 'settings.invalid', 'the settings do not fit together', { place, expected, got });
}
