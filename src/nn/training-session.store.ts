/**
 * One sitting of a training in a run's folder: goes on from the newest whole checkpoint, logs what the trainer tells, writes
 * checkpoints, and hands progress to whoever runs the stage. What a model folder holds is its model's affair.
 */
import { join } from 'node:path';
import { latestCheckpoint, writeCheckpoint } from '../runs/checkpoint-folder.js';
import type { StageEvent } from '../runs/stage.js';
import type { ParameterStore } from './parameter-store.js';
import { RunLog } from './run-log.store.js';
import type { Trainer, TrainerEvent } from './trainer.js';
import { readTrainingState, writeTrainingState } from './training-checkpoint.store.js';

export interface SessionOptions {
  /** Of the run. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** What progress is called. */
  readonly phase: string;
  readonly steps: number;
  readonly keepCheckpoints: number;
  /** All weights of the store, from a folder that `writeModel` wrote. */
  readModel(folder: string): Promise<void>;
  writeModel(folder: string): Promise<void>;
}

/** Steps between log lines of the metric stream; the log file holds every step. */
const METRIC_EVERY = 10;

export class TrainingSession {
  constructor(
    readonly trainer: Trainer,
    private readonly store: ParameterStore,
    private readonly options: SessionOptions,
  ) {}

  /** Goes on from the newest whole checkpoint, if there is one. */
  async *resume(): AsyncGenerator<StageEvent, void> {
    const { checkpoint, skipped } = await latestCheckpoint(this.options.folder);
    if (!checkpoint) return;
    await this.options.readModel(checkpoint.folder);
    const state = await readTrainingState(checkpoint.folder, this.store, this.trainer.accumulated);
    Object.assign(this.trainer.state, state);
    for (const { folder, reason } of skipped) {
      yield { kind: 'warning', message: `checkpoint passed over: ${folder}: ${reason}` };
    }
    yield { kind: 'note', message: `going on after step ${state.step}` };
  }

  /** Trains to the end, or throws what the trainer throws after a last checkpoint. The trainer is disposed of. */
  async *run(): AsyncGenerator<StageEvent, RunLog> {
    const { folder, signal } = this.options;
    const log = await RunLog.open(folder, this.trainer.state.step);
    let since = performance.now();
    try {
      for await (const event of this.trainer.run(signal)) {
        const seconds = (performance.now() - since) / 1000;
        if (event.kind === 'save') yield { kind: 'note', message: await this.save(event) };
        else yield* this.show(event, await log.add(event, seconds));
        since = performance.now();
      }
    } finally {
      await this.trainer.dispose();
      await log.close();
    }
    return log;
  }

  /** Reads the weights of the best evaluation, where they are not those of the last step. */
  async takeBest(): Promise<void> {
    const { bestLoss, bestStep, step } = this.trainer.state;
    if (bestLoss === null || bestStep === step) return;
    await this.options.readModel(join(this.options.folder, `checkpoint-${bestStep}`));
  }

  private async save({ step, reason }: TrainerEvent & { kind: 'save' }): Promise<string> {
    const { folder, keepCheckpoints, writeModel } = this.options;
    const { state, accumulated } = this.trainer;
    const write = async (target: string) => {
      await writeModel(target);
      await writeTrainingState(target, this.store, state, accumulated);
    };
    const best = state.bestLoss === null ? undefined : state.bestStep;
    const written = await writeCheckpoint(folder, state.step, write, keepCheckpoints, { best });
    const resume = reason === 'stopped' ? '; the same command goes on from there' : '';
    return `checkpoint after step ${step} (${reason}) in ${written}${resume}`;
  }

  private *show(
    { kind, step }: Exclude<TrainerEvent, { kind: 'save' }>,
    figures: Readonly<Record<string, number>>,
  ): Generator<StageEvent> {
    if (kind === 'step') {
      const { phase, steps } = this.options;
      yield { kind: 'progress', phase, done: step, total: steps, unit: 'steps' };
      if (step % METRIC_EVERY !== 0 && step !== 1) return;
    }
    yield { kind: 'metric', phase: kind === 'step' ? 'train' : 'evaluation', step, values: { ...figures } };
  }
}

/** What a manifest keeps of a log: losses of the first and the last step, and the last evaluation. */
export function figuresOfLog({ first, last, evaluation }: RunLog): Record<string, number> {
  return { ...losses('first', first), ...losses('last', last), ...prefixed('evaluation', Object.entries(evaluation)) };
}

function losses(prefix: string, figures: Readonly<Record<string, number>>): Record<string, number> {
  return prefixed(
    prefix,
    Object.entries(figures).filter(([name]) => name.startsWith('loss.')),
  );
}

function prefixed(prefix: string, figures: readonly [string, number][]): Record<string, number> {
  return Object.fromEntries(figures.map(([name, value]) => [`${prefix}.${name}`, value]));
}
