import { SameSetting, Setting } from '../settings/setting.js';
import { TrainSettings } from './train-settings.js';

/** Settings of `medal.finetune`, by the names of medal.train where they are the same. */
export class FinetuneNotesSettings {
  @Setting({ type: 'string', required: true, meaning: 'Name of the set of notes (medal prepare-mimic).' })
  notes!: string;

  @Setting({
    type: 'string',
    optional: true,
    choices: ['mimic-mortality', 'mimic-diagnosis'],
    meaning: 'The task, as a check. Not set: the one that the notes are labelled for.',
  })
  task?: string;

  @SameSetting(TrainSettings, 'model')
  model = 'lstm';

  @Setting({
    type: 'string',
    optional: true,
    path: 'data',
    meaning:
      'Whose encoder and words it starts from: a run of medal.train, medal.pretrain or medal.finetune, a Hugging Face ELECTRA folder, or a .pt or .tar of the reference. Not set: random weights, words of the training notes.',
  })
  initial?: string;

  @SameSetting(TrainSettings, 'vectors')
  vectors?: string;

  @SameSetting(TrainSettings, 'trainVectors')
  trainVectors = false;

  @SameSetting(TrainSettings, 'wordWidth')
  wordWidth = 300;

  @SameSetting(TrainSettings, 'minimumCount')
  minimumCount = 2;

  @SameSetting(TrainSettings, 'vocabularySize')
  vocabularySize = 200_000;

  @SameSetting(TrainSettings, 'hiddenSize')
  hiddenSize = 256;

  @SameSetting(TrainSettings, 'rnnLayers')
  rnnLayers = 1;

  @SameSetting(TrainSettings, 'daLayers')
  daLayers = 1;

  @SameSetting(TrainSettings, 'electraLayers')
  electraLayers = 12;

  @SameSetting(TrainSettings, 'embeddingSize')
  embeddingSize = 128;

  @SameSetting(TrainSettings, 'heads')
  heads = 4;

  @SameSetting(TrainSettings, 'intermediateSize')
  intermediateSize = 1024;

  @SameSetting(TrainSettings, 'dropout')
  dropout = 0.1;

  @Setting({
    type: 'number',
    minimum: 0,
    maximum: 0.9,
    meaning: "Share of a note's state that the classifier of lstm does not see in a step.",
  })
  headDropout = 0.5;

  @Setting({
    type: 'boolean',
    meaning: "The classifier's bias starts at the log-odds of each label in training, not at 0.",
  })
  countBias = true;

  @SameSetting(TrainSettings, 'lr')
  lr = 0.001;

  @SameSetting(TrainSettings, 'useScheduler')
  useScheduler = false;

  @SameSetting(TrainSettings, 'warmup')
  warmup = 0;

  @SameSetting(TrainSettings, 'weightDecay')
  weightDecay = 0;

  @SameSetting(TrainSettings, 'clip')
  clip = 0;

  @SameSetting(TrainSettings, 'epochs')
  epochs = 5;

  @Setting({ type: 'integer', minimum: 1, maximum: 4096, meaning: 'Notes a batch.' })
  batchsize = 32;

  @SameSetting(TrainSettings, 'accumNum')
  accumNum = 1;

  @SameSetting(TrainSettings, 'saveEvery')
  saveEvery = 1;

  @Setting({ type: 'integer', minimum: 0, maximum: 1000, meaning: 'Epochs without a better one; 0: to the end.' })
  patience = 3;

  @Setting({
    type: 'integer',
    minimum: 8,
    maximum: 4096,
    meaning: 'Words that are read of a note, from its first; an ELECTRA reads no more pieces than it has positions.',
  })
  maximumWords = 512;

  @SameSetting(TrainSettings, 'bucketWords')
  bucketWords = 64;

  @SameSetting(TrainSettings, 'keepCheckpoints')
  keepCheckpoints = 1;

  @SameSetting(TrainSettings, 'seed')
  seed = 1;

  @SameSetting(TrainSettings, 'engine')
  engine = 'onnx';
}
