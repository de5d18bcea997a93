import { Setting } from '../settings/setting.js';
import { ModelSettings } from './model/model-settings.js';

/** Settings of `smedbert.pretrain`: the model's, then masking and training. */
export class PretrainSettings extends ModelSettings {
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

  @Setting({
    type: 'string',
    choices: ['dynamic', 'static'],
    meaning: "New masks, orders and mentions in each epoch, or those of the first again (as the repository's).",
  })
  masking = 'dynamic';

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

  @Setting({
    type: 'boolean',
    meaning: 'Short segments share samples of maximumTokens, without seeing each other, instead of length buckets.',
  })
  packing = false;

  @Setting({ type: 'integer', minimum: 1, maximum: 256, meaning: 'Segments of a packed sample, at most.' })
  packedSegments = 16;

  @Setting({ type: 'integer', minimum: 1, maximum: 10_000_000, meaning: 'Optimizer steps.' })
  steps = 1000;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Samples a micro-batch.' })
  batchSize = 32;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Micro-batches a step (paper: 512 samples a step).' })
  accumulation = 1;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 128,
    meaning:
      'Processes that mpirun started, on one machine or several, and that share the micro-batches of a step; divides `accumulation`.',
  })
  processes = 1;

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
