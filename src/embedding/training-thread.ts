/** A follower thread of a training (training-team.ts starts it). */
import { parentPort, workerData } from 'node:worker_threads';
import { ThreadBarrier, ThreadsStopped } from '../engine/kernels/thread-barrier.js';
import { followTraining, type TeamShare } from './training-team.js';

const share = workerData as TeamShare;
try {
  followTraining(share, () => parentPort?.postMessage('ready'));
} catch (error) {
  // Stopped is how it ends; anything else stops the others, with the reason.
  if (!(error instanceof ThreadsStopped)) new ThreadBarrier(share.barrier, share.place.threads).stop(error);
}
