import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { filesOfWeights } from '../formats/weight-folder.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import { readWeights } from '../nn/model-weights.store.js';
import type { ProcessTeam } from '../nn/process-team.js';
import type { RunLog } from '../nn/run-log.store.js';
import { initialTrainerState, Trainer, type TrainerState } from '../nn/trainer.js';
import { figuresOfLog, TrainingSession } from '../nn/training-session.store.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import type {
  EstimateContext,
  Stage,
  StageContext,
  StageEstimate,
  StageEvent,
  StageFigures,
  StageInputs,
} from '../runs/stage.js';
import { filesOfTable, usesNewestTable } from './instances/mention-neighbours.store.js';
import { preparePersonalNeighbours } from './instances/personal-neighbours.store.js';
import { writeModelFolder } from './model/model-folder.store.js';
import { PretrainSettings } from './pretrain-settings.js';
import { cardFacts } from './pretraining/card-facts.store.js';
import { estimatePretraining } from './pretraining/estimate-pretraining.store.js';
import { type Experiment, openExperiment } from './pretraining/experiment.store.js';
import { modelCard } from './pretraining/model-card.js';
import { evaluationOf, pretrainingTask } from './pretraining/open-task.js';
import type { PretrainingTask } from './pretraining/pretraining-task.js';
import { followPretraining, openTeam, startTogether } from './pretraining/pretraining-team.store.js';

/** Knowledge-enhanced pre-training; a run folder with checkpoints, taken up where it stopped. */
export const pretrain: Stage<PretrainSettings> = {
  name: 'smedbert.pretrain',
  summary: 'Pre-train SMedBERT on a linked corpus with the graph infused (resumes where it stopped).',
  version: 1,
  kind: 'run',
  settings: PretrainSettings,
  labels: ['kg', 'corpus'],
  needs: {
    graph: 'kg.import',
    ranks: 'kg.rank',
    vectors: 'kg.embed',
    corpus: 'corpus.link',
    neighbours: 'kg.topk',
  },
  uses: (settings) => ['graph', 'ranks', 'vectors', 'corpus', ...(usesNewestTable(settings) ? ['neighbours'] : [])],
  follow: followPretraining,
  estimate,
  sources: ({ initial, neighbourTable }) => [
    ...(initial ? filesOfModel(initial) : []),
    ...(neighbourTable ? filesOfTable(neighbourTable) : []),
  ],
  run,
};

async function* run(
  settings: PretrainSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, StageFigures> {
  const team = openTeam(settings);
  yield* orderNeighbours(settings, inputs, context);
  const experiment = await openExperiment(inputs, settings);
  const engine = await createEngine(settings.engine as Engine['name'], context.threads);
  const evaluation = evaluationOf(experiment, engine, settings);
  const task = pretrainingTask(experiment, evaluation, settings);
  try {
    yield { kind: 'note', message: sizes(experiment, settings) };
    if (experiment.absent.length > 0) {
      yield {
        kind: 'warning',
        message: `not in the folder, so random at the start: ${modulesOf(experiment.absent).join(', ')}`,
        place: settings.initial,
      };
    }
    return yield* train(settings, experiment, task, engine, context, team, inputs);
  } finally {
    await evaluation.dispose();
    experiment.close();
  }
}

async function* estimate(
  settings: PretrainSettings,
  inputs: StageInputs,
  { threads, signal }: EstimateContext,
): AsyncGenerator<StageEvent, StageEstimate> {
  const start = performance.now();
  // Equal in size, and nothing is computed or written for it.
  const experiment = await openExperiment(inputs, { ...settings, neighbourOrder: 'pagerank' });
  try {
    const engine = await createEngine(settings.engine as Engine['name'], threads);
    const openSeconds = (performance.now() - start) / 1000;
    return yield* estimatePretraining(experiment, engine, settings, openSeconds, signal);
  } finally {
    experiment.close();
  }
}

/** Neighbours by PEPR may take long: with progress, before what then finds them. */
async function* orderNeighbours(
  settings: PretrainSettings,
  inputs: StageInputs,
  context: StageContext,
): AsyncGenerator<StageEvent, void> {
  const { neighbourOrder, neighbourTable, neighbours } = settings;
  if (neighbourOrder !== 'pepr' || neighbourTable !== undefined) return;
  yield* preparePersonalNeighbours(neighbours, loadSnapshot(inputs['graph'].folder), inputs, context);
}

async function* train(
  settings: PretrainSettings,
  experiment: Experiment,
  task: PretrainingTask,
  engine: Engine,
  { folder, signal }: StageContext,
  team: ProcessTeam,
  inputs: StageInputs,
): AsyncGenerator<StageEvent, StageFigures> {
  const { store } = experiment;
  const trainer = new Trainer(task, engine, settings, initialTrainerState(), team);
  const session = new TrainingSession(trainer, store, {
    folder,
    signal,
    phase: 'pretrain',
    steps: settings.steps,
    keepCheckpoints: settings.keepCheckpoints,
    readModel: (source) => readWeights(source, store),
    writeModel: (target) => writeExperiment(target, experiment),
  });
  yield* session.resume();
  startTogether(team, inputs, settings, trainer.state, store);
  try {
    const log = yield* session.run();
    team.close();
    await session.takeBest();
    return await finish(settings, experiment, folder, trainer.state, inputs, log);
  } catch (error) {
    if (error instanceof MedgraftError && error.kind === 'cancelled') team.close();
    throw error;
  }
}

function writeExperiment(folder: string, { store, config, vocabularyText, lowerCase }: Experiment): Promise<void> {
  return writeModelFolder(folder, store, config, vocabularyText, lowerCase);
}

/** The finished run folder is a model folder: the weights of the best evaluation, with a model card. */
async function finish(
  settings: PretrainSettings,
  experiment: Experiment,
  folder: string,
  state: TrainerState,
  inputs: StageInputs,
  log: RunLog,
): Promise<StageFigures> {
  const { store, vocabulary, vocabularyText } = experiment;
  await writeExperiment(folder, experiment);
  const figures: StageFigures = {
    parameters: store.scalarCount(),
    steps: state.step,
    bestStep: state.bestStep,
    ...figuresOfLog(log),
  };
  const facts = await cardFacts(inputs, vocabulary, vocabularyText);
  await writeFileAtomically(join(folder, 'README.md'), modelCard(settings, figures, facts));
  return figures;
}

/** What decides the start; a folder without `vocab.txt` is trusted to have the corpus's. */
function filesOfModel(folder: string): string[] {
  const vocabulary = join(folder, 'vocab.txt');
  const files = [join(folder, 'config.json'), ...filesOfWeights(folder)];
  return existsSync(vocabulary) ? [...files, vocabulary] : files;
}

/** `cls.predictions.transform.dense` for its weight and bias. */
function modulesOf(parameters: readonly string[]): string[] {
  return [...new Set(parameters.map((name) => name.replace(/\.(weight|bias)$/, '')))];
}

function sizes({ store, training, held }: Experiment, settings: PretrainSettings): string {
  const millions = (store.scalarCount() / 1e6).toFixed(1);
  const tokens = training.buckets.map(({ tokens: length, segments }) => `${length}: ${segments.length}`).join(', ');
  return (
    `${millions} M parameters; ${training.batchesPerEpoch} batches an epoch, ${held.batchesPerEpoch} held out; ` +
    `segments by sample length ${tokens}; graph ${settings.graph}`
  );
}
