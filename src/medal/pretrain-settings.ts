import { TrainingSettings } from '../nn/training-settings.js';
import { SameSetting, Setting } from '../settings/setting.js';

/** Settings of `medal.pretrain`. Defaults are ELECTRA-small's sizes (Clark et al. 2020, table 6); a run of that size takes days. */
export class PretrainElectraSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the prepared corpus.' })
  corpus!: string;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'A Hugging Face ELECTRA folder to start the discriminator from (google/electra-small-discriminator, a run of this stage); random weights without it.',
  })
  initial?: string;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'A Hugging Face ELECTRA folder to start the generator from; without, `generator/` in `initial` where it has one, else random weights. The embeddings are those of `initial`.',
  })
  initialGenerator?: string;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 48,
    meaning: 'Encoder layers of both. Given by `initial` where that is set, like the six that follow.',
  })
  layers = 12;

  @Setting({ type: 'integer', minimum: 4, maximum: 4096, meaning: 'Hidden width of the discriminator.' })
  hiddenSize = 256;

  @Setting({ type: 'integer', minimum: 4, maximum: 4096, meaning: 'Width of the embeddings that both share.' })
  embeddingSize = 128;

  @Setting({ type: 'integer', minimum: 1, maximum: 64, meaning: 'Attention heads of the discriminator.' })
  heads = 4;

  @Setting({
    type: 'integer',
    minimum: 4,
    maximum: 16384,
    meaning: "Inner width of the discriminator's feed-forward parts.",
  })
  intermediateSize = 1024;

  @Setting({ type: 'integer', minimum: 8, maximum: 4096, meaning: 'Longest sample that the model has positions for.' })
  maximumPositions = 512;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 0.9,
    meaning: 'Dropout of hidden states and attention probabilities.',
  })
  dropout = 0.1;

  @Setting({
    type: 'number',
    minimum: 0.01,
    maximum: 1,
    meaning:
      "Widths and heads of the generator as a share of the discriminator's. Given by the folder that the generator starts from, where it does.",
  })
  generatorSize = 0.25;

  @Setting({ type: 'number', minimum: 0.01, maximum: 0.9, meaning: 'Share of tokens that are masked.' })
  maskRate = 0.15;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 1,
    meaning: 'Share of the masked tokens that the generator sees as [MASK]; it sees the rest as they are.',
  })
  maskProbability = 0.85;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 1000,
    meaning: "Weight of the discriminator's loss beside the generator's.",
  })
  discriminatorWeight = 50;

  @SameSetting(TrainingSettings, 'maximumTokens')
  maximumTokens = 128;

  @SameSetting(TrainingSettings, 'bucketTokens')
  bucketTokens = 32;

  @SameSetting(TrainingSettings, 'steps')
  steps = 1000;

  @SameSetting(TrainingSettings, 'batchSize')
  batchSize = 32;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Micro-batches a step (paper: 128 samples a step).' })
  accumulation = 1;

  @Setting({ type: 'number', minimum: 1e-8, maximum: 1, meaning: 'Peak learning rate (paper: 5e-4).' })
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

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 10_000,
    meaning:
      'Evaluations without a better loss before it stops, with the weights of the best one; 0 never stops, and keeps the last ones.',
  })
  patience = 0;

  @SameSetting(TrainingSettings, 'validationShare')
  validationShare = 0.02;

  @SameSetting(TrainingSettings, 'evaluationBatches')
  evaluationBatches = 16;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    meaning: 'Seed of weights, masks, replacements and batches.',
  })
  seed = 1;

  @SameSetting(TrainingSettings, 'engine')
  engine = 'onnx';
}
