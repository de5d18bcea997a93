import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { ChunkPlan } from './create-chunks.js';
import { type EmbeddingTables, TABLE_NAMES, type TableName } from './embedding-model.js';
import type { RankingReport } from './ranking-evaluation.js';
import type { RankingTask } from './ranking-lane.js';
import { shuffledRange } from './shuffle.js';
import type { TripleSplit } from './split-triples.js';
import type { TrainingTeam } from './training-team.js';
import { selectTriples, tripleCount } from './triples.js';

/**
 * The training loop of graph embeddings: epochs of chunks, a learning rate that decays by epoch, and early stopping on
 * the filtered MRR of held-out triples. The result is a function of the seed and of the number of threads.
 */
export interface TrainingOptions extends ChunkPlan {
  readonly epochs: number;
  readonly learningRate: number;
  /** The rate is multiplied by it after each epoch. */
  readonly rateDecay: number;
  /** Epochs between evaluations. */
  readonly evaluateEvery: number;
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
}

/** Chunks between two progress events. */
const CHUNKS_A_STEP = 32;

/**
 * Trains in place; at the end the model has the tables of its best evaluation, or the last ones when there was none.
 * @param validate ranks held-out triples; absent: nothing is evaluated
 * @throws MedgraftError `run.cancelled` soon after the signal, `embedding.diverged`
 */
export function* trainEmbedding(
  team: TrainingTeam,
  options: TrainingOptions,
  signal: AbortSignal,
  validate?: () => RankingReport,
): Generator<TrainingEvent, TrainingOutcome> {
  const best = new BestTables(team.embedding.model.tables);
  let loss = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const learningRate = options.learningRate * options.rateDecay ** (epoch - 1);
    loss = finite(yield* withProgress(team.epoch(epoch, learningRate), epoch, signal), epoch);
    const due = epoch === options.epochs || epoch % options.evaluateEvery === 0;
    const report = due ? validate?.() : undefined;
    yield { kind: 'epoch', epoch, loss, learningRate, validation: report };
    throwIfCancelled(signal);
    if (report) best.offer(epoch, report.realistic.mrr);
    if (best.misses >= options.patience) return { ...best.restore(epoch), epochs: epoch, loss, stoppedEarly: true };
  }
  return { ...best.restore(options.epochs), epochs: options.epochs, loss, stoppedEarly: false };
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

/** Filtered ranking of a fixed sample of the validation triples; undefined when there is nothing to rank. */
export function validationTask(
  { train, valid }: Pick<TripleSplit, 'train' | 'valid'>,
  { evaluatedTriples, seed }: Pick<TrainingOptions, 'evaluatedTriples' | 'seed'>,
): RankingTask | undefined {
  if (tripleCount(valid) === 0) return undefined;
  const order = shuffledRange(tripleCount(valid), seed, 'embedding.validation', 0);
  return { triples: selectTriples(valid, order.subarray(0, evaluatedTriples)), known: [train, valid] };
}

/** Copies of the tables at the best evaluation so far. */
class BestTables {
  misses = 0;
  private epoch: number | undefined;
  private mrr = Number.NEGATIVE_INFINITY;
  private copies: ReadonlyMap<TableName, Float32Array> | undefined;

  constructor(private readonly tables: EmbeddingTables) {}

  offer(epoch: number, mrr: number): void {
    if (!(mrr > this.mrr)) {
      this.misses++;
      return;
    }
    this.misses = 0;
    this.epoch = epoch;
    this.mrr = mrr;
    const copies = TABLE_NAMES.flatMap((name) => {
      const table = this.tables[name];
      return table ? [[name, table.slice()] as const] : [];
    });
    this.copies = new Map(copies);
  }

  restore(lastEpoch: number): { bestEpoch: number; bestMrr?: number } {
    if (!this.copies || this.epoch === undefined) return { bestEpoch: lastEpoch };
    for (const [name, values] of this.copies) this.tables[name]?.set(values);
    return { bestEpoch: this.epoch, bestMrr: this.mrr };
  }
}
