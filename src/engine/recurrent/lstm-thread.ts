/** A thread that walks one direction of a stack of LSTM layers (lstm-team.ts starts it). */
import { parentPort } from 'node:worker_threads';
import { MedgraftError } from '../../base/errors.js';
import { followerOf } from '../kernels/follower-thread.js';
import { ThreadBarrier, ThreadsStopped } from '../kernels/thread-barrier.js';
import type { LstmCall } from './lstm-board.js';
import { LstmLane } from './lstm-lane.js';
import { directionsOf } from './lstm-shape.js';
import type { LaneFailure, LaneShare } from './lstm-team.js';

const { share } = followerOf<LaneShare>();
const barrier = new ThreadBarrier(share.barrier, directionsOf(share.shape));

let lane: LstmLane | undefined;
answer(() => {
  lane = new LstmLane(share.shape, share.direction, share.products);
});
parentPort?.on('message', (call: LstmCall) =>
  answer(() => {
    for (const _ of lane!.run(call)) barrier.wait();
  }),
);

function answer(work: () => void): void {
  try {
    work();
    parentPort?.postMessage(null);
  } catch (error) {
    barrier.stop(error);
    parentPort?.postMessage(failureOf(error));
  }
}

function failureOf(error: unknown): LaneFailure {
  if (error instanceof MedgraftError) {
    const { kind, code, message } = error;
    const { cause: _, ...details } = error.details;
    return { kind, code, message, details };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { message, stopped: error instanceof ThreadsStopped };
}
