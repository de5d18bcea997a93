/** A follower thread of a ranking (ranking-team.ts starts it). */
import { followerOf } from '../../engine/kernels/follower-thread.js';
import { ThreadBarrier, ThreadsStopped } from '../../engine/kernels/thread-barrier.js';
import { followRanking, type RankingShare } from './ranking-team.js';

const { share, ready } = followerOf<RankingShare>();
try {
  followRanking(share, ready);
} catch (error) {
  // Stopped is how it ends when another failed; anything else stops the others, with the reason.
  if (!(error instanceof ThreadsStopped)) new ThreadBarrier(share.barrier, share.place.threads).stop(error);
}
