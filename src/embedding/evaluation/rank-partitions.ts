/**
 * Ranks triples among candidates of which two partitions are in memory at a time. The rows of the ranked triples' own
 * entities sit beside them as guests, so that questions and answers are scored in the same products as the candidates, and
 * counts of better ones add up over the partitions. Guests are few, so triples come in batches.
 */
import type { ThreadPlace } from '../create-embedding.js';
import type { TripleScorer } from '../embedding-model.js';
import { KnownTriples } from '../known-triples.js';
import { type EntityPartitions, partitionSize, slotSize } from '../partitions/entity-partitions.js';
import { firstRow } from '../partitions/visit-chunks.js';
import { type Triples, tripleCount } from '../triples.js';
import { type RankField, type RankSide, RankTable } from './rank-table.js';
import { distinctQuestions, type Question, questionsOfBlock } from './rank-triples.js';
import type { SharedRanking } from './ranking-lane.js';

/** Consecutive triples and their entities, ascending: the guests' order. */
export interface RankBatch {
  readonly from: number;
  readonly to: number;
  readonly guests: Int32Array;
}

/** @param guests that there is room for, at least two */
export function rankBatches({ heads, tails }: Triples, guests: number): RankBatch[] {
  const batches: RankBatch[] = [];
  let [from, seated] = [0, new Set<number>()];
  const close = (to: number) => {
    if (to > from) batches.push({ from, to, guests: Int32Array.from(seated).sort() });
    [from, seated] = [to, new Set()];
  };
  for (let at = 0; at < heads.length; at++) {
    const added = new Set([heads[at], tails[at]].filter((entity) => !seated.has(entity)));
    if (seated.size + added.size > guests) close(at);
    seated.add(heads[at]).add(tails[at]);
  }
  close(heads.length);
  return batches;
}

/** The partitions that stand in the slots one after the other: all, two at a time. */
export function candidateSlots(partitions: number): (readonly [number, number])[] {
  return Array.from({ length: Math.ceil(partitions / 2) }, (_, i) => [2 * i, 2 * i + 1 < partitions ? 2 * i + 1 : -1]);
}

/** Before the counts: an answer ranks first, among all entities. */
export function clearRanks(table: RankTable, entities: number): void {
  for (const side of ['tail', 'head'] as const) {
    for (const field of ['optimistic', 'pessimistic', 'rawOptimistic', 'rawPessimistic'] as const) {
      table.column(side, field).fill(1);
    }
    for (const field of ['candidates', 'rawCandidates'] as const) table.column(side, field).fill(entities);
  }
}

/** One thread's part. */
export class PartitionRankingLane {
  private readonly known = new Map<number, KnownTriples>();
  private readonly batches = new Map<number, RankBatch[]>();
  private scores: Float32Array | undefined;

  constructor(
    private readonly scorer: TripleScorer,
    private readonly rankings: readonly SharedRanking[],
    private readonly partitions: EntityPartitions,
    private readonly place: ThreadPlace,
  ) {}

  /**
   * Adds up the counts of this thread's questions of a batch, against the candidates that are in memory.
   * @param slots which of `candidateSlots` they are
   */
  rank(index: number, batch: number, slots: number): RankTable {
    const { triples, memory } = this.rankings[index];
    const table = new RankTable(tripleCount(triples), memory);
    const { from, to, guests } = this.batchesOf(index)[batch];
    const rows = new CandidateRows(this.partitions, candidateSlots(this.partitions.count)[slots], guests);
    const part = {
      heads: triples.heads.subarray(from, to),
      relations: triples.relations.subarray(from, to),
      tails: triples.tails.subarray(from, to),
    };
    const { entities, relations } = this.scorer.shape;
    const size = questionsOfBlock(entities);
    let block = 0;
    for (const side of ['tail', 'head'] as const) {
      const questions = distinctQuestions(part, side, relations);
      const counts = new CandidateCounts(table, part, from, this.knownOf(index), side, rows);
      for (let first = 0; first < questions.length; first += size, block++) {
        if (block % this.place.threads !== this.place.thread) continue;
        const asked = questions.slice(first, first + size);
        const scores = this.score(asked, side, rows, size);
        for (const [i, question] of asked.entries())
          counts.add(question, scores.subarray(i * entities, (i + 1) * entities));
      }
    }
    return table;
  }

