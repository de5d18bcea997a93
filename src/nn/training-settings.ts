import { Setting } from '../settings/setting.js';

/** Settings that trainings have in common; each of their settings classes takes those it has by `SameSetting`. */
export class TrainingSettings {
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
    type: 'string',
    choices: ['onnx', 'wasm', 'cpu'],
    meaning: 'The engine: onnx is fast, wasm and cpu are oracles and last resorts.',
  })
  engine = 'onnx';
}
