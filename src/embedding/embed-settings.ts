import { Setting } from '../settings/setting.js';
import { EMBEDDING_MODELS } from './create-embedding.js';

/** How vectors are trained; `kg.embed` adds the graph and what is written. */
export class EmbedSettings {
  @Setting({ type: 'string', choices: EMBEDDING_MODELS, meaning: 'The model (paper: TransR).' })
  model = 'transr';

  @Setting({ type: 'integer', minimum: 1, maximum: 2, meaning: 'Distance: L1 or L2.' })
  norm = 2;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Width of entity vectors (paper: 200).' })
  dimension = 100;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 4096,
    meaning: 'Width of relation vectors of TransR; equal to `dimension` with a warm start.',
  })
  relationDimension = 100;

  @Setting({
    type: 'boolean',
    meaning: 'TransR starts from a TransE that is trained first, its matrices from the identity.',
  })
  warmStart = true;

  @Setting({ type: 'integer', minimum: 1, maximum: 100_000, meaning: 'Epochs of the TransE that a warm start trains.' })
  warmStartEpochs = 60;

  @Setting({ type: 'integer', minimum: 1, maximum: 100_000, meaning: 'Epochs at most.' })
  epochs = 60;

  @Setting({ type: 'string', choices: ['cross-entropy', 'margin'], meaning: 'Loss over a positive and its negatives.' })
  loss = 'cross-entropy';

  @Setting({ type: 'number', minimum: 0, maximum: 1000, meaning: 'Margin of the margin loss.' })
  margin = 5;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 65_536,
    meaning: 'Positives of a chunk, which share their negatives.',
  })
  chunkSize = 256;

  @Setting({ type: 'integer', minimum: 1, maximum: 65_536, meaning: 'Negatives of a chunk.' })
  negatives = 256;

  @Setting({
    type: 'string',
    choices: ['both', 'uniform', 'bernoulli'],
    meaning: 'Which side a chunk replaces: both in turn, either at random, or by the mean degrees (Wang et al. 2014).',
  })
  corruption = 'both';

  @Setting({
    type: 'boolean',
    meaning: 'Train a second relation for each, read from tail to head; exported vectors hold the first only.',
  })
  reciprocal = false;

  @Setting({ type: 'string', choices: ['adagrad', 'adam'], meaning: 'Row-sparse optimizer.' })
  optimizer = 'adagrad';

  @Setting({ type: 'number', minimum: 1e-7, maximum: 10, meaning: 'Learning rate.' })
  learningRate = 0.1;

  @Setting({ type: 'number', minimum: 0, maximum: 1, meaning: 'Factor on the learning rate of transfer matrices.' })
  projectionRate = 0.1;

  @Setting({
    type: 'number',
    minimum: 0.1,
    maximum: 1,
    meaning: 'The learning rate is multiplied by it after each epoch.',
  })
  rateDecay = 0.98;

  @Setting({ type: 'boolean', meaning: 'Scale entities back to length 1 after each update.' })
  normaliseEntities = false;

  @Setting({ type: 'number', minimum: 1e-6, maximum: 10, meaning: 'Vectors start uniform within plus and minus this.' })
  initialBound = 0.05;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 100_000,
    meaning: 'Epochs between evaluations on validation triples; 0 never stops early.',
  })
  evaluateEvery = 5;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 1_000_000,
    meaning: 'Validation triples that an evaluation looks at, at most.',
  })
  evaluatedTriples = 2000;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 10_000,
    meaning: 'Evaluations without a better MRR before it stops.',
  })
  patience = 4;

  @Setting({ type: 'number', minimum: 0, maximum: 0.5, meaning: 'Share of the triples held out to stop early.' })
  validationShare = 0.05;

  @Setting({ type: 'number', minimum: 0, maximum: 0.5, meaning: 'Share of the triples held out for the final score.' })
  testShare = 0.05;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: Number.MAX_SAFE_INTEGER,
    meaning: 'Seed of the split, the vectors and the negatives.',
  })
  seed = 1;
}

export class TrainEmbeddingSettings extends EmbedSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the knowledge graph.' })
  kg!: string;

  @Setting({
    type: 'boolean',
    meaning: "Write OpenKE's JSON too, as SMedBERT's reference reads it (`transr_transr.json`).",
  })
  exportOpenke = true;
}
