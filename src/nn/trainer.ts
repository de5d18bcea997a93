import { MedgraftError } from '../base/errors.js';
import type { Engine } from '../engine/engine.js';
import { ADAMW_DEFAULTS, AdamW, gradientNorm } from './optimizers/adamw.js';
import { ProcessTeam } from './process-team.js';
import { initialPlateau, type Plateau, passPlateau, warmupLinearDecay } from './schedules.js';
import { StepRunner } from './step-runner.js';
import type { BatchRunner, RunnerTask, TrainingTask } from './training-task.js';

/**
 * The one trainer of every model: accumulation, clipping, AdamW with a schedule, evaluation, early stop. It knows
 * nothing of the model, the disk or the clock: it yields what happened, and whoever reads the events saves and shows.
 * In a team of processes all yield the same events; figures of evaluations are the leader's alone.
 * While an event is being handled nothing moves, so a checkpoint taken then is a consistent one.
 */
export interface TrainerOptions {
  readonly steps: number;
  readonly learningRate: number;
  /**
   * `linear`: up in the warm-up, then down to 0. `constant`: `learningRate` from the first step on. `plateau`: the same, times
   * `factor` after more than `patience` evaluations without a lower loss. Default: linear.
   */
  readonly schedule?: 'linear' | 'constant' | 'plateau';
  readonly plateau?: { readonly factor: number; readonly patience: number };
  /** Share of the steps that warm up, of a linear schedule. */
  readonly warmup: number;
  readonly weightDecay: number;
  /** Micro-batches a step, of all processes together. */
  readonly accumulation: number;
  /** Gradients are scaled down to this Euclidean norm; 0 leaves them alone. */
  readonly clipNorm: number;
  /** Steps between evaluations, and between checkpoints. */
  readonly evaluateEvery: number;
  readonly saveEvery: number;
  /** Evaluations without a better loss before it stops; 0 never stops. */
  readonly patience: number;
  readonly seed: number;
}

/** All that a checkpoint needs beside the tensors. Plain data. */
export interface TrainerState {
  /** Steps taken. */
  step: number;
  /** Micro-batches of the next step that are in `accumulated`. */
  micro: number;
  /** Sums over those micro-batches. */
  partial: Record<string, number>;
  /** The smallest loss of an evaluation, or the negative of the largest figure where the task chooses by one. */
  bestLoss: number | null;
  bestStep: number;
  evaluationsSinceBest: number;
  /** The last one evaluated: a run that was killed after its last step does not evaluate it twice. */
  evaluatedStep?: number;
  /** Of a schedule by plateaus. */
  plateau?: Plateau;
}

export type TrainerEvent =
  | { kind: 'step'; step: number; figures: Record<string, number> }
  | { kind: 'evaluation'; step: number; figures: Record<string, number>; best: boolean }
  | { kind: 'save'; step: number; reason: 'interval' | 'best' | 'stopped' | 'end' };

export function initialTrainerState(): TrainerState {
  return { step: 0, micro: 0, partial: {}, bestLoss: null, bestStep: 0, evaluationsSinceBest: 0 };
}

export class Trainer {
  /** Gradient sums of the micro-batches so far; part of a checkpoint in the middle of a step. */
  readonly accumulated: Float32Array;
  private readonly runner: BatchRunner;
  private readonly optimizer: AdamW;

  constructor(
    private readonly task: TrainingTask | RunnerTask,
    engine: Engine,
    private readonly options: TrainerOptions,
    readonly state: TrainerState = initialTrainerState(),
    private readonly team = new ProcessTeam(),
  ) {
    this.runner = 'program' in task ? oneProgram(task, engine, options.seed) : task.runner(engine, options.seed);
    this.optimizer = new AdamW({ ...ADAMW_DEFAULTS, weightDecay: options.weightDecay });
    this.accumulated = new Float32Array(options.accumulation > 1 ? task.store.trainable : 0);
  }

  /** Trains to the last step, to an early stop, or until the signal: then it saves once more and throws `run.cancelled`. */
  async *run(signal: AbortSignal): AsyncGenerator<TrainerEvent, void> {
    const { state, options } = this;
    while (state.step < options.steps && !this.exhausted()) {
      for (; state.micro < options.accumulation; state.micro++) {
        if (this.isStopped(signal)) {
          yield { kind: 'save', step: state.step, reason: 'stopped' };
          throw new MedgraftError('cancelled', 'run.cancelled', `stopped on request after step ${state.step}`);
        }
        if (this.team.takes(state.micro)) await this.addMicroBatch();
      }
      yield { kind: 'step', step: state.step + 1, figures: this.update() };
      const due = (every: number) => every > 0 && state.step % every === 0 && state.step < options.steps;
      if (due(options.evaluateEvery)) yield* this.evaluate();
      if (due(options.saveEvery)) yield { kind: 'save', step: state.step, reason: 'interval' };
    }
    if (state.evaluatedStep !== state.step) yield* this.evaluate();
    yield { kind: 'save', step: state.step, reason: 'end' };
  }

