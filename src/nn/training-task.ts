import type { Engine, NamedData, Program, TensorData } from '../engine/engine.js';
import type { ParameterStore } from './parameter-store.js';

/**
 * What the trainer asks of a model. A batch is a pure function of (step, micro), so training resumes anywhere without
 * replaying data. Large tables stay outside the program: a batch names the rows it reads, and the trainer adds their
 * gradients back row by row.
 */
export interface LookupPlan {
  /** The table, a parameter [rows, width]. */
  readonly table: string;
  /** Which of the batch's row lists is read. */
  readonly ids: string;
}

export interface TrainingBatch {
  /** Batches of the same key share one compiled program. */
  readonly key: string;
  readonly inputs: NamedData;
  /** Row numbers by the names that LookupPlan.ids uses. */
  readonly lookups: Readonly<Record<string, Int32Array>>;
  /** What the step handled, for the log: tokens, samples, ... */
  readonly counts: Readonly<Record<string, number>>;
  /** Where outputs go that are neither losses nor gradients of parameters and rows. */
  readonly outputs?: Readonly<Record<string, TensorData>>;
}

/** Loss and gradients of a batch, which end in the task's store. */
export interface BatchRunner {
  /**
   * @param draw number of the pass, which keys its dropout
   * @returns the scalars named `loss.*`
   */
  run(batch: TrainingBatch, draw: number): Promise<Record<string, number>>;
  dispose(): Promise<void>;
}

/** A figure of the evaluation, and whether more of it is better. */
export interface CheckpointChoice {
  readonly figure: string;
  readonly larger: boolean;
}

interface TaskOfTrainer {
  readonly store: ParameterStore;
  batch(step: number, micro: number): TrainingBatch;
  /** Figures on held-out data; one of them decides which checkpoint is best. */
  evaluate(): Promise<Record<string, number>>;
  /** Which one; the smallest `loss` where nothing is said. */
  readonly choice?: CheckpointChoice;
}

export interface TrainingTask extends TaskOfTrainer {
  /**
   * The program of a key. Outputs named `loss.<part>` are scalars (`loss.total` is minimised); `gradient.<name>` belongs
   * to the parameter or to the lookup of that name. Inputs named `dropout.*` are keep-masks that the trainer draws.
   */
  program(key: string): Program;
  readonly lookups: Readonly<Record<string, LookupPlan>>;
  /** Share that is dropped at `dropout.*` inputs by name. */
  dropoutRate(input: string): number;
  /** For models of which a program is only a part; without it a batch is one program (step-runner.ts). */
  runner?(engine: Engine, seed: number): BatchRunner | undefined;
}

/** A task whose step is no single program: it runs its batches itself. */
export interface RunnerTask extends TaskOfTrainer {
  runner(engine: Engine, seed: number): BatchRunner;
}
