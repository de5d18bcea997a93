/** Who walks the directions of a stack: this thread one after the other, or a worker thread for each. */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { type ErrorDetails, type ErrorKind, MedgraftError } from '../../base/errors.js';
import { BARRIER_BYTES } from '../kernels/thread-barrier.js';
import type { LstmProducts } from './lane-layers.js';
import type { LstmCall } from './lstm-board.js';
import { LstmLane } from './lstm-lane.js';
import { directionsOf, type LstmShape } from './lstm-shape.js';

export interface LstmTeam {
  /** Resolves when all directions are through. */
  run(call: LstmCall): Promise<void>;
  close(): Promise<void>;
}

/** What a thread is started with. */
export interface LaneShare {
  readonly shape: LstmShape;
  readonly direction: number;
  readonly products: LstmProducts;
  readonly barrier: SharedArrayBuffer;
}

/** What a thread answers: nothing when it is through. */
export interface LaneFailure {
  /** Of an error for people; absent: an error of ours. */
  readonly kind?: ErrorKind;
  readonly code?: string;
  readonly message: string;
  readonly details?: ErrorDetails;
  /** The other direction failed, and this one was told to stop. */
  readonly stopped?: boolean;
}

const THREAD = new URL('../../../dist/engine/recurrent/lstm-thread.js', import.meta.url);

export async function openTeam(shape: LstmShape, products: LstmProducts, threads: number): Promise<LstmTeam> {
  return threads === 1 ? new OneThread(shape, products) : ThreadTeam.open(shape, products);
}

class OneThread implements LstmTeam {
  private lanes: readonly LstmLane[];

  constructor(shape: LstmShape, products: LstmProducts) {
    this.lanes = Array.from({ length: directionsOf(shape) }, (_, d) => new LstmLane(shape, d, products));
  }

  async run(call: LstmCall): Promise<void> {
    const passes = this.lanes.map((lane) => lane.run(call));
    for (let through = false; !through; ) through = passes.map((pass) => pass.next().done).every(Boolean);
  }

  async close(): Promise<void> {
    for (const lane of this.lanes) lane.close();
    this.lanes = [];
  }
}

class ThreadTeam implements LstmTeam {
  private constructor(private readonly workers: readonly Worker[]) {}

  static async open(shape: LstmShape, products: LstmProducts): Promise<ThreadTeam> {
    const barrier = new SharedArrayBuffer(BARRIER_BYTES);
    const workers = Array.from({ length: directionsOf(shape) }, (_, direction) => {
      const share: LaneShare = { shape, direction, products, barrier };
      return new Worker(THREAD, { workerData: share, execArgv: [] });
    });
    const team = new ThreadTeam(workers);
    try {
      await team.answers();
    } catch (cause) {
      await team.close();
      throw cause;
    }
    return team;
  }

  async run(call: LstmCall): Promise<void> {
    const answers = this.answers();
    for (const worker of this.workers) worker.postMessage(call);
    await answers;
  }

  async close(): Promise<void> {
    await Promise.all(this.workers.map((worker) => worker.terminate()));
  }

  /** Of all threads, which keep the process alive until they have answered. */
  private async answers(): Promise<void> {
    const failures = (await Promise.all(this.workers.map(answerOf))).filter((answer) => answer !== undefined);
    const failure = failures.find(({ stopped }) => !stopped) ?? failures[0];
    if (failure) throw errorOf(failure);
  }
}

async function answerOf(worker: Worker): Promise<LaneFailure | undefined> {
  worker.ref();
  try {
    const [answer] = await once(worker, 'message');
    return answer ?? undefined;
  } finally {
    worker.unref();
  }
}

function errorOf({ kind, code, message, details }: LaneFailure): Error {
  if (kind && code) return new MedgraftError(kind, code, message, details);
  return new MedgraftError('environment', 'engine.lstm-thread', 'a thread of an LSTM failed', {
    got: message,
    hint: 'use smaller batches',
  });
}
