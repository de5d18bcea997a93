import { Setting } from '../settings/setting.js';
import { EMBEDDING_MODELS, type EmbeddingModelName } from './create-embedding.js';
import { StartingSettings } from './starting-settings.js';
import { OPTIMIZERS, type OptimizerName } from './training/row-optimizer.js';

/** Settings of `kg.embed`. The defaults were chosen on UMLS and Nations and serve graphs of a few thousand triples and more. */
export class TrainEmbeddingSettings extends StartingSettings {
  @Setting({ type: 'string', meaning: 'The embedding model.', choices: EMBEDDING_MODELS })
  model: EmbeddingModelName = 'transr';

  @Setting({
    type: 'integer',
    meaning: 'The norm of distances: 1 city-block (RotatE: of moduli), 2 Euclidean; not set: 2, for RotatE 1.',
    minimum: 1,
    maximum: 2,
    optional: true,
  })
  norm?: 1 | 2;

  @Setting({ type: 'integer', meaning: "Width of entities' vectors.", minimum: 1, maximum: 4096 })
  dimension = 100;

  @Setting({
    type: 'integer',
    meaning: "Width of relations' vectors (TransR alone may choose); not set: as the model has it.",
    minimum: 1,
    maximum: 4096,
    optional: true,
  })
  relationDimension?: number;

