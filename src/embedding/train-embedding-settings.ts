import { Setting } from '../settings/setting.js';
import { EMBEDDING_MODELS, type EmbeddingModelName } from './create-embedding.js';

/** Settings of `kg.embed`. The defaults were chosen on UMLS and Nations and serve graphs of a few thousand triples and more. */
export class TrainEmbeddingSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({ type: 'string', meaning: 'The embedding model.', choices: EMBEDDING_MODELS })
  model: EmbeddingModelName = 'transr';

  @Setting({ type: 'integer', meaning: 'The norm of distances: 1 city-block, 2 Euclidean.', minimum: 1, maximum: 2 })
  norm: 1 | 2 = 2;

  @Setting({ type: 'integer', meaning: "Width of entities' vectors.", minimum: 1, maximum: 4096 })
  dimension = 100;

  @Setting({
    type: 'integer',
    meaning: "Width of relations' vectors (TransR); not set: as the entities'.",
    minimum: 1,
    maximum: 4096,
    optional: true,
  })
  relationDimension?: number;

  @Setting({ type: 'integer', meaning: 'Passes over the training triples, at most.', minimum: 1, maximum: 100_000 })
  epochs = 100;

  @Setting({ type: 'integer', meaning: 'Triples that are trained together.', minimum: 1, maximum: 16_384 })
  chunkSize = 256;

  @Setting({
    type: 'integer',
    meaning: 'Negatives that the triples of a chunk share; as many as entities: all of them.',
    minimum: 1,
    maximum: 65_536,
  })
  negatives = 256;

  @Setting({
    type: 'string',
    meaning: 'Which side of a triple negatives replace: both in turn, one at random, or one by the rule of TransH.',
    choices: ['both', 'uniform', 'bernoulli'],
  })
  corruption: 'both' | 'uniform' | 'bernoulli' = 'both';

  @Setting({
    type: 'boolean',
    meaning: 'Train a second relation for each and ask it for heads; the written vectors are those of the first ones.',
  })
  reciprocal = false;

  @Setting({
    type: 'string',
    meaning: 'Cross-entropy of a triple over its negatives, or a hinge for each pair.',
    choices: ['cross-entropy', 'margin'],
  })
  loss: 'cross-entropy' | 'margin' = 'cross-entropy';

  @Setting({ type: 'number', meaning: 'Margin of the hinge.', minimum: 0 })
  margin = 1;

  @Setting({ type: 'string', meaning: 'Optimizer of the touched rows.', choices: ['adagrad', 'adam'] })
  optimizer: 'adagrad' | 'adam' = 'adagrad';

  @Setting({ type: 'number', meaning: 'Learning rate (Adam wants about a hundredth of it).', minimum: 0 })
  learningRate = 0.1;

  @Setting({ type: 'number', meaning: 'The rate is multiplied by it after each epoch.', minimum: 0, maximum: 1 })
  rateDecay = 0.97;

  @Setting({ type: 'number', meaning: "The projections' share of the learning rate (TransR).", minimum: 0 })
  projectionRate = 0.1;

  @Setting({ type: 'boolean', meaning: 'Scale entities to length 1 after each update.' })
  normaliseEntities = false;

  @Setting({ type: 'string', meaning: 'Starting values.', choices: ['uniform', 'xavier'] })
  initial: 'uniform' | 'xavier' = 'uniform';

  @Setting({ type: 'number', meaning: 'Uniform starting values lie within plus and minus it.', minimum: 0 })
  initialBound = 0.02;

  @Setting({ type: 'boolean', meaning: 'TransR starts from a TransE that is trained first, and is reported as well.' })
  warmStart = true;

  @Setting({ type: 'integer', meaning: 'Epochs of that TransE, at most.', minimum: 1, maximum: 100_000 })
  warmStartEpochs = 100;

  @Setting({
    type: 'number',
    meaning: 'Share of the triples that early stopping is decided on.',
    minimum: 0,
    maximum: 0.5,
  })
  validationShare = 0.05;

  @Setting({
    type: 'number',
    meaning: 'Share of the triples that evaluation.json reports on.',
    minimum: 0,
    maximum: 0.5,
  })
  testShare = 0.05;

  @Setting({ type: 'integer', meaning: 'Epochs between evaluations.', minimum: 1 })
  evaluateEvery = 5;

  @Setting({ type: 'integer', meaning: 'Validation triples that an evaluation ranks, at most.', minimum: 1 })
  evaluatedTriples = 2000;

  @Setting({ type: 'integer', meaning: 'Evaluations in a row without a better MRR that end the training.', minimum: 1 })
  patience = 5;

  @Setting({ type: 'boolean', meaning: "Also write OpenKE's JSON, which SMedBERT's reference program reads." })
  exportOpenKe = true;

  @Setting({ type: 'integer', meaning: 'Seed of starting values, negatives, order and split.', minimum: 0 })
  seed = 0;
}
