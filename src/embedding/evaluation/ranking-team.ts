/**
 * The threads that rank triples by a trained model: this one leads and works as the others do. Followers are worker threads
 * over the same memory; each ranks its blocks of questions. The ranks do not depend on how many there are. Triples are ranked
 * part by part, so that whoever waits sees progress and may stop.
 */
import { startFollower } from '../../engine/kernels/follower-thread.js';
import { BARRIER_BYTES, ThreadBarrier } from '../../engine/kernels/thread-barrier.js';
import { type EmbeddingOptions, joinEmbedding, type ThreadPlace } from '../create-embedding.js';
import type { TripleScorer } from '../embedding-model.js';
import { reciprocalScorer } from '../models/reciprocal-scorer.js';
import { selectTriples, type Triples, tripleCount } from '../triples.js';
import { RankTable } from './rank-table.js';
import { RankingLane, type RankingTask, type SharedRanking, sharedRanking } from './ranking-lane.js';

const THREAD = new URL('../../../dist/embedding/evaluation/ranking-thread.js', import.meta.url);

/** What a follower is started with. */
export interface RankingShare {
  readonly options: EmbeddingOptions;
  readonly reciprocal: boolean;
  readonly memory: WebAssembly.Memory;
  readonly rankings: readonly SharedRanking[];
  readonly barrier: SharedArrayBuffer;
  readonly place: ThreadPlace;
}

/** A model whose memory has room for as many threads. */
export interface SharedModel extends Pick<RankingShare, 'options' | 'reciprocal' | 'memory'> {
  readonly scorer: TripleScorer;
}

/** Scores between two looks at the clock: some seconds. */
const PART_SCORES = 2 ** 30;
const SMALLEST_PART = 256;

/**
 * @param threads that the model's memory was made for
 * @yields how many triples have been ranked
 */
export async function* rankByTeam(
  { options, reciprocal, memory, scorer }: SharedModel,
  task: RankingTask,
  threads: number,
  partScores = PART_SCORES,
): AsyncGenerator<number, RankTable> {
  const size = Math.max(SMALLEST_PART, Math.floor(partScores / (2 * scorer.shape.entities)));
  const rankings = partsOf(task.triples, size).map((triples) => sharedRanking({ ...task, triples }));
  const barrier = new SharedArrayBuffer(BARRIER_BYTES);
  const share = { options, reciprocal, memory, rankings, barrier };
  const places = Array.from({ length: threads - 1 }, (_, i) => ({ thread: i + 1, threads }));
  await Promise.all(places.map((place) => startFollower(THREAD, { ...share, place })));
  const gate = new ThreadBarrier(barrier, threads);
  const lane = new RankingLane(scorer, rankings, { thread: 0, threads });
  const whole = new RankTable(tripleCount(task.triples));
  try {
    for (let index = 0, done = 0; index < rankings.length; index++) {
      gate.wait();
      const part = lane.rank(index);
      gate.wait();
      whole.put(done, part);
      done += part.count;
      yield done;
    }
    return whole;
  } finally {
    gate.stop();
  }
}

function partsOf(triples: Triples, size: number): Triples[] {
  const count = tripleCount(triples);
  const parts: Triples[] = [];
  for (let from = 0; from < count; from += size) {
    const length = Math.min(size, count - from);
    parts.push(
      selectTriples(
        triples,
        Array.from({ length }, (_, i) => from + i),
      ),
    );
  }
  return parts;
}

/** A follower's work. @param ready called once all is open */
export function followRanking(share: RankingShare, ready: () => void): void {
  const { options, reciprocal, memory, rankings, barrier, place } = share;
  const { model } = joinEmbedding(options, memory, place);
  const gate = new ThreadBarrier(barrier, place.threads);
  const lane = new RankingLane(reciprocal ? reciprocalScorer(model) : model, rankings, place);
  ready();
  for (const index of rankings.keys()) {
    gate.wait();
    lane.rank(index);
    gate.wait();
  }
}
