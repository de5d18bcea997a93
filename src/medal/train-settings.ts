import { Setting } from '../settings/setting.js';
import { MODEL_NAMES, OTHER_NAMES } from './model/sense-config.js';
import { SENSE_LOSSES } from './model/sense-head.js';

/** Settings of `medal.train`, by the names of MeDAL's run.py where it has them. */
export class TrainSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the sample set (medal prepare).' })
  samples!: string;

  @Setting({
    type: 'string',
    choices: [...MODEL_NAMES, ...Object.keys(OTHER_NAMES)],
    meaning: 'lstm; lstm-sa, which attends over its states; electra. rnn and rnnsoft are other names of the first two.',
  })
  model = 'lstm';

  @Setting({
    type: 'string',
    choices: SENSE_LOSSES,
    meaning:
      'Cross-entropy over the senses of the abbreviation that stands there, over all senses (as the reference), or both.',
  })
  loss = 'candidates';

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'What it starts from: a run of medal.train or medal.pretrain, a Hugging Face ELECTRA folder, or a .pt or .tar of the reference. Not set: random weights.',
  })
  initial?: string;

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'fastText vectors (.bin or .vec) for the words of a recurrent model. Not set: vectors are learned from random.',
  })
  vectors?: string;

  @Setting({ type: 'boolean', meaning: 'Vectors from a file learn too.' })
  trainVectors = false;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Width of the words of a recurrent model.' })
  wordWidth = 300;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 1000,
    meaning: 'Words seen more seldom in training are unknown ones (recurrent), or are cut into characters (electra).',
  })
  minimumCount = 2;

  @Setting({ type: 'integer', minimum: 100, maximum: 2_000_000, meaning: 'Words, or word pieces, at most.' })
  vocabularySize = 200_000;

  @Setting({
    type: 'integer',
    minimum: 4,
    maximum: 4096,
    meaning: 'Width of a recurrent layer each way; of an ELECTRA from random weights, its hidden width.',
  })
  hiddenSize = 256;

  @Setting({ type: 'integer', minimum: 1, maximum: 16, meaning: 'Recurrent layers (paper: 3).' })
  rnnLayers = 1;

  @Setting({ type: 'integer', minimum: 1, maximum: 16, meaning: 'Layers of attention over the states, of lstm-sa.' })
  daLayers = 1;

  @Setting({ type: 'integer', minimum: 1, maximum: 48, meaning: 'Layers of an ELECTRA from random weights.' })
  electraLayers = 12;

  @Setting({ type: 'integer', minimum: 4, maximum: 4096, meaning: 'Its embedding width.' })
  embeddingSize = 128;

  @Setting({ type: 'integer', minimum: 1, maximum: 64, meaning: 'Its attention heads.' })
  heads = 4;

  @Setting({ type: 'integer', minimum: 4, maximum: 16_384, meaning: 'Its inner width.' })
  intermediateSize = 1024;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 0.9,
    meaning: 'Share dropped between recurrent layers and in the attention; in all of an ELECTRA from random weights.',
  })
  dropout = 0.1;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 0.9,
    meaning: 'Share of words that a step does not see: hidden as unknown ones, but never the abbreviations.',
  })
  wordDropout = 0;

  @Setting({
    type: 'boolean',
    meaning: "The classifier's bias starts at the log of each sense's share in training, not at 0 as the reference's.",
  })
  countBias = true;

  @Setting({
    type: 'boolean',
    meaning:
      'Weigh for each candidate whether its expansion, or words of it, stand elsewhere in the text; not in the reference.',
  })
  cues = true;

  @Setting({ type: 'number', minimum: 1e-9, maximum: 1, meaning: 'Learning rate of Adam.' })
  lr = 0.001;

  @Setting({
    type: 'boolean',
    meaning: 'Cut the rate to a fifth after more than 8 evaluations without a lower loss (ReduceLROnPlateau).',
  })
  useScheduler = false;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 1,
    meaning: 'Share of the steps in which the rate rises, to fall to 0 after that; 0: a constant rate.',
  })
  warmup = 0;

  @Setting({ type: 'number', minimum: 0, maximum: 1, meaning: 'Weight decay of Adam, apart from the gradient.' })
  weightDecay = 0;

  @Setting({ type: 'number', minimum: 0, maximum: 1000, meaning: 'Gradients are scaled to this norm at most; 0: not.' })
  clip = 0;

  @Setting({ type: 'integer', minimum: 1, maximum: 1000, meaning: 'Epochs at most; the best evaluation is kept.' })
  epochs = 5;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Texts, or windows of long ones, a batch.' })
  batchsize = 128;

  @Setting({ type: 'integer', minimum: 1, maximum: 1024, meaning: 'Batches a step.' })
  accumNum = 1;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 100_000_000,
    meaning: 'Steps between evaluations, at least one an epoch.',
  })
  evalEvery = 10_000;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 10_000,
    cosmetic: true,
    meaning: 'Epochs between checkpoints, besides those of the best evaluations.',
  })
  saveEvery = 1;

  @Setting({ type: 'integer', minimum: 0, maximum: 1000, meaning: 'Evaluations without a better one; 0: to the end.' })
  patience = 3;

  @Setting({
    type: 'integer',
    minimum: 8,
    maximum: 4096,
    meaning: 'Words that are read around an abbreviation; longer texts are read in windows.',
  })
  maximumWords = 256;

  @Setting({ type: 'integer', minimum: 1, maximum: 512, meaning: 'Length buckets end at multiples of so many words.' })
  bucketWords = 32;

  @Setting({
    type: 'integer',
    minimum: 0,
    maximum: 100_000_000,
    meaning: 'Places of the validation split that an evaluation judges, about; 0: all.',
  })
  evaluationPlaces = 20_000;

  @Setting({
    type: 'integer',
    minimum: 1,
    maximum: 100,
    cosmetic: true,
    meaning: 'Checkpoints kept, besides the best.',
  })
  keepCheckpoints = 1;

  @Setting({ type: 'integer', minimum: 0, maximum: Number.MAX_SAFE_INTEGER, meaning: 'Seed of weights and order.' })
  seed = 1;

  @Setting({
    type: 'string',
    choices: ['onnx', 'wasm', 'cpu'],
    meaning: 'The engine: onnx is fast, wasm and cpu are oracles and last resorts.',
  })
  engine = 'onnx';
}
