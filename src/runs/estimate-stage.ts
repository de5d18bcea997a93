/** Asks a stage what a run would take: with its real inputs, and without leaving anything behind. */
import { mkdir, statfs } from 'node:fs/promises';
import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { Environment } from '../settings/environment.js';
import type { Stage, StageEstimate, StageEvent } from './stage.js';
import { type LoadStage, labelsOf, resolveInputs } from './stage-inputs.js';
import { threadsOf } from './stage-runner.js';
import type { Workspace } from './workspace.js';

export interface EstimateOptions {
  readonly workspace: Workspace;
  readonly environment: Pick<Environment, 'threads'>;
  readonly signal: AbortSignal;
  readonly loadStage?: LoadStage;
}

/** With what the machine has at the moment, in bytes. */
export interface MeasuredEstimate extends StageEstimate {
  readonly available: { readonly memory: number; readonly disk: number };
}

/** @throws MedgraftError `stage.no-estimate`, `artefact.missing`, `run.cancelled`; what the stage throws */
export async function* estimateStage<S extends object>(
  stage: Stage<S>,
  settings: S,
  { workspace, environment, signal, loadStage }: EstimateOptions,
): AsyncGenerator<StageEvent, MeasuredEstimate> {
  if (stage.estimate === undefined) {
    throw new MedgraftError('input', 'stage.no-estimate', `${stage.name} cannot tell what it would take`);
  }
  throwIfCancelled(signal);
  const memory = process.availableMemory();
  const inputs = await resolveInputs(stage, settings, labelsOf(stage, settings), workspace, loadStage);
  await mkdir(workspace.home, { recursive: true });
  const { bavail, bsize } = await statfs(workspace.home);
  const estimate = yield* stage.estimate(settings, inputs, {
    home: workspace.home,
    threads: threadsOf(environment),
    signal,
  });
  return { ...estimate, available: { memory, disk: bavail * bsize } };
}
