/**
 * The threads of a training: this one leads, and works as the others do. Followers are worker threads over the same memory;
 * they make the same chunks from the same seed, and wait for the epochs and rankings that the leader calls.
 */
import { startFollower } from '../../engine/kernels/follower-thread.js';
import { BARRIER_BYTES, ThreadBarrier } from '../../engine/kernels/thread-barrier.js';
import {
  createEmbedding,
  type EmbeddingOptions,
  joinEmbedding,
  type ThreadPlace,
  type TrainableEmbedding,
} from '../create-embedding.js';
import { PartitionRankingLane } from '../evaluation/rank-partitions.js';
import { RankTable } from '../evaluation/rank-table.js';
import { RankingLane, type RankingTask, type SharedRanking, sharedRanking } from '../evaluation/ranking-lane.js';
import { reciprocalScorer } from '../models/reciprocal-scorer.js';
import type { PartitionBuckets } from '../partitions/partition-buckets.js';
import { VisitChunks } from '../partitions/visit-chunks.js';
import { type Triples, tripleCount } from '../triples.js';
import { adoptVectors, type KnownRows } from '../vectors/adopt-vectors.js';
import type { NamedVectors } from '../vectors/named-vectors.js';
import { type ChunkPlan, createChunks } from './create-chunks.js';
import { type EmbeddingTrainer, inMemory, type TrainedEmbedding } from './embedding-trainer.js';
import type { FixedRows } from './fixed-rows.js';
import { startFrom } from './initialise-embedding.js';
import { exchangeBytes, TrainingLane } from './training-lane.js';

const THREAD = new URL('../../../dist/embedding/training/training-thread.js', import.meta.url);
const CALL_BYTES = 32;
const EPOCH = 0;
const RANK = 1;

/** What threads share, as it is sent to each. */
export interface TeamShare {
  readonly options: EmbeddingOptions;
  readonly plan: ChunkPlan;
  readonly train: Triples;
  readonly weights?: Float32Array;
  /** Instead of `train`: an epoch is then a visit to two partitions. */
  readonly buckets?: PartitionBuckets;
  readonly fixed?: FixedRows;
  readonly rankings: readonly SharedRanking[];
  readonly memory: WebAssembly.Memory;
  readonly barrier: SharedArrayBuffer;
  readonly exchange: SharedArrayBuffer;
  /** What the leader calls: EPOCH, its number, learning rate and step; or RANK, which, and what part of it. */
  readonly call: SharedArrayBuffer;
  readonly place: ThreadPlace;
}

export interface TeamOptions {
  /** How much each training triple counts; absent: all alike. */
  readonly weights?: Float32Array;
  readonly buckets?: PartitionBuckets;
  /** What training leaves as it is. */
  readonly fixed?: FixedRows;
  readonly threads?: number;
  readonly rankings?: readonly RankingTask[];
}

/** What a thread works with. */
interface Lanes {
  readonly training: TrainingLane;
  readonly ranking: RankingLane | PartitionRankingLane;
  readonly barrier: ThreadBarrier;
}

export class TrainingTeam implements EmbeddingTrainer {
  private constructor(
    readonly embedding: TrainableEmbedding,
    private readonly lanes: Lanes,
    private readonly share: TeamShare,
  ) {}

  /**
   * Creates the embedding and its threads; resolves when all are ready.
   * @throws MedgraftError `engine.memory`, `engine.kernels`, `engine.backend`
   */
  static async open(
    options: EmbeddingOptions,
    plan: ChunkPlan,
    train: Triples,
    { weights, buckets, fixed, threads = 1, rankings = [] }: TeamOptions = {},
  ): Promise<TrainingTeam> {
    const embedding = createEmbedding(options, undefined, threads);
    const share: TeamShare = {
      options,
      plan,
      train,
      weights,
      buckets,
      fixed,
      rankings: rankings.map(sharedRanking),
      memory: embedding.memory,
      barrier: new SharedArrayBuffer(BARRIER_BYTES),
      exchange: new SharedArrayBuffer(exchangeBytes(threads)),
      call: new SharedArrayBuffer(CALL_BYTES),
      place: { thread: 0, threads },
    };
    const team = new TrainingTeam(embedding, lanesOf(share, embedding), share);
    const places = Array.from({ length: threads - 1 }, (_, i) => ({ thread: i + 1, threads }));
    await Promise.all(places.map((place) => startFollower(THREAD, { ...share, place })));
    return team;
  }

