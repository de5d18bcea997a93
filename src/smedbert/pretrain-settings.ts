import { MedgraftError } from '../base/errors.js';
import type { EncoderConfig } from '../nn/transformer-encoder.js';
import { Setting } from '../settings/setting.js';
import type { KnowledgeConfig } from './smedbert-config.js';

/** Settings of `smedbert.pretrain`. Defaults are the `mini` size; the paper's figures stand in the meanings. */
export class PretrainSettings {
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
    meaning:
      'A Hugging Face folder (config.json, vocab.txt, model.safetensors) to start from; random weights without it.',
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

  @Setting({ type: 'number', minimum: 0.01, maximum: 0.9, meaning: 'Share of tokens that are masked.' })
  maskRate = 0.15;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'At most so many masked tokens a sample.' })
  maximumMasked = 72;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 1,
    meaning: 'Share of the masked tokens that mentions may take first.',
  })
  mentionShare = 0.5;

  @Setting({ type: 'number', minimum: 0, maximum: 1, meaning: 'Share of masked tokens that become [MASK].' })
  maskProbability = 0.8;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 1,
    meaning: 'Share of masked tokens that become a random token; the rest stays.',
  })
  randomProbability = 0.1;

  @Setting({ type: 'integer', minimum: 1, maximum: 512, meaning: 'T: mentions used per sample.' })
  maximumMentions = 30;

  @Setting({ type: 'integer', minimum: 1, maximum: 64, meaning: 'Mentions of more tokens are text like any other.' })
  maximumMentionTokens = 16;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 64,
    meaning: 'Room for unmasked mentions (MNeM) per sample, on average over a batch.',
  })
  objectiveMentions = 4;

  @Setting({
    type: 'integer',
    minimum: 8,
    maximum: 4096,
    meaning: 'Longest sample in tokens, special ones included; longer segments are cut.',
  })
  maximumTokens = 512;

  @Setting({ type: 'integer', minimum: 1, maximum: 512, meaning: 'Length buckets end at multiples of so many tokens.' })
  bucketTokens = 32;

  @Setting({ type: 'integer', minimum: 1, maximum: 10_000_000, meaning: 'Optimizer steps.' })
  steps = 1000;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Samples a micro-batch.' })
  batchSize = 32;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Micro-batches a step (paper: 512 samples a step).' })
  accumulation = 1;

  @Setting({
    type: 'number',
    minimum: 1e-8,
    maximum: 1,
    meaning: 'Peak learning rate (paper: 5e-5, from pre-trained weights).',
  })
  learningRate = 5e-4;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 1,
    meaning: 'Share of the steps that warm up linearly; then linear decay.',
  })
  warmup = 0.05;

  @Setting({ type: 'number', minimum: 0, maximum: 1, meaning: 'Weight decay of AdamW; none on bias and LayerNorm.' })
  weightDecay = 0.01;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 1000,
    meaning: 'Gradients are scaled to this norm at most; 0 leaves them alone.',
  })
  clipNorm = 1;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 10_000_000,
    meaning: 'Steps between evaluations on held-out segments; 0 evaluates at the end only.',
  })
  evaluateEvery = 200;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 10_000_000,
    meaning: 'Steps between checkpoints; 0 saves at the end only.',
  })
  saveEvery = 500;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    cosmetic: true,
    meaning: 'Checkpoints that are kept, besides the best one.',
  })
  keepCheckpoints = 2;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 10_000,
    meaning: 'Evaluations without a better loss before it stops; 0 never stops.',
  })
  patience = 0;

  @Setting({
    type: 'number',
    minimum: 0.0001,
    maximum: 0.5,
    meaning: 'Share of the segments that is held out for evaluation.',
  })
  validationShare = 0.02;

  @Setting({ type: 'integer', minimum: 1, maximum: 100_000, meaning: 'Batches of an evaluation, at most.' })
  evaluationBatches = 16;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    meaning: 'Seed of weights, masks, batches and negatives.',
  })
  seed = 1;

  @Setting({
    type: 'string',
    choices: ['onnx', 'wasm', 'cpu'],
    meaning: 'The engine: onnx is fast, wasm and cpu are oracles and last resorts.',
  })
  engine = 'onnx';
}

/** The encoder that the settings describe, for a vocabulary. */
export function encoderConfigOf(settings: PretrainSettings, vocabularySize: number): EncoderConfig {
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
export function knowledgeConfigOf(settings: PretrainSettings, encoder: EncoderConfig, width: number): KnowledgeConfig {
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
