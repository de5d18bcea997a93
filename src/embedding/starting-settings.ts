import { Setting } from '../settings/setting.js';
import { ROW_SHIFTS, type RowShift } from './vectors/row-shift.js';

/** The settings of `kg.embed` that say what a training starts from. */
export class StartingSettings {
  @Setting({ type: 'string', meaning: 'Name of the graph.', required: true })
  kg!: string;

  @Setting({
    type: 'string',
    meaning: 'Vectors to start from, by name: of kg.embed, DGL-KE, OpenKE, SMedBERT, word2vec or NumPy.',
    optional: true,
    path: 'data',
  })
  startFrom?: string;

  @Setting({
    type: 'string',
    choices: ROW_SHIFTS,
    optional: true,
    meaning: "Whether row 0 of startFrom's tables is padding, as in SMedBERT's repository; default: auto, by counts.",
  })
  rowShift?: RowShift;

  @Setting({
    type: 'boolean',
    meaning: 'Entities and relations that startFrom has stay as they are; only what it has not is trained.',
  })
  keepKnown = false;

  @Setting({ type: 'string', meaning: 'Starting values.', choices: ['uniform', 'xavier'] })
  initial: 'uniform' | 'xavier' = 'uniform';

  @Setting({ type: 'number', meaning: 'Uniform starting values lie within plus and minus it.', minimum: 0 })
  initialBound = 0.02;

  @Setting({
    type: 'boolean',
    meaning: 'TransH, TransR and TransD start from a TransE that is trained first, and is reported as well.',
  })
  warmStart = true;

  @Setting({ type: 'integer', meaning: 'Epochs of that TransE, at most.', minimum: 1, maximum: 100_000 })
  warmStartEpochs = 100;

  @Setting({
    type: 'number',
    meaning: 'Learning rate of that TransE; not set: learningRate.',
    minimum: 0,
    optional: true,
  })
  warmStartRate?: number;
}
