import type { TripleScorer } from './embedding-model.js';
import type { KnownTriples } from './known-triples.js';
import { type Triples, tripleCount } from './triples.js';

/**
 * Filtered ranking (Bordes et al. 2013, 4.1): each triple's tail, and head, is ranked among all entities but the other
 * answers that are known to be true. Where scores tie, the rank is optimistic (1 + better), pessimistic (better + equal)
 * or realistic (their mean; Berrendorf et al. 2020): all three are given, since systems differ in the one they print.
 */
export interface RankingFigures {
  /** Mean reciprocal rank. */
  readonly mrr: number;
  /** Mean rank. */
  readonly mr: number;
  /** Share of ranks at most 1, 3, 10. */
  readonly hits1: number;
  readonly hits3: number;
  readonly hits10: number;
}

export interface RankingReport {
  /** Ranks: two a triple. */
  readonly count: number;
  readonly realistic: RankingFigures;
  readonly optimistic: RankingFigures;
  readonly pessimistic: RankingFigures;
  /** Realistic, where the tail, and where the head, was asked for. */
  readonly tail: RankingFigures;
  readonly head: RankingFigures;
}

/** Numbers that a block of scores may hold: 32 MB. */
const BLOCK_SCORES = 1 << 23;
const LARGEST_BLOCK = 1024;

/** @param known all triples that count as true, the ranked ones included */
export function evaluateRanking(scorer: TripleScorer, triples: Triples, known: KnownTriples): RankingReport {
  const tails = new Ranks(tripleCount(triples));
  const heads = new Ranks(tripleCount(triples));
  rankSide(scorer, triples.heads, triples.relations, triples.tails, 'tail', known, tails);
  rankSide(scorer, triples.tails, triples.relations, triples.heads, 'head', known, heads);
  const all = Ranks.join(tails, heads);
  return {
    count: all.optimistic.length,
    realistic: figures(all.realistic()),
    optimistic: figures(all.optimistic),
    pessimistic: figures(all.pessimistic),
    tail: figures(tails.realistic()),
    head: figures(heads.realistic()),
  };
}

class Ranks {
  readonly optimistic: Float64Array;
  readonly pessimistic: Float64Array;

  constructor(count: number) {
    this.optimistic = new Float64Array(count);
    this.pessimistic = new Float64Array(count);
  }

  realistic(): Float64Array {
    return this.optimistic.map((rank, i) => (rank + this.pessimistic[i]) / 2);
  }

  static join(a: Ranks, b: Ranks): Ranks {
    const all = new Ranks(a.optimistic.length + b.optimistic.length);
    all.optimistic.set(a.optimistic);
    all.optimistic.set(b.optimistic, a.optimistic.length);
    all.pessimistic.set(a.pessimistic);
    all.pessimistic.set(b.pessimistic, a.pessimistic.length);
    return all;
  }
}

/** One distinct query and the positions of the triples that ask it. */
interface Query {
  readonly anchor: number;
  readonly relation: number;
  readonly positions: number[];
}

function rankSide(
  scorer: TripleScorer,
  anchors: Int32Array,
  relations: Int32Array,
  answers: Int32Array,
  side: 'head' | 'tail',
  known: KnownTriples,
  ranks: Ranks,
): void {
  const { entities } = scorer.shape;
  const queries = distinctQueries(anchors, relations, scorer.shape.relations);
  const size = Math.max(1, Math.min(LARGEST_BLOCK, Math.floor(BLOCK_SCORES / entities)));
  const scores = new Float32Array(Math.min(size, queries.length) * entities);
  for (let from = 0; from < queries.length; from += size) {
    const block = queries.slice(from, from + size);
    const ids = Int32Array.from(block, (query) => query.anchor);
    const asked = Int32Array.from(block, (query) => query.relation);
    if (side === 'tail') scorer.scoreTails(ids, asked, scores);
    else scorer.scoreHeads(asked, ids, scores);
    for (const [i, { anchor, relation, positions }] of block.entries()) {
      const row = scores.subarray(i * entities, (i + 1) * entities);
      const answersKnown = side === 'tail' ? known.tails(anchor, relation) : known.heads(relation, anchor);
      for (const at of positions) rankAnswer(row, answers[at], answersKnown, at, ranks);
    }
  }
}

/** Ordered by relation, which models that project by relation are fastest with. */
function distinctQueries(anchors: Int32Array, relations: Int32Array, relationCount: number): Query[] {
  const queries = new Map<number, Query>();
  for (let at = 0; at < anchors.length; at++) {
    const key = anchors[at] * relationCount + relations[at];
    const query = queries.get(key);
    if (query) query.positions.push(at);
    else queries.set(key, { anchor: anchors[at], relation: relations[at], positions: [at] });
  }
  return [...queries.values()].sort((a, b) => a.relation - b.relation);
}

/** A score that is not a number counts as better than the answer's: a broken model must not look good. */
function rankAnswer(row: Float32Array, answer: number, known: readonly number[], at: number, ranks: Ranks): void {
  const score = row[answer];
  let notWorse = 0;
  let equal = 0;
  for (let entity = 0; entity < row.length; entity++) {
    if (!(row[entity] < score)) notWorse++;
    if (row[entity] === score) equal++;
  }
  let last = -1;
  for (const entity of known) {
    if (entity === last || entity === answer) continue;
    last = entity;
    if (!(row[entity] < score)) notWorse--;
    if (row[entity] === score) equal--;
  }
  ranks.pessimistic[at] = notWorse;
  ranks.optimistic[at] = notWorse - Math.max(0, equal - 1);
}

function figures(ranks: Float64Array): RankingFigures {
  const mean = (value: (rank: number) => number) => ranks.reduce((sum, rank) => sum + value(rank), 0) / ranks.length;
  const hits = (k: number) => mean((rank) => (rank <= k ? 1 : 0));
  return { mrr: mean((rank) => 1 / rank), mr: mean((rank) => rank), hits1: hits(1), hits3: hits(3), hits10: hits(10) };
}
