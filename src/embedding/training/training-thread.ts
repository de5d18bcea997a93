/** A follower thread of a training (training-team.ts starts it). */
import { followerOf } from '../../engine/kernels/follower-thread.js';
import { ThreadBarrier, ThreadsStopped } from '../../engine/kernels/thread-barrier.js';
import { followTraining, type TeamShare } from './training-team.js';

const { share, ready } = followerOf<TeamShare>();
try {
  followTraining(share, ready);
} catch (error) {
  // Stopped is how it ends; anything else stops the others, with the reason.
  if (!(error instanceof ThreadsStopped)) new ThreadBarrier(share.barrier, share.place.threads).stop(error);
}
