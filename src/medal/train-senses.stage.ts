import { join } from 'node:path';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { readWeights } from '../nn/model-weights.store.js';
import { Trainer } from '../nn/trainer.js';
import { figuresOfLog, TrainingSession } from '../nn/training-session.store.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { SenseAsker } from './model/sense-asker.js';
import type { SenseLoss } from './model/sense-head.js';
import { type SenseModel, writeSenseModel } from './model/sense-model.store.js';
import { TrainSettings } from './train-settings.js';
import { fitTemperature } from './training/fit-temperature.js';
import { filesOfStart } from './training/open-start.store.js';
import { senseCard } from './training/sense-card.js';
import { judgeWindows } from './training/sense-evaluation.js';
import { openSenseExperiment, type SenseExperiment } from './training/sense-experiment.store.js';
import { senseFigures } from './training/sense-tally.js';
import { SenseTask } from './training/sense-task.js';
import { trainerOptions } from './training/trainer-options.js';

/** Training of an abbreviation model; a run folder with checkpoints, taken up where it stopped. */
export const trainSenses: Stage<TrainSettings> = {
  name: 'medal.train',
  summary: 'Train a model that says what an abbreviation means (resumes where it stopped).',
  version: 1,
  kind: 'run',
  settings: TrainSettings,
  labels: ['samples', 'model'],
  needs: { samples: 'medal.prepare' },
  inputLabels: ({ samples }) => ({ samples }),
  sources: ({ initial, vectors }) => [
    ...(initial === undefined ? [] : filesOfStart(initial)),
    ...(vectors === undefined ? [] : [vectors]),
  ],
  run,
};

async function* run(
  settings: TrainSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const experiment = await openSenseExperiment(inputs['samples'].folder, settings);
  const engine = await createEngine(settings.engine as Engine['name'], context.threads);
  const judge = judgeOf(experiment, engine, settings, context.signal);
  try {
    yield* tellSizes(experiment, settings);
    return yield* train(experiment, engine, judge, settings, context);
  } finally {
    await judge.dispose();
    experiment.close();
  }
}

async function* train(
  experiment: SenseExperiment,
  engine: Engine,
  judge: Judge,
  settings: TrainSettings,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { model, inventoryFile } = experiment;
  const task = taskOf(experiment, judge, settings);
  const options = trainerOptions(settings, task.batchesPerEpoch);
  const session = new TrainingSession(new Trainer(task, engine, options), model.store, {
    folder,
    signal,
    phase: 'train',
    steps: options.steps,
    keepCheckpoints: settings.keepCheckpoints,
    readModel: (source) => readWeights(source, model.store),
    writeModel: (target) => writeSenseModel(target, model, inventoryFile),
  });
  yield* session.resume();
  const log = yield* session.run();
  await session.takeBest();
  const calibrated = await calibrate(model, judge);
  await writeSenseModel(folder, calibrated.model, inventoryFile);
  const { state } = session.trainer;
  const figures: StageFigures = {
    parameters: model.store.scalarCount(),
    steps: state.step,
    bestStep: state.bestStep,
    epochs: state.step / (task.batchesPerEpoch / settings.accumNum),
    ...figuresOfLog(log),
    ...calibrated.figures,
  };
  await writeFileAtomically(join(folder, 'README.md'), senseCard(settings, figures, calibrated.model));
  return figures;
}

function taskOf(experiment: SenseExperiment, judge: Judge, settings: TrainSettings): SenseTask {
  const { model, training } = experiment;
  const { loss, batchsize, bucketWords, maximumWords, wordDropout, accumNum, seed } = settings;
  const options = {
    loss: loss as SenseLoss,
    batchSize: batchsize,
    bucketWords,
    maximumWords,
    wordDropout,
    accumulation: accumNum,
    seed,
  };
  return new SenseTask(model.store, model.config, training, model.encoder, options, () => judge.figures());
}

/** Figures of the model as it is now on the validation split. */
interface Judge {
  figures(): Promise<Record<string, number>>;
  answers(): ReturnType<typeof judgeWindows>;
  readonly baseline: Int32Array;
  dispose(): Promise<void>;
}

function judgeOf(
  { model, valid, baseline }: SenseExperiment,
  engine: Engine,
  { batchsize, bucketWords, maximumWords, evaluationPlaces, loss }: TrainSettings,
  signal: AbortSignal,
): Judge {
  const { padding, maximumTokens } = model.encoder;
  const sizes = { samples: batchsize, width: bucketWords, maximumTokens, padding };
  const asker = new SenseAsker(model.store, model.config, engine, sizes);
  const options = { batchSize: batchsize, bucketWords, maximumWords, places: evaluationPlaces };
  const answers = () => judgeWindows(valid, model.encoder, asker, options, signal);
  return {
    answers,
    baseline,
    async figures() {
      const figures = senseFigures(await answers(), baseline);
      return { loss: loss === 'all' ? figures['lossOfAll'] : figures['lossOfCandidates'], ...figures };
    },
    dispose: () => asker.dispose(),
  };
}

/** The temperature that makes the probabilities of the validation split believable, and what they were before. */
async function calibrate(model: SenseModel, judge: Judge): Promise<{ model: SenseModel; figures: StageFigures }> {
  const answers = await judge.answers();
  const choices = answers.filter(({ logits }) => logits.length > 1);
  const temperature =
    choices.length === 0
      ? 1
      : fitTemperature(
          choices.map(({ logits }) => logits),
          choices.map(({ column }) => column),
        );
  const [before, after] = [1, temperature].map((t) => senseFigures(answers, judge.baseline, t));
  return {
    model: { ...model, reading: { ...model.reading, temperature } },
    figures: {
      temperature,
      ...Object.fromEntries(Object.entries(after).map(([name, value]) => [`valid.${name}`, value])),
      'valid.uncalibratedError': before['calibrationError'],
    },
  };
}

function* tellSizes(
  { model, training, valid, absent, knownWords }: SenseExperiment,
  { vectors, initial }: TrainSettings,
): Generator<StageEvent> {
  const words = model.vocabulary.split('\n').length - 1;
  const parts = [
    `${(model.store.scalarCount() / 1e6).toFixed(1)} M parameters`,
    `${words} words or pieces`,
    `${training.count} windows with ${training.places} places to learn from`,
    `${valid.count} with ${valid.places} to judge by`,
  ];
  yield { kind: 'note', message: parts.join('; ') };
  if (knownWords !== undefined) {
    yield { kind: 'note', message: `${knownWords} of ${words} words have a vector in ${vectors}` };
  }
  if (absent.length > 0) {
    yield { kind: 'note', message: `not in the start, so random: ${absent.join(', ')}` };
  } else if (initial !== undefined) yield { kind: 'note', message: `all weights are those of ${initial}` };
}
