import { MedgraftError, throwIfCancelled } from '../../base/errors.js';
import type { RankingReport } from '../evaluation/ranking-evaluation.js';
import type { RankingTask } from '../evaluation/ranking-lane.js';
import { selectTriples, tripleCount } from '../triples.js';
import type { ChunkPlan } from './create-chunks.js';
import type { EmbeddingTrainer } from './embedding-trainer.js';
import { shuffledRange } from './shuffle.js';
import type { TripleSplit } from './split-triples.js';
import { type CurvePoint, TrainingProgress } from './training-progress.js';

/**
 * The training loop of graph embeddings: epochs of chunks, a learning rate that decays, and early stopping on
 * the filtered MRR of held-out triples. The result is a function of the seed and of the number of threads.
 */
export interface TrainingOptions extends ChunkPlan {
  readonly epochs: number;
  readonly learningRate: number;
  /** `epoch`: the rate decays after each. `plateau`: after `plateauPatience` evaluations without a better MRR. */
  readonly schedule: 'epoch' | 'plateau';
  /** What the rate is multiplied by. */
  readonly rateDecay: number;
  readonly plateauPatience: number;
  /** Epochs between evaluations. */
  readonly evaluateEvery: number;
  /** `all`: test triples, too, are left out of validation's candidates as known to be true. */
  readonly validationFilter: 'seen' | 'all';
  /** Held-out triples that an evaluation looks at, at most. */
  readonly evaluatedTriples: number;
  /** Evaluations in a row without a better MRR after which training stops; at least 1. */
  readonly patience: number;
}

export type TrainingEvent =
  | { readonly kind: 'progress'; readonly epoch: number; readonly done: number; readonly total: number }
  | {
      readonly kind: 'epoch';
      /** Counted from 1. */
      readonly epoch: number;
      readonly loss: number;
      readonly learningRate: number;
      readonly validation?: RankingReport;
    };

export interface TrainingOutcome {
  /** Epochs that were run. */
  readonly epochs: number;
  /** The epoch whose tables the model has now. */
  readonly bestEpoch: number;
  readonly bestMrr?: number;
  readonly loss: number;
  readonly stoppedEarly: boolean;
  /** MRR of the validation triples at each evaluation. */
  readonly curve: readonly CurvePoint[];
}

/** Chunks between two progress events. */
const CHUNKS_A_STEP = 32;

/**
 * Trains in place; at the end the model has the tables of its best evaluation, or the last ones when there was none.
 * @param validate ranks held-out triples; absent: nothing is evaluated
 * @param progress of an earlier attempt, whose tables and optimizer the team has
 * @throws MedgraftError `run.cancelled` soon after the signal, `embedding.diverged`
 */
export function* trainEmbedding(
  team: Omit<EmbeddingTrainer, 'rank'>,
  options: TrainingOptions,
  signal: AbortSignal,
  validate?: () => RankingReport,
  progress = new TrainingProgress(),
): Generator<TrainingEvent, TrainingOutcome> {
  const { tables } = team.embedding.model;
  const { epochs, patience, evaluateEvery } = options;
  while (progress.epoch < epochs && progress.misses < patience) {
    const epoch = progress.epoch + 1;
    const decays = options.schedule === 'epoch' ? epoch - 1 : progress.decays;
    const learningRate = options.learningRate * options.rateDecay ** decays;
    progress.loss = finite(yield* withProgress(team.epoch(epoch, learningRate), epoch, signal), epoch);
    progress.epoch = epoch;
    const report = epoch === epochs || epoch % evaluateEvery === 0 ? validate?.() : undefined;
    if (report && progress.offer(tables, report.realistic.mrr, options.plateauPatience)) team.keepBest?.();
    yield { kind: 'epoch', epoch, loss: progress.loss, learningRate, validation: report };
    throwIfCancelled(signal);
  }
  const { epoch, loss, misses, curve } = progress;
  if (progress.best) team.restoreBest?.();
  return { ...progress.restoreBest(tables), epochs: epoch, loss, stoppedEarly: misses >= patience, curve };
}

function* withProgress(
  rounds: Generator<{ done: number; total: number }, number>,
  epoch: number,
  signal: AbortSignal,
): Generator<TrainingEvent, number> {
  let shown = 0;
  for (let round = rounds.next(); ; round = rounds.next()) {
    if (round.done) return round.value;
    if (round.value.done < shown) continue;
    shown = round.value.done + CHUNKS_A_STEP;
    throwIfCancelled(signal);
    yield { kind: 'progress', epoch, ...round.value };
  }
}

function finite(loss: number, epoch: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new MedgraftError('input', 'embedding.diverged', 'the loss is not a number any more', {
    place: `epoch ${epoch}`,
    hint: 'use a smaller learning rate',
  });
}

type ValidationOptions = Pick<TrainingOptions, 'evaluatedTriples' | 'validationFilter' | 'seed'>;

/** Filtered ranking of a fixed sample of the validation triples; undefined when there is nothing to rank. */
export function validationTask(
  { train, valid, test }: Pick<TripleSplit, 'train' | 'valid' | 'test'>,
  { evaluatedTriples, validationFilter, seed }: ValidationOptions,
): RankingTask | undefined {
  if (tripleCount(valid) === 0) return undefined;
  const order = shuffledRange(tripleCount(valid), seed, 'embedding.validation', 0);
  const known = validationFilter === 'all' ? [train, valid, test] : [train, valid];
  return { triples: selectTriples(valid, order.subarray(0, evaluatedTriples)), known };
}