  @Setting({
    type: 'integer',
    meaning: 'Passes over the training triples, at most; 0: the starting values are only ranked.',
    minimum: 0,
    maximum: 100_000,
  })
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
    type: 'string',
    meaning: 'Negatives: all entities alike, the frequent ones more, or those known at that side of the relation.',
    choices: ['uniform', 'degree', 'typed'],
  })
  sampling: 'uniform' | 'degree' | 'typed' = 'uniform';

  @Setting({ type: 'boolean', meaning: 'Negatives that are true in training do not count.' })
  filterNegatives = false;

  @Setting({
    type: 'string',
    meaning: "What a triple counts: all alike, the edge's weight, or the mean rank of its ends (kg.rank).",
    choices: ['none', 'weight', 'rank'],
  })
  importance: 'none' | 'weight' | 'rank' = 'none';

  @Setting({
    type: 'boolean',
    meaning: 'Train a second relation for each and ask it for heads; the written vectors are those of the first ones.',
  })
  reciprocal = false;

  @Setting({
    type: 'string',
    meaning: 'Negatives that a triple stands against, or all entities with the true answers among them (KvsAll).',
    choices: ['sampled', 'answers'],
  })
  targets: 'sampled' | 'answers' = 'sampled';

  @Setting({
    type: 'string',
    meaning: 'Softmax cross-entropy, a hinge for each pair, log-sigmoid, or binary cross-entropy.',
    choices: ['cross-entropy', 'margin', 'log-sigmoid', 'binary'],
  })
  loss: 'cross-entropy' | 'margin' | 'log-sigmoid' | 'binary' = 'cross-entropy';

  @Setting({
    type: 'boolean',
    meaning: 'The negatives of a softmax stand for all entities: each counts entities / negatives times.',
  })
  weighNegatives = false;

  @Setting({ type: 'number', meaning: 'Margin of the hinge, and offset (gamma) of log-sigmoid.', minimum: 0 })
  margin = 1;

  @Setting({
    type: 'number',
    meaning: 'Log-sigmoid weighs hard negatives more: temperature; 0: all alike.',
    minimum: 0,
  })
  adversarialTemperature = 0;

  @Setting({
    type: 'number',
    meaning: 'Share of the targets of binary cross-entropy that all get.',
    minimum: 0,
    maximum: 1,
  })
  labelSmoothing = 0;

  @Setting({
    type: 'number',
    meaning: 'Weight of guessing the relation of a triple beside its tail (TransE, DistMult, ComplEx, SimplE); 0: not.',
    minimum: 0,
  })
  relationWeight = 0;

  @Setting({
    type: 'string',
    meaning: 'Penalty on the rows of a chunk: squares, or cubes of moduli (N3).',
    choices: ['l2', 'n3'],
  })
  penalty: 'l2' | 'n3' = 'n3';

  @Setting({ type: 'number', meaning: 'Weight of the penalty; 0: none.', minimum: 0 })
  penaltyWeight = 0;

  @Setting({
    type: 'number',
    meaning: "Share of an entity's numbers that a chunk trains without, by chance; 0: none.",
    minimum: 0,
    maximum: 0.9,
  })
  entityDropout = 0;

  @Setting({
    type: 'string',
    meaning: 'Optimizer of the touched rows; Adagrad keeps one accumulator a row, or one a number (diagonal).',
    choices: OPTIMIZERS,
  })
  optimizer: OptimizerName = 'adagrad';

  @Setting({ type: 'number', meaning: 'Learning rate (Adam wants about a hundredth of it).', minimum: 0 })
  learningRate = 0.1;

  @Setting({
    type: 'string',
    meaning: 'When the rate decays: after each epoch, or when the MRR has not risen for plateauPatience evaluations.',
    choices: ['epoch', 'plateau'],
  })
  schedule: 'epoch' | 'plateau' = 'epoch';

  @Setting({ type: 'number', meaning: 'What the rate is multiplied by each time.', minimum: 0, maximum: 1 })
  rateDecay = 0.97;

  @Setting({ type: 'integer', meaning: 'Evaluations in a row without a better MRR that lower the rate.', minimum: 1 })
  plateauPatience = 1;

  @Setting({ type: 'number', meaning: "The projections' share of the learning rate (TransR).", minimum: 0 })
  projectionRate = 0.1;

  @Setting({ type: 'boolean', meaning: 'Scale entities to length 1 after each update.' })
  normaliseEntities = false;

  @Setting({
    type: 'string',
    meaning: 'File of triples that early stopping is decided on (head, tab, relation, tab, tail); not set: a share.',
    optional: true,
    path: 'data',
  })
  valid?: string;

  @Setting({
    type: 'string',
    meaning: 'File of triples that evaluation.json reports on; not set: a share.',
    optional: true,
    path: 'data',
  })
  test?: string;

  @Setting({ type: 'boolean', meaning: 'Leave out lines of these files whose names the graph does not have.' })
  dropUnknown = false;

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

  @Setting({
    type: 'string',
    meaning:
      'What validation leaves out as true: training and validation triples, or (as LibKGE does) those of test too.',
    choices: ['seen', 'all'],
  })
  validationFilter: 'seen' | 'all' = 'seen';

  @Setting({ type: 'integer', meaning: 'Validation triples that an evaluation ranks, at most.', minimum: 1 })
  evaluatedTriples = 2000;

  @Setting({ type: 'integer', meaning: 'Evaluations in a row without a better MRR that end the training.', minimum: 1 })
  patience = 5;

  @Setting({ type: 'boolean', meaning: "Also write OpenKE's JSON, which SMedBERT's reference program reads." })
  exportOpenKe = true;

  @Setting({ type: 'integer', meaning: 'Seed of starting values, negatives, order and split.', minimum: 0 })
  seed = 0;

  @Setting({
    type: 'string',
    meaning: 'Who multiplies matrices: onnx is fast, wasm is everywhere; the vectors differ in their last digits.',
    choices: ['onnx', 'wasm'],
  })
  engine: 'onnx' | 'wasm' = 'onnx';

  @Setting({
    type: 'integer',
    meaning: 'Chunks that are trained at the same time, each by a thread; the vectors depend on it.',
    minimum: 1,
    maximum: 64,
  })
  threads = 2;

  @Setting({
    type: 'boolean',
    meaning:
      'Threads update rows without waiting for each other (Hogwild): faster, but the same seed gives other vectors.',
  })
  lockFree = false;

  @Setting({
    type: 'integer',
    meaning: 'Parts of the entities, of which two are in memory at a time, for graphs larger than memory; 1: all are.',
    minimum: 1,
    maximum: 256,
  })
  partitions = 1;

  @Setting({
    type: 'integer',
    meaning: 'Processes that mpirun started, on one machine or several, and that train partitions at the same time.',
    minimum: 1,
    maximum: 128,
  })
  processes = 1;

  @Setting({
    type: 'number',
    meaning: 'Seconds between checkpoints, from which an interrupted training goes on; 0: after each epoch.',
    minimum: 0,
  })
  checkpointSeconds = 60;
}
