import { basename, join } from 'node:path';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { readWeights } from '../nn/model-weights.store.js';
import { Trainer } from '../nn/trainer.js';
import { figuresOfLog, TrainingSession } from '../nn/training-session.store.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type { Stage, StageContext, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
import { FinetuneNotesSettings } from './finetune-settings.js';
import { guessByCounts } from './mimic/guess-by-counts.js';
import { type NoteJudge, openJudge } from './mimic/judge-notes.store.js';
import { type NoteExperiment, openNoteExperiment } from './mimic/note-experiment.store.js';
import { writeNoteModel } from './mimic/note-model.store.js';
import { NotePredictions } from './mimic/note-predictions.js';
import type { NoteResults } from './mimic/note-results.js';
import { NOTE_TASKS } from './mimic/note-tally.js';
import { NoteTask } from './mimic/note-task.js';
import { MEANINGLESS } from './mimic/open-notes.store.js';
import { writeNoteResults } from './mimic/write-note-results.store.js';
import { filesOfStart } from './training/open-start.store.js';
import { trainerOptions } from './training/trainer-options.js';

/** Training on the notes of MIMIC-III, from random weights or a model of abbreviations; taken up where it stopped. */
export const finetuneNotes: Stage<FinetuneNotesSettings> = {
  name: 'medal.finetune',
  summary: 'Learn mortality or diagnoses from the notes of MIMIC-III, and score it (resumes where it stopped).',
  version: 1,
  kind: 'run',
  settings: FinetuneNotesSettings,
  labels: ['notes', 'model'],
  needs: { notes: 'medal.prepare-mimic' },
  inputLabels: ({ notes }) => ({ notes }),
  sources: ({ initial, vectors }) => [
    ...(initial === undefined ? [] : filesOfStart(initial)),
    ...(vectors === undefined ? [] : [vectors]),
  ],
  run,
};

async function* run(
  settings: FinetuneNotesSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { folder: notesFolder } = inputs['notes'];
  const experiment = await openNoteExperiment(notesFolder, settings);
  const engine = await createEngine(settings.engine as Engine['name'], context.threads);
  const judge = openJudge(experiment, engine, settings.batchsize, context.signal);
  try {
    yield* tellSizes(experiment, settings);
    const { judging, warning } = judge.judging();
    if (warning !== undefined) yield { kind: 'warning', message: warning };
    const task = new NoteTask(
      experiment.model.store,
      experiment.model.config,
      experiment.parts.train,
      experiment.model.encoder,
      { ...settings, batchSize: settings.batchsize, accumulation: settings.accumNum },
      judging,
    );
    return yield* train({ experiment, engine, judge, task, notesFolder }, settings, context);
  } finally {
    await judge.dispose();
    experiment.close();
  }
}

interface Training {
  readonly experiment: NoteExperiment;
  readonly engine: Engine;
  readonly judge: NoteJudge;
  readonly task: NoteTask;
  readonly notesFolder: string;
}

async function* train(
  { experiment, engine, judge, task, notesFolder }: Training,
  settings: FinetuneNotesSettings,
  { folder, signal }: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const { model } = experiment;
  const options = trainerOptions(settings, task.batchesPerEpoch);
  const session = new TrainingSession(new Trainer(task, engine, options), model.store, {
    folder,
    signal,
    phase: 'train',
    steps: options.steps,
    keepCheckpoints: settings.keepCheckpoints,
    readModel: (source) => readWeights(source, model.store),
    writeModel: (target) => writeNoteModel(target, model, notesFolder),
  });
  yield* session.resume();
  const log = yield* session.run();
  await session.takeBest();
  await writeNoteModel(folder, model, notesFolder);
  const { state } = session.trainer;
  const bestEpoch = Math.ceil(state.bestStep / options.evaluateEvery);
  const predictions = new NotePredictions(experiment.names);
  const results = await resultsOf(experiment, judge, predictions, settings, bestEpoch);
  yield { kind: 'metric', phase: 'test', step: state.step, values: { ...results.figures.test } };
  const figures: StageFigures = {
    parameters: model.store.scalarCount(),
    steps: state.step,
    bestEpoch,
    ...figuresOfLog(log),
    ...prefixed('valid', results.figures.valid),
    ...prefixed('test', results.figures.test),
    ...prefixed('counts', results.figures.counts),
  };
  await writeFileAtomically(join(folder, 'predictions.csv'), predictions.csv());
  await writeNoteResults(folder, results, settings, model.task, figures);
  return figures;
}

/** The only place where the test part is asked: every choice has been made. */
async function resultsOf(
  { model, parts, isDealt }: NoteExperiment,
  judge: NoteJudge,
  predictions: NotePredictions,
  { notes, initial, seed }: FinetuneNotesSettings,
  bestEpoch: number,
): Promise<NoteResults> {
  const { train: training, valid, test } = parts;
  return {
    task: NOTE_TASKS[model.task].name,
    notes,
    model: model.config.model,
    start: initial === undefined ? 'random weights' : basename(initial),
    seed,
    bestEpoch,
    counts: { train: training.count, valid: valid.count, test: test.count },
    figures: {
      valid: await judge.figures('valid'),
      test: await judge.figures('test', predictions),
      counts: guessByCounts(training, test, model.task),
    },
    ...(isDealt && { warning: MEANINGLESS }),
  };
}

function prefixed(prefix: string, figures: Readonly<Record<string, number>>): Record<string, number> {
  return Object.fromEntries(Object.entries(figures).map(([name, value]) => [`${prefix}.${name}`, value]));
}

function* tellSizes(
  { model, parts, isDealt, taken, knownWords }: NoteExperiment,
  { vectors, initial, maximumWords }: FinetuneNotesSettings,
): Generator<StageEvent> {
  if (isDealt) yield { kind: 'warning', message: MEANINGLESS };
  const words = model.vocabulary.split('\n').length - 1;
  const sizes = [
    `${(model.store.scalarCount() / 1e6).toFixed(1)} M parameters`,
    `${words} words or pieces`,
    `${parts.train.count} notes to learn from, ${parts.valid.count} to choose by, ${parts.test.count} for the test`,
    `${model.config.classes} outputs`,
  ];
  yield { kind: 'note', message: sizes.join('; ') };
  const { cut } = parts.train;
  if (cut > 0)
    yield { kind: 'note', message: `${cut} training notes are longer: their first ${maximumWords} words are read` };
  if (knownWords !== undefined) {
    yield { kind: 'note', message: `${knownWords} of ${words} words have a vector in ${vectors}` };
  }
  if (initial !== undefined) yield { kind: 'note', message: `${taken.length} tensors are those of ${initial}` };
}
