import { MedgraftError, throwIfCancelled } from '../base/errors.js';
import type { TrainableEmbedding } from './create-embedding.js';
import type { EmbeddingTables } from './embedding-model.js';
import { KnownTriples } from './known-triples.js';
import { evaluateRanking, type RankingReport } from './ranking-evaluation.js';
import { reciprocalScorer } from './reciprocal-scorer.js';
import { shuffledRange } from './shuffle.js';
import { ChunkSequence } from './training-chunks.js';
import { selectTriples, type Triples, tripleCount, withReciprocals } from './triples.js';

/**
 * The training loop of graph embeddings: epochs of chunks, a learning rate that decays by epoch, and early stopping on
 * the filtered MRR of held-out triples. One thread; the result is a function of the seed.
 */
export interface TrainingOptions {
  readonly epochs: number;
  readonly chunkSize: number;
  readonly negatives: number;
  readonly corruption: 'both' | 'uniform' | 'bernoulli';
  /** The model has twice the graph's relations, and only tails are replaced. */
  readonly reciprocal: boolean;
  readonly learningRate: number;
  /** The rate is multiplied by it after each epoch. */
  readonly rateDecay: number;
  readonly seed: number;
  /** Epochs between evaluations; 0: never. */
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
 * @param valid may be empty: then nothing is evaluated
 * @throws MedgraftError `run.cancelled` soon after the signal, `embedding.diverged`
 */
export function* trainEmbedding(
  { model, optimizer }: TrainableEmbedding,
  { train, valid }: { readonly train: Triples; readonly valid: Triples },
  options: TrainingOptions,
  signal: AbortSignal,
): Generator<TrainingEvent, TrainingOutcome> {
  const { reciprocal, chunkSize: positives, negatives, seed } = options;
  const relations = reciprocal ? model.shape.relations / 2 : model.shape.relations;
  const chunks = new ChunkSequence(reciprocal ? withReciprocals(train, relations) : train, model.shape, {
    positives,
    negatives,
    grouping: model.grouping,
    corruption: reciprocal ? 'tail' : options.corruption,
    seed,
  });
  const evaluate = validation({ train, valid }, options, reciprocal ? reciprocalScorer(model) : model);
  const best = new BestTables(model.tables);
  let loss = 0;
  for (let epoch = 1; epoch <= options.epochs; epoch++) {
    const learningRate = options.learningRate * options.rateDecay ** (epoch - 1);
    let [sum, seen] = [0, 0];
    for (const chunk of chunks.epoch(epoch)) {
      const gradients = model.chunkGradients(chunk);
      optimizer.apply(gradients, learningRate);
      sum += gradients.loss * chunk.heads.length;
      seen += chunk.heads.length;
      if (chunk.index % CHUNKS_A_STEP === 0) {
        throwIfCancelled(signal);
        yield { kind: 'progress', epoch, done: chunk.index, total: chunk.count };
      }
    }
    loss = finite(sum / seen, epoch);
    const due = epoch === options.epochs || epoch % options.evaluateEvery === 0;
    const report = due ? evaluate?.() : undefined;
    yield { kind: 'epoch', epoch, loss, learningRate, validation: report };
    throwIfCancelled(signal);
    if (report) best.offer(epoch, report.realistic.mrr);
    if (best.misses >= options.patience) return { ...best.restore(epoch), epochs: epoch, loss, stoppedEarly: true };
  }
  return { ...best.restore(options.epochs), epochs: options.epochs, loss, stoppedEarly: false };
}

function finite(loss: number, epoch: number): number {
  if (Number.isFinite(loss)) return loss;
  throw new MedgraftError('input', 'embedding.diverged', 'the loss is not a number any more', {
    place: `epoch ${epoch}`,
    hint: 'use a smaller learning rate',
  });
}

/** Filtered ranking of a fixed sample of the held-out triples; undefined when there is nothing to evaluate. */
function validation(
  { train, valid }: { readonly train: Triples; readonly valid: Triples },
  { evaluateEvery, evaluatedTriples, seed }: TrainingOptions,
  scorer: Parameters<typeof evaluateRanking>[0],
): (() => RankingReport) | undefined {
  if (evaluateEvery === 0 || tripleCount(valid) === 0) return undefined;
  const known = new KnownTriples(scorer.shape, train, valid);
  const order = shuffledRange(tripleCount(valid), seed, 'embedding.validation', 0);
  const sample = selectTriples(valid, order.subarray(0, evaluatedTriples));
  return () => evaluateRanking(scorer, sample, known);
}

/** Copies of the tables at the best evaluation so far. */
class BestTables {
  misses = 0;
  private epoch: number | undefined;
  private mrr = Number.NEGATIVE_INFINITY;
  private copies: EmbeddingTables | undefined;

  constructor(private readonly tables: EmbeddingTables) {}

  offer(epoch: number, mrr: number): void {
    if (!(mrr > this.mrr)) {
      this.misses++;
      return;
    }
    this.misses = 0;
    this.epoch = epoch;
    this.mrr = mrr;
    const { entity, relation, projection } = this.tables;
    this.copies = { entity: entity.slice(), relation: relation.slice(), projection: projection?.slice() };
  }

  restore(lastEpoch: number): { bestEpoch: number; bestMrr?: number } {
    if (!this.copies || this.epoch === undefined) return { bestEpoch: lastEpoch };
    this.tables.entity.set(this.copies.entity);
    this.tables.relation.set(this.copies.relation);
    if (this.copies.projection) this.tables.projection?.set(this.copies.projection);
    return { bestEpoch: this.epoch, bestMrr: this.mrr };
  }
}
