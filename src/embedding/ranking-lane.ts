/** One thread's part of the rankings that are asked for during and after a training, and of a trained model. */
import { CandidatePools } from './candidate-pools.js';
import type { ThreadPlace } from './create-embedding.js';
import type { TripleScorer } from './embedding-model.js';
import { KnownTriples } from './known-triples.js';
import { RankTable } from './rank-table.js';
import { rankTriples } from './rank-triples.js';
import { type Triples, tripleCount } from './triples.js';

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
  private readonly known = new Map<number, KnownTriples>();
  private readonly pools = new Map<number, CandidatePools>();

  constructor(
    private readonly scorer: TripleScorer,
    private readonly rankings: readonly SharedRanking[],
    private readonly place: ThreadPlace,
  ) {}

  /** Ranks this thread's share; the table is whole when all threads have. */
  rank(index: number): RankTable {
    const { triples, memory } = this.rankings[index];
    const table = new RankTable(tripleCount(triples), memory);
    rankTriples(this.scorer, triples, this.knownOf(index), table, this.place, this.poolsOf(index));
    return table;
  }

  private knownOf(index: number): KnownTriples {
    const found = this.known.get(index) ?? new KnownTriples(this.scorer.shape, ...this.rankings[index].known);
    this.known.set(index, found);
    return found;
  }

  private poolsOf(index: number): CandidatePools | undefined {
    const { typed, known } = this.rankings[index];
    if (!typed) return undefined;
    const found = this.pools.get(index) ?? new CandidatePools(this.scorer.shape, known);
    this.pools.set(index, found);
    return found;
  }
}
