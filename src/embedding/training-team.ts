/**
 * The threads of a training: this one leads, and trains as the others do. Followers are worker threads over the same
 * memory; they make the same chunks from the same seed, and wait for the epochs that the leader calls.
 */
import { startFollower } from '../engine/kernels/follower-thread.js';
import { BARRIER_BYTES, ThreadBarrier } from '../engine/kernels/thread-barrier.js';
import { type ChunkPlan, createChunks } from './create-chunks.js';
import {
  createEmbedding,
  type EmbeddingOptions,
  joinEmbedding,
  type ThreadPlace,
  type TrainableEmbedding,
} from './create-embedding.js';
import { exchangeBytes, TrainingLane } from './training-lane.js';
import type { Triples } from './triples.js';

const THREAD = new URL('../../dist/embedding/training-thread.js', import.meta.url);
const CALL_BYTES = 16;

/** What threads share, as it is sent to each. */
export interface TeamShare {
  readonly options: EmbeddingOptions;
  readonly plan: ChunkPlan;
  readonly train: Triples;
  readonly weights?: Float32Array;
  readonly memory: WebAssembly.Memory;
  readonly barrier: SharedArrayBuffer;
  readonly exchange: SharedArrayBuffer;
  /** The epoch and the learning rate that the leader calls. */
  readonly call: SharedArrayBuffer;
  readonly place: ThreadPlace;
}

export class TrainingTeam {
  private constructor(
    readonly embedding: TrainableEmbedding,
    private readonly lane: TrainingLane,
    private readonly barrier: ThreadBarrier,
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
    { weights, threads = 1 }: { weights?: Float32Array; threads?: number } = {},
  ): Promise<TrainingTeam> {
    const [barrier, exchange, call] = [BARRIER_BYTES, exchangeBytes(threads), CALL_BYTES].map(
      (bytes) => new SharedArrayBuffer(bytes),
    );
    const embedding = createEmbedding(options, undefined, threads);
    const place = { thread: 0, threads };
    const share = { options, plan, train, weights, memory: embedding.memory, barrier, exchange, call, place };
    const team = new TrainingTeam(embedding, ...openLane(share, embedding), share);
    const followers = Array.from({ length: threads - 1 }, (_, i) =>
      startFollower(THREAD, { ...share, place: { thread: i + 1, threads } }),
    );
    await Promise.all(followers);
    return team;
  }

  /** Yields after each round; at the end gives the mean loss of the epoch's positives. */
  *epoch(epoch: number, learningRate: number): Generator<{ done: number; total: number }, number> {
    new Float64Array(this.share.call).set([epoch, learningRate]);
    if (this.share.place.threads > 1) this.barrier.wait();
    yield* this.lane.epoch(epoch, learningRate);
    // The last wait of an epoch has every thread's sums written.
    return this.lane.meanLoss();
  }

  /** Sends the followers home. */
  close(): void {
    this.barrier.stop();
  }
}

/**
 * A follower's work: epochs as they are called, until the leader stops.
 * @param ready called once all is open
 */
export function followTraining(share: TeamShare, ready: () => void): void {
  const [lane, barrier] = openLane(share, joinEmbedding(share.options, share.memory, share.place));
  ready();
  const call = new Float64Array(share.call);
  for (;;) {
    barrier.wait();
    const [epoch, learningRate] = call;
    for (const _ of lane.epoch(epoch, learningRate));
  }
}

function openLane(share: TeamShare, embedding: TrainableEmbedding): [TrainingLane, ThreadBarrier] {
  const { plan, train, weights, place, exchange } = share;
  const barrier = new ThreadBarrier(share.barrier, place.threads);
  const { shape, grouping } = embedding.model;
  const chunks = createChunks(train, shape, grouping, plan, weights);
  return [new TrainingLane(embedding, chunks, place, exchange, barrier), barrier];
}
