import { TrainingSettings } from '../nn/training-settings.js';
import { SameSetting, Setting } from '../settings/setting.js';
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

  @SameSetting(TrainingSettings, 'maximumTokens')
  maximumTokens = 512;

  @SameSetting(TrainingSettings, 'bucketTokens')
  bucketTokens = 32;

  @Setting({
    type: 'boolean',
    meaning: 'Short segments share samples of maximumTokens, without seeing each other, instead of length buckets.',
  })
  packing = false;

  @Setting({ type: 'integer', minimum: 1, maximum: 256, meaning: 'Segments of a packed sample, at most.' })
  packedSegments = 16;

  @SameSetting(TrainingSettings, 'steps')
  steps = 1000;

  @SameSetting(TrainingSettings, 'batchSize')
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

  @SameSetting(TrainingSettings, 'warmup')
  warmup = 0.05;

  @SameSetting(TrainingSettings, 'weightDecay')
  weightDecay = 0.01;

  @SameSetting(TrainingSettings, 'clipNorm')
  clipNorm = 1;

  @SameSetting(TrainingSettings, 'evaluateEvery')
  evaluateEvery = 200;

  @SameSetting(TrainingSettings, 'saveEvery')
  saveEvery = 500;

  @SameSetting(TrainingSettings, 'keepCheckpoints')
  keepCheckpoints = 2;

  @SameSetting(TrainingSettings, 'patience')
  patience = 0;

  @SameSetting(TrainingSettings, 'validationShare')
  validationShare = 0.02;

  @SameSetting(TrainingSettings, 'evaluationBatches')
  evaluationBatches = 16;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    meaning: 'Seed of weights, masks, batches and negatives.',
  })
  seed = 1;

  @SameSetting(TrainingSettings, 'engine')
  engine = 'onnx';
}