  async dispose(): Promise<void> {
    await this.runner.dispose();
  }

  private async addMicroBatch(): Promise<void> {
    const { state, options } = this;
    const batch = this.task.batch(state.step, state.micro);
    const losses = await this.runner.run(batch, state.step * options.accumulation + state.micro);
    for (const [name, value] of Object.entries({ ...losses, ...batch.counts })) {
      state.partial[name] = (state.partial[name] ?? 0) + value;
    }
    if (options.accumulation > 1) add(this.accumulated, this.task.store.gradients);
  }

  /** Several processes stop between steps, when the leader is asked to. */
  private isStopped({ aborted }: AbortSignal): boolean {
    if (this.team.size === 1) return aborted;
    return this.state.micro === 0 && this.team.agree(aborted ? 1 : 0) === 1;
  }

  /** One optimizer step on the accumulated gradients; returns what the log shows. */
  private update(): Record<string, number> {
    const { state, options, task, team } = this;
    const { store } = task;
    if (options.accumulation > 1) store.gradients.set(this.accumulated);
    team.sumGradients(store.gradients);
    const figures = stepFigures(team.sumFigures(state.partial), options.accumulation);
    if (!Number.isFinite(figures['loss.total'])) throw diverged(state.step + 1, figures['loss.total']);
    const scale = 1 / options.accumulation;
    const norm = gradientNorm(store) * scale;
    const clip = options.clipNorm > 0 && norm > options.clipNorm ? options.clipNorm / norm : 1;
    const learningRate = this.learningRate();
    this.optimizer.step(store, state.step + 1, learningRate, scale * clip);
    state.step++;
    state.micro = 0;
    state.partial = {};
    this.accumulated.fill(0);
    return { ...figures, learningRate, gradientNorm: norm };
  }

  private learningRate(): number {
    const { schedule = 'linear', steps, learningRate, warmup } = this.options;
    if (schedule === 'linear') return warmupLinearDecay(this.state.step + 1, steps, learningRate, warmup);
    return learningRate * (this.state.plateau?.factor ?? 1);
  }

  private async *evaluate(): AsyncGenerator<TrainerEvent, void> {
    const { state, team } = this;
    const figures = team.leads ? await this.task.evaluate() : {};
    const { figure, larger } = this.task.choice ?? { figure: 'loss', larger: false };
    const chosen = figures[figure] ?? Number.NaN;
    const loss = team.agree(larger ? -chosen : chosen);
    state.evaluatedStep = state.step;
    if (this.options.schedule === 'plateau' && this.options.plateau) {
      const shown = team.agree(figures['loss'] ?? loss);
      state.plateau = passPlateau(state.plateau ?? initialPlateau(), shown, this.options.plateau);
    }
    const best = Number.isFinite(loss) && (state.bestLoss === null || loss < state.bestLoss);
    if (best) {
      state.bestLoss = loss;
      state.bestStep = state.step;
      state.evaluationsSinceBest = 0;
    } else state.evaluationsSinceBest++;
    yield { kind: 'evaluation', step: state.step, figures, best };
    if (best) yield { kind: 'save', step: state.step, reason: 'best' };
  }

  private exhausted(): boolean {
    return this.options.patience > 0 && this.state.evaluationsSinceBest >= this.options.patience;
  }
}

function oneProgram(task: TrainingTask, engine: Engine, seed: number): BatchRunner {
  return task.runner?.(engine, seed) ?? new StepRunner(task, engine, seed);
}

/** Losses are means over the micro-batches, counts are sums. */
function stepFigures(partial: Readonly<Record<string, number>>, accumulation: number): Record<string, number> {
  const mean = ([name, value]: [string, number]): [string, number] => [
    name,
    name.startsWith('loss.') ? value / accumulation : value,
  ];
  return Object.fromEntries(Object.entries(partial).map(mean));
}

function add(target: Float32Array, source: Float32Array): void {
  for (let i = 0; i < target.length; i++) target[i] += source[i];
}

function diverged(step: number, loss: number): MedgraftError {
  return new MedgraftError('input', 'nn.diverged', `the loss became ${loss} in step ${step}`, {
    hint: 'lower the learning rate, lengthen the warm-up, or clip gradients; the last checkpoint is intact',
  });
}