  batchesOf(index: number): RankBatch[] {
    const { entities } = this.scorer.shape;
    const room = entities - 2 * slotSize(this.partitions);
    const found = this.batches.get(index) ?? rankBatches(this.rankings[index].triples, room);
    this.batches.set(index, found);
    return found;
  }

  private score(asked: readonly Question[], side: RankSide, rows: CandidateRows, size: number): Float32Array {
    this.scores ??= new Float32Array(size * this.scorer.shape.entities);
    const anchors = Int32Array.from(asked, ({ anchor }) => rows.guestOf(anchor));
    const relations = Int32Array.from(asked, ({ relation }) => relation);
    if (side === 'tail') this.scorer.scoreTails(anchors, relations, this.scores);
    else this.scorer.scoreHeads(relations, anchors, this.scores);
    return this.scores;
  }

  private knownOf(index: number): KnownTriples {
    const shape = { entities: this.partitions.entities, relations: this.scorer.shape.relations };
    const found = this.known.get(index) ?? new KnownTriples(shape, ...this.rankings[index].known);
    this.known.set(index, found);
    return found;
  }
}

/** Where entities stand in memory. */
class CandidateRows {
  /** Rows of candidates. */
  readonly from: number;
  readonly to: number;
  private readonly guestRow: ReadonlyMap<number, number>;

  constructor(
    private readonly partitions: EntityPartitions,
    private readonly slots: readonly [number, number],
    guests: Int32Array,
  ) {
    const [first, second] = slots;
    const middle = slotSize(partitions);
    this.from = firstRow(partitions, first);
    this.to = middle + (second < 0 ? 0 : partitionSize(partitions, second));
    this.guestRow = new Map(Array.from(guests, (entity, i) => [entity, 2 * middle + i]));
  }

  guestOf(entity: number): number {
    const row = this.guestRow.get(entity);
    if (row === undefined) throw new RangeError(`entity ${entity} is no guest`);
    return row;
  }

  /** -1: it is not among the candidates in memory. */
  rowOf(entity: number): number {
    const partition = this.partitions.partitionOf[entity];
    const row = this.partitions.rowOf[entity];
    if (partition === this.slots[0]) return this.from + row;
    return partition === this.slots[1] ? slotSize(this.partitions) + row : -1;
  }
}

class CandidateCounts {
  private readonly answers: Int32Array;

  /** @param first place of the batch's first triple in the table */
  constructor(
    private readonly table: RankTable,
    triples: Triples,
    private readonly first: number,
    private readonly known: KnownTriples,
    private readonly side: RankSide,
    private readonly rows: CandidateRows,
  ) {
    this.answers = side === 'tail' ? triples.tails : triples.heads;
  }

  /** @param row scores of all that is in memory */
  add({ anchor, relation, places }: Question, row: Float32Array): void {
    const others = this.side === 'tail' ? this.known.tails(anchor, relation) : this.known.heads(relation, anchor);
    for (const at of places) this.addOne(at, row, new Set(others));
  }

  /** A score that is not a number counts as better than the answer's: a broken model must not look good. */
  private addOne(at: number, row: Float32Array, known: ReadonlySet<number>): void {
    const { rows } = this;
    const answer = this.answers[at];
    const score = row[rows.guestOf(answer)];
    let [notWorse, equal] = [0, 0];
    for (let place = rows.from; place < rows.to; place++) {
      if (!(row[place] < score)) notWorse++;
      if (row[place] === score) equal++;
    }
    const leaveOut = (place: number) => {
      if (!(row[place] < score)) notWorse--;
      if (row[place] === score) equal--;
    };
    const own = rows.rowOf(answer);
    if (own >= 0) leaveOut(own);
    this.column('rawPessimistic', at, notWorse);
    this.column('rawOptimistic', at, notWorse - equal);
    for (const entity of known) {
      const place = entity === answer ? -1 : rows.rowOf(entity);
      if (place < 0) continue;
      leaveOut(place);
      this.column('candidates', at, -1);
    }
    this.column('pessimistic', at, notWorse);
    this.column('optimistic', at, notWorse - equal);
  }

  private column(field: RankField, at: number, added: number): void {
    this.table.column(this.side, field)[this.first + at] += added;
  }
}
