/**
 * Processes of one pre-training. All read graph, vectors and corpus from a workspace, a shared one or copies; the first leads:
 * it alone evaluates, logs and writes, and its weights are those that all start from.
 */
import { MedgraftError } from '../../base/errors.js';
import { createEngine } from '../../engine/create-engine.js';
import type { Engine } from '../../engine/engine.js';
import { followMpiLeader, openMpiWorld } from '../../engine/mpi/mpi-world.js';
import type { ParameterStore } from '../../nn/parameter-store.js';
import { ProcessTeam } from '../../nn/process-team.js';
import { initialTrainerState, Trainer, type TrainerState } from '../../nn/trainer.js';
import type { FollowerContext, StageInputs } from '../../runs/stage.js';
import type { PretrainSettings } from '../pretrain-settings.js';
import { openExperiment } from './experiment.store.js';
import { evaluationOf, pretrainingTask } from './open-task.js';

const COMMAND = 'smedbert pretrain';

/** @throws MedgraftError `engine.mpi`, `engine.processes`, `settings.invalid` */
export function openTeam({ processes, accumulation }: PretrainSettings): ProcessTeam {
  if (accumulation % processes !== 0) {
    throw new MedgraftError(
      'input',
      'settings.invalid',
      'the processes cannot share the micro-batches of a step evenly',
      {
        place: 'accumulation',
        expected: `a multiple of ${processes}, the processes`,
        got: String(accumulation),
      },
    );
  }
  return new ProcessTeam(openMpiWorld(processes, COMMAND));
}

/**
 * Gives all processes the leader's weights and state, before the first step.
 * @throws MedgraftError `smedbert.processes` where a process has other inputs or settings than the leader
 */
export function startTogether(
  team: ProcessTeam,
  inputs: StageInputs,
  settings: PretrainSettings,
  state: TrainerState,
  store: ParameterStore,
): void {
  const own = { ...hashesOf(inputs), ...settings };
  const different = differences(own, team.share(own));
  if (different.length > 0) {
    throw new MedgraftError('conflict', 'smedbert.processes', 'a process was started with something else', {
      place: different.join(', '),
      hint: 'all processes need the same command and equal workspaces',
    });
  }
  Object.assign(state, team.share(state));
  team.shareParameters(store);
}

/** In a process that does not lead: trains until the leader ends. @returns false in the one that leads */
export async function followPretraining(
  settings: PretrainSettings,
  prepare: () => Promise<FollowerContext>,
): Promise<boolean> {
  if (settings.processes === 1) return false;
  const communicator = openMpiWorld(settings.processes, COMMAND);
  if (communicator.rank === 0) return false;
  await followMpiLeader(communicator, async () => {
    try {
      await trainAlong(settings, await prepare());
    } catch (error) {
      if (!(error instanceof MedgraftError && error.kind === 'cancelled')) throw error;
    }
  });
  return true;
}

async function trainAlong(settings: PretrainSettings, { inputs, threads }: FollowerContext): Promise<void> {
  const team = openTeam(settings);
  const experiment = await openExperiment(inputs, settings);
  const engine = await createEngine(settings.engine as Engine['name'], threads);
  const evaluation = evaluationOf(experiment, engine, settings);
  const task = pretrainingTask(experiment, evaluation, settings);
  const trainer = new Trainer(task, engine, settings, initialTrainerState(), team);
  try {
    startTogether(team, inputs, settings, trainer.state, experiment.store);
    for await (const _ of trainer.run(new AbortController().signal)) {
      // What happens is the leader's to tell.
    }
  } finally {
    await trainer.dispose();
    await evaluation.dispose();
    experiment.close();
  }
}

function hashesOf(inputs: StageInputs): Record<string, string> {
  return Object.fromEntries(Object.entries(inputs).map(([role, { hash }]) => [`input ${role}`, hash]));
}

function differences(own: Readonly<Record<string, unknown>>, leaders: Readonly<Record<string, unknown>>): string[] {
  const names = new Set([...Object.keys(own), ...Object.keys(leaders)]);
  return [...names].filter((name) => JSON.stringify(own[name]) !== JSON.stringify(leaders[name]));
}
