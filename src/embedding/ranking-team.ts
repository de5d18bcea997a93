/**
 * The threads that rank triples by a trained model: this one leads and works as the others do. Followers are worker threads
 * over the same memory; each ranks its blocks of questions, and is done. The ranks do not depend on how many there are.
 */
import { startFollower } from '../engine/kernels/follower-thread.js';
import { BARRIER_BYTES, ThreadBarrier } from '../engine/kernels/thread-barrier.js';
import { type EmbeddingOptions, joinEmbedding, type ThreadPlace } from './create-embedding.js';
import type { TripleScorer } from './embedding-model.js';
import type { RankTable } from './rank-table.js';
import { RankingLane, type RankingTask, type SharedRanking, sharedRanking } from './ranking-lane.js';
import { reciprocalScorer } from './reciprocal-scorer.js';

const THREAD = new URL('../../dist/embedding/ranking-thread.js', import.meta.url);

/** What a follower is started with. */
export interface RankingShare {
  readonly options: EmbeddingOptions;
  readonly reciprocal: boolean;
  readonly memory: WebAssembly.Memory;
  readonly ranking: SharedRanking;
  readonly barrier: SharedArrayBuffer;
  readonly place: ThreadPlace;
}

/** A model whose memory has room for as many threads. */
export interface SharedModel extends Pick<RankingShare, 'options' | 'reciprocal' | 'memory'> {
  readonly scorer: TripleScorer;
}

/** @param threads that the model's memory was made for */
export async function rankByTeam(
  { options, reciprocal, memory, scorer }: SharedModel,
  task: RankingTask,
  threads: number,
): Promise<RankTable> {
  const ranking = sharedRanking(task);
  const barrier = new SharedArrayBuffer(BARRIER_BYTES);
  const share = { options, reciprocal, memory, ranking, barrier };
  const places = Array.from({ length: threads - 1 }, (_, i) => ({ thread: i + 1, threads }));
  await Promise.all(places.map((place) => startFollower(THREAD, { ...share, place })));
  const gate = new ThreadBarrier(barrier, threads);
  try {
    if (threads > 1) gate.wait();
    const table = new RankingLane(scorer, [ranking], { thread: 0, threads }).rank(0);
    if (threads > 1) gate.wait();
    return table;
  } finally {
    gate.stop();
  }
}

/** A follower's work. @param ready called once all is open */
export function followRanking(share: RankingShare, ready: () => void): void {
  const { options, reciprocal, memory, ranking, barrier, place } = share;
  const { model } = joinEmbedding(options, memory, place);
  const gate = new ThreadBarrier(barrier, place.threads);
  ready();
  gate.wait();
  new RankingLane(reciprocal ? reciprocalScorer(model) : model, [ranking], place).rank(0);
  gate.wait();
}
