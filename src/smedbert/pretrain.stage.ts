import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { MedgraftError } from '../base/errors.js';
import { createEngine } from '../engine/create-engine.js';
import type { Engine } from '../engine/engine.js';
import { filesOfWeights } from '../formats/weight-folder.js';
import { loadSnapshot } from '../graph/snapshot-file.js';
import { readWeights } from '../nn/model-weights.store.js';
import type { ProcessTeam } from '../nn/process-team.js';
import { RunLog } from '../nn/run-log.store.js';
import { initialTrainerState, Trainer, type TrainerEvent, type TrainerState } from '../nn/trainer.js';
import { readTrainingState, writeTrainingState } from '../nn/training-checkpoint.store.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { latestCheckpoint, writeCheckpoint } from '../runs/checkpoint-folder.js';
import type { Stage, StageContext, StageEstimate, StageEvent, StageFigures, StageInputs } from '../runs/stage.js';
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

/** Steps between log lines of the metric stream; the log file holds every step. */
const METRIC_EVERY = 10;

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
    return yield* train(new Session(settings, experiment, task, engine, context, team), inputs);
  } finally {
    await evaluation.dispose();
    experiment.close();
  }
}

async function* estimate(
  settings: PretrainSettings,
  inputs: StageInputs,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, StageEstimate> {
  const start = performance.now();
  // Equal in size, and nothing is computed or written for it.
  const experiment = await openExperiment(inputs, { ...settings, neighbourOrder: 'pagerank' });
  try {
    const engine = await createEngine(settings.engine as Engine['name'], availableParallelism());
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

/** One sitting of a run: what it needs to save and to log. */
class Session {
  readonly trainer: Trainer;

  constructor(
    readonly settings: PretrainSettings,
    readonly experiment: Experiment,
    task: PretrainingTask,
    engine: Engine,
    readonly context: StageContext,
    readonly team: ProcessTeam,
  ) {
    this.trainer = new Trainer(task, engine, settings, initialTrainerState(), team);
  }

  /** Goes on from the newest whole checkpoint; returns its step, or undefined when there is none. */
  async resume(): Promise<{ state: TrainerState; skipped: string[] } | undefined> {
    const { checkpoint, skipped } = await latestCheckpoint(this.context.folder);
    if (!checkpoint) return undefined;
    const { store } = this.experiment;
    await readWeights(checkpoint.folder, store);
    const state = await readTrainingState(checkpoint.folder, store, this.trainer.accumulated);
    Object.assign(this.trainer.state, state);
    return { state, skipped: skipped.map(({ folder, reason }) => `${folder}: ${reason}`) };
  }

  async save(): Promise<string> {
    const { state, accumulated } = this.trainer;
    const { store, config, vocabularyText, lowerCase } = this.experiment;
    const write = async (folder: string) => {
      await writeModelFolder(folder, store, config, vocabularyText, lowerCase);
      await writeTrainingState(folder, store, state, accumulated);
    };
    const best = state.bestLoss === null ? undefined : state.bestStep;
    return writeCheckpoint(this.context.folder, state.step, write, this.settings.keepCheckpoints, { best });
  }
}

async function* train(session: Session, inputs: StageInputs): AsyncGenerator<StageEvent, StageFigures> {
  const { settings, context, trainer, team } = session;
  const resumed = await session.resume();
  startTogether(team, inputs, settings, trainer.state, session.experiment.store);
  if (resumed) {
    for (const message of resumed.skipped) yield { kind: 'warning', message: `checkpoint passed over: ${message}` };
    yield { kind: 'note', message: `going on after step ${resumed.state.step}` };
  }
  const log = await RunLog.open(context.folder, trainer.state.step);
  let since = performance.now();
  try {
    for await (const event of trainer.run(context.signal)) {
      const seconds = (performance.now() - since) / 1000;
      if (event.kind === 'save') yield { kind: 'note', message: await saved(session, event) };
      else yield* show(event, settings.steps, await log.add(event, seconds));
      since = performance.now();
    }
    team.close();
    return await finish(session, inputs, log);
  } catch (error) {
    if (error instanceof MedgraftError && error.kind === 'cancelled') team.close();
    throw error;
  } finally {
    await trainer.dispose();
    await log.close();
  }
}

async function saved(session: Session, event: TrainerEvent & { kind: 'save' }): Promise<string> {
  const folder = await session.save();
  const resume = event.reason === 'stopped' ? '; the same command goes on from there' : '';
  return `checkpoint after step ${event.step} (${event.reason}) in ${folder}${resume}`;
}

function* show(
  { kind, step }: TrainerEvent,
  steps: number,
  figures: Readonly<Record<string, number>>,
): Generator<StageEvent> {
  if (kind === 'step') {
    yield { kind: 'progress', phase: 'pretrain', done: step, total: steps, unit: 'steps' };
    if (step % METRIC_EVERY !== 0 && step !== 1) return;
  }
  yield { kind: 'metric', phase: kind === 'step' ? 'train' : 'evaluation', step, values: { ...figures } };
}

/** The finished run folder is a model folder: the weights of the best evaluation, with a model card. */
async function finish(session: Session, inputs: StageInputs, log: RunLog): Promise<StageFigures> {
  const { experiment, context, trainer, settings } = session;
  const { state } = trainer;
  const { store, config, vocabulary, vocabularyText, lowerCase } = experiment;
  if (state.bestLoss !== null && state.bestStep !== state.step) {
    await readWeights(join(context.folder, `checkpoint-${state.bestStep}`), store);
  }
  await writeModelFolder(context.folder, store, config, vocabularyText, lowerCase);
  const figures: StageFigures = {
    parameters: store.scalarCount(),
    steps: state.step,
    bestStep: state.bestStep,
    ...prefixed('first', log.first),
    ...prefixed('last', log.last),
    ...prefixed('evaluation', log.evaluation),
  };
  const facts = await cardFacts(inputs, vocabulary, vocabularyText);
  await writeFileAtomically(join(context.folder, 'README.md'), modelCard(settings, figures, facts));
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

function prefixed(prefix: string, figures: Readonly<Record<string, number>>): Record<string, number> {
  const kept = Object.entries(figures).filter(([name]) => prefix === 'evaluation' || name.startsWith('loss.'));
  return Object.fromEntries(kept.map(([name, value]) => [`${prefix}.${name}`, value]));
}

function sizes({ store, training, held }: Experiment, settings: PretrainSettings): string {
  const millions = (store.scalarCount() / 1e6).toFixed(1);
  const tokens = training.buckets.map(({ tokens: length, segments }) => `${length}: ${segments.length}`).join(', ');
  return (
    `${millions} M parameters; ${training.batchesPerEpoch} batches an epoch, ${held.batchesPerEpoch} held out; ` +
    `segments by sample length ${tokens}; graph ${settings.graph}`
  );
}
