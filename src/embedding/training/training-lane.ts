/**
 * One thread's part of a training. In a round each thread computes the gradients of one chunk, all wait, each updates its
 * own rows (id % threads) by the gradients of all in the order of threads, and all wait again. So the result is a function
 * of the seed and of the number of threads: updates are neither lost nor raced for, as they are in Hogwild. A lock-free
 * training is Hogwild: nobody waits before the epoch's end, and the result differs each time.
 */
import type { ThreadBarrier } from '../../engine/kernels/thread-barrier.js';
import type { ThreadPlace, TrainableEmbedding } from '../create-embedding.js';
import { TABLE_NAMES, type TableGradient } from '../embedding-model.js';
import { type FixedRows, gradientsOfFree } from './fixed-rows.js';
import type { ChunkSource } from './training-chunks.js';

/** Numbers that describe one table's gradient: table, addresses of ids and values, rows, width. */
const FIELDS = 5;
const WORDS = 1 + FIELDS * TABLE_NAMES.length;
/** A sum of losses, and how many positives it is over. */
const SUM_BYTES = 16;

export function exchangeBytes(threads: number): number {
  return threads * (SUM_BYTES + WORDS * 4);
}

export class TrainingLane {
  /** [threads, 2] the sum of an epoch's losses, and its positives. */
  private readonly sums: Float64Array;
  private readonly words: Int32Array;

  constructor(
    private readonly embedding: TrainableEmbedding,
    private readonly chunks: ChunkSource,
    private readonly place: ThreadPlace,
    exchange: SharedArrayBuffer,
    private readonly barrier: ThreadBarrier,
    private readonly fixed?: FixedRows,
    private readonly lockFree = false,
  ) {
    const { threads } = place;
    this.sums = new Float64Array(exchange, 0, 2 * threads);
    this.words = new Int32Array(exchange, threads * SUM_BYTES, threads * WORDS);
  }

  /**
   * An epoch; yields after each round how many of its chunks are done.
   * @param step updates that the optimizers of all threads have made before
   */
  *epoch(epoch: number, learningRate: number, step: number): Generator<{ done: number; total: number }, void> {
    const { thread, threads } = this.place;
    const { model, optimizer } = this.embedding;
    optimizer.step = step;
    const plan = this.chunks.epoch(epoch);
    this.sums.fill(0, 2 * thread, 2 * thread + 2);
    for (let first = 0; first < plan.count; first += threads) {
      const index = first + thread;
      if (index < plan.count) {
        const chunk = plan.chunk(index);
        const { loss, tables } = model.chunkGradients(chunk);
        this.sums[2 * thread] += loss * chunk.heads.length;
        this.sums[2 * thread + 1] += chunk.heads.length;
        const { fixed } = this;
        this.finishRound(fixed ? gradientsOfFree(tables, fixed, model.shape) : tables, learningRate);
      } else this.finishRound([], learningRate);
      yield { done: Math.min(plan.count, first + threads), total: plan.count };
    }
    // Of ordered rounds the last wait does this: all sums are written.
    if (this.lockFree && threads > 1) this.barrier.wait();
  }

  /** Mean loss of all threads' positives; after an epoch. */
  meanLoss(): number {
    let [loss, positives] = [0, 0];
    for (let thread = 0; thread < this.place.threads; thread++) {
      loss += this.sums[2 * thread];
      positives += this.sums[2 * thread + 1];
    }
    return loss / positives;
  }

  private finishRound(gradients: readonly TableGradient[], learningRate: number): void {
    const { optimizer } = this.embedding;
    const { thread, threads } = this.place;
    if (threads === 1 || this.lockFree) {
      this.barrier.assertRuns();
      if (gradients.length > 0) optimizer.apply(gradients, learningRate);
      // The others have made about as many.
      optimizer.step += threads - 1;
      return;
    }
    this.publish(gradients);
    this.barrier.wait();
    for (let other = 0; other < threads; other++) {
      const read = other === thread ? gradients : this.gradientsOf(other);
      if (read.length > 0) optimizer.apply(read, learningRate);
    }
    this.barrier.wait();
  }

  private publish(gradients: readonly TableGradient[]): void {
    const { words } = this;
    let at = this.place.thread * WORDS;
    words[at++] = gradients.length;
    for (const { table, ids, values, count, width } of gradients) {
      words[at++] = TABLE_NAMES.indexOf(table);
      words[at++] = ids.byteOffset;
      words[at++] = values.byteOffset;
      words[at++] = count;
      words[at++] = width;
    }
  }

  private gradientsOf(thread: number): TableGradient[] {
    const start = thread * WORDS;
    const { buffer } = this.embedding.memory;
    return Array.from({ length: this.words[start] }, (_, i) => {
      const [table, ids, values, count, width] = this.words.subarray(start + 1 + i * FIELDS);
      return {
        table: TABLE_NAMES[table],
        ids: new Int32Array(buffer, ids, count),
        values: new Float32Array(buffer, values, count * width),
        count,
        width,
      };
    });
  }
}
