import { SameSetting, Setting } from '../../settings/setting.js';
import { EMBEDDING_MODELS, type EmbeddingModelName } from '../create-embedding.js';
import { TrainEmbeddingSettings } from '../train-embedding-settings.js';

const OF_TRAINING = new TrainEmbeddingSettings();

/** Settings of `kg.tune`: of the search, and those of `kg.embed` that are the same for all trials and decide how they compare. */
export class TuneEmbeddingSettings {
  @SameSetting(TrainEmbeddingSettings, 'kg')
  kg!: string;

  @Setting({
    type: 'string',
    meaning: 'YAML file of the settings to search and to keep; not set: the built-in space of the model.',
    optional: true,
    path: 'data',
  })
  space?: string;

  @Setting({
    type: 'string',
    meaning: 'The embedding model, where the space does not say it; not set: the one that kg.embed has.',
    choices: EMBEDDING_MODELS,
    optional: true,
  })
  model?: EmbeddingModelName;

  @Setting({
    type: 'string',
    meaning: 'Train all trials to their end, or give the promising ones more epochs (successive halving).',
    choices: ['random', 'halving'],
  })
  method: 'random' | 'halving' = 'halving';

  @Setting({ type: 'integer', meaning: 'Settings to draw and train.', minimum: 1, maximum: 100_000 })
  trials = 27;

  @Setting({
    type: 'integer',
    meaning: 'Passes over the training triples of a trial, at most.',
    minimum: 1,
    maximum: 100_000,
  })
  epochs = OF_TRAINING.epochs;

  @Setting({
    type: 'integer',
    meaning: 'Epochs after which halving first compares, at least.',
    minimum: 1,
    maximum: 100_000,
  })
  firstEpochs = 10;

  @Setting({
    type: 'integer',
    meaning: 'Halving keeps one trial of so many, and gives it so many times the epochs (eta).',
    minimum: 2,
    maximum: 100,
  })
  reduction = 3;

  @SameSetting(TrainEmbeddingSettings, 'valid')
  valid?: string;

  @Setting({
    type: 'string',
    meaning: 'File of test triples: kept out of the training, and never ranked; not set: a share.',
    optional: true,
    path: 'data',
  })
  test?: string;

  @SameSetting(TrainEmbeddingSettings, 'dropUnknown')
  dropUnknown = OF_TRAINING.dropUnknown;

  @Setting({
    type: 'number',
    meaning: 'Share of the triples that trials are compared on, and stop by.',
    minimum: 0,
    maximum: 0.5,
  })
  validationShare = OF_TRAINING.validationShare;

  @Setting({
    type: 'number',
    meaning: 'Share of the triples that is kept for a test, and never ranked.',
    minimum: 0,
    maximum: 0.5,
  })
  testShare = OF_TRAINING.testShare;

  @SameSetting(TrainEmbeddingSettings, 'evaluateEvery')
  evaluateEvery = OF_TRAINING.evaluateEvery;

  @SameSetting(TrainEmbeddingSettings, 'evaluatedTriples')
  evaluatedTriples = OF_TRAINING.evaluatedTriples;

  @SameSetting(TrainEmbeddingSettings, 'patience')
  patience = OF_TRAINING.patience;

  @Setting({ type: 'integer', meaning: 'Seed of the draws, and of each training and its split.', minimum: 0 })
  seed = OF_TRAINING.seed;

  @SameSetting(TrainEmbeddingSettings, 'engine')
  engine = OF_TRAINING.engine;

  @SameSetting(TrainEmbeddingSettings, 'threads')
  threads = OF_TRAINING.threads;

  @SameSetting(TrainEmbeddingSettings, 'checkpointSeconds')
  checkpointSeconds = OF_TRAINING.checkpointSeconds;
}
