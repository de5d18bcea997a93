/** One thread's part of the rankings that are asked for during and after a training, and of a trained model. */

import type { ThreadPlace } from '../create-embedding.js';
import type { TripleScorer } from '../embedding-model.js';
import { KnownTriples } from '../known-triples.js';
import { type Triples, tripleCount } from '../triples.js';
import { CandidatePools } from './candidate-pools.js';
import { RankTable } from './rank-table.js';
import { rankTriples } from './rank-triples.js';

/** Triples to rank, by the graph's own relations. */
export interface RankingTask {
  readonly triples: Triples;
  /** All that count as true, the ranked ones included. */
  readonly known: readonly Triples[];
  /** Candidates are the entities that `known` has at that side of the relation; otherwise all. */
  readonly typed?: boolean;
}

export interface SharedRanking extends RankingTask {
  readonly memory: SharedArrayBuffer;
}

/** With the memory that all threads write the ranks to. */
export function sharedRanking(task: RankingTask): SharedRanking {
  return { ...task, memory: new SharedArrayBuffer(RankTable.bytes(tripleCount(task.triples))) };
}

export class RankingLane {
  /** By the list that they are of: rankings may share one. */
  private readonly known = new Map<RankingTask['known'], KnownTriples>();
  private readonly pools = new Map<RankingTask['known'], CandidatePools>();

  constructor(
    private readonly scorer: TripleScorer,
    private readonly rankings: readonly SharedRanking[],
    private readonly place: ThreadPlace,
  ) {}

  /** Ranks this thread's share; the table is whole when all threads have. */
  rank(index: number): RankTable {
    const { triples, memory, known, typed } = this.rankings[index];
    const table = new RankTable(tripleCount(triples), memory);
    const pools = typed ? this.poolsOf(known) : undefined;
    rankTriples(this.scorer, triples, this.knownOf(known), table, this.place, pools);
    return table;
  }

  private knownOf(lists: RankingTask['known']): KnownTriples {
    const found = this.known.get(lists) ?? new KnownTriples(this.scorer.shape, ...lists);
    this.known.set(lists, found);
    return found;
  }

  private poolsOf(lists: RankingTask['known']): CandidatePools {
    const found = this.pools.get(lists) ?? new CandidatePools(this.scorer.shape, lists);
    this.pools.set(lists, found);
    return found;
  }
}