  /** Yields after each round; at the end gives the mean loss of the epoch's positives. */
  *epoch(epoch: number, learningRate: number): Generator<{ done: number; total: number }, number> {
    const { step } = this.embedding.optimizer;
    this.callOthers(EPOCH, epoch, learningRate, step);
    yield* this.lanes.training.epoch(epoch, learningRate, step);
    // The last wait of an epoch has every thread's sums written.
    return this.lanes.training.meanLoss();
  }

  /**
   * Ranks the triples of one of the rankings by the model as it is now.
   * @param batch, slots in partitions: which triples, and against which candidates
   */
  rank(index: number, batch = 0, slots = 0): RankTable {
    this.callOthers(RANK, index, batch, slots);
    const table = this.lanes.ranking.rank(index, batch, slots);
    this.wait();
    return table;
  }

  /** What `rank` fills. */
  rankTable(index: number): RankTable {
    const { triples, memory } = this.share.rankings[index];
    return new RankTable(tripleCount(triples), memory);
  }

  trained(): TrainedEmbedding {
    const { model, optimizer } = this.embedding;
    return { ...inMemory(model), squares: (table) => optimizer.squares(table) };
  }

  startFrom(source: TrainedEmbedding): void {
    const { model, optimizer } = this.embedding;
    startFrom(model, source);
    // Without them the first steps are as long as those of a training that begins, and undo what was learnt.
    for (const table of ['entity', 'relation'] as const) optimizer.goOn(table, source.squares?.(table));
  }

  adopt(vectors: NamedVectors, known: KnownRows): void {
    adoptVectors(this.embedding.model.tables, vectors, known);
  }

  /** Sends the followers home. */
  close(): void {
    this.lanes.barrier.stop();
  }

  private callOthers(...call: [kind: number, ...values: number[]]): void {
    new Float64Array(this.share.call).set(call);
    this.wait();
  }

  private wait(): void {
    if (this.share.place.threads > 1) this.lanes.barrier.wait();
  }
}

/**
 * A follower's work: what the leader calls, until it stops.
 * @param ready called once all is open
 */
export function followTraining(share: TeamShare, ready: () => void): void {
  const { training, ranking, barrier } = lanesOf(share, joinEmbedding(share.options, share.memory, share.place));
  const call = new Float64Array(share.call);
  ready();
  for (;;) {
    barrier.wait();
    const [kind, first, second, third] = call;
    if (kind === EPOCH) for (const _ of training.epoch(first, second, third));
    else {
      ranking.rank(first, second, third);
      barrier.wait();
    }
  }
}

function lanesOf(share: TeamShare, embedding: TrainableEmbedding): Lanes {
  const { plan, train, weights, buckets, fixed, place, exchange, rankings } = share;
  const barrier = new ThreadBarrier(share.barrier, place.threads);
  const { model } = embedding;
  const scorer = plan.reciprocal ? reciprocalScorer(model) : model;
  const chunks = buckets
    ? new VisitChunks(buckets, model.shape, model.grouping, plan)
    : createChunks(train, model.shape, model.grouping, plan, weights);
  return {
    training: new TrainingLane(embedding, chunks, place, exchange, barrier, fixed, share.options.optimizer.lockFree),
    ranking: buckets
      ? new PartitionRankingLane(scorer, rankings, buckets.partitions, place)
      : new RankingLane(scorer, rankings, place),
    barrier,
  };
}
