import type { TripleScorer } from './embedding-model.js';
import type { KnownTriples } from './known-triples.js';
import { type RankSide, RankTable } from './rank-table.js';
import { rankTriples } from './rank-triples.js';
import { RELATION_CLASSES, type RelationClass, type TrainingFacts } from './training-facts.js';
import { type Triples, tripleCount } from './triples.js';

/**
 * Filtered ranking (Bordes et al. 2013, 4.1): each triple's tail, and head, is ranked among all entities but the other
 * answers that are known to be true. Systems differ in the ties they print, in the filter, and in what they do with
 * entities that training never saw: all of it is given.
 */
export interface RankingFigures {
  /** Mean reciprocal rank. */
  readonly mrr: number;
  /** Mean rank. */
  readonly mr: number;
  /** Adjusted mean rank index: 1 best, 0 as good as chance (Berrendorf et al. 2020, equation 6). */
  readonly amri: number;
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
  /** Realistic, among all entities, other true answers included. */
  readonly raw: RankingFigures;
  /** Realistic, where the tail, and where the head, was asked for. */
  readonly tail: RankingFigures;
  readonly head: RankingFigures;
  /** Realistic, without triples that have an entity or a relation of which training knows nothing. */
  readonly seen?: RankingFigures & { readonly count: number };
  /** Realistic, by the class of the relation in training. */
  readonly classes?: { readonly [name in RelationClass]?: ClassReport };
}

export interface ClassReport {
  /** Triples. */
  readonly count: number;
  readonly tail: RankingFigures;
  readonly head: RankingFigures;
}

/**
 * @param known all triples that count as true, the ranked ones included
 * @param facts absent: nothing is said of unseen entities and of classes
 */
export function evaluateRanking(
  scorer: TripleScorer,
  triples: Triples,
  known: KnownTriples,
  facts?: TrainingFacts,
): RankingReport {
  const table = new RankTable(tripleCount(triples));
  rankTriples(scorer, triples, known, table, { thread: 0, threads: 1 });
  return rankingReport(table, triples, scorer.shape.entities, facts);
}

/** The figures of a filled table. */
export function rankingReport(
  table: RankTable,
  triples: Triples,
  entities: number,
  facts?: TrainingFacts,
): RankingReport {
  const both = (of: (side: RankSide) => Float64Array) => joined(of('tail'), of('head'));
  const candidates = both((side) => table.column(side, 'candidates'));
  const of = (side: RankSide) => figures(table.realistic(side), table.column(side, 'candidates'));
  const everyone = new Float64Array(candidates.length).fill(entities);
  return {
    count: 2 * table.count,
    realistic: figures(
      both((side) => table.realistic(side)),
      candidates,
    ),
    optimistic: figures(
      both((side) => table.column(side, 'optimistic')),
      candidates,
    ),
    pessimistic: figures(
      both((side) => table.column(side, 'pessimistic')),
      candidates,
    ),
    raw: figures(
      both((side) => table.realistic(side, true)),
      everyone,
    ),
    tail: of('tail'),
    head: of('head'),
    ...(facts ? { seen: seenFigures(table, triples, facts), classes: classReports(table, triples, facts) } : {}),
  };
}

function seenFigures(table: RankTable, { heads, relations, tails }: Triples, facts: TrainingFacts) {
  const { seenEntities, seenRelations } = facts;
  const places = placesWhere(table.count, (at) => {
    return seenEntities[heads[at]] === 1 && seenEntities[tails[at]] === 1 && seenRelations[relations[at]] === 1;
  });
  const both = (of: (side: RankSide) => Float64Array) =>
    joined(selected(of('tail'), places), selected(of('head'), places));
  const ranks = both((side) => table.realistic(side));
  const candidates = both((side) => table.column(side, 'candidates'));
  return { count: ranks.length, ...figures(ranks, candidates) };
}

function classReports(table: RankTable, { relations }: Triples, { classes }: TrainingFacts) {
  const reports = RELATION_CLASSES.flatMap((name) => {
    const places = placesWhere(table.count, (at) => classes[relations[at]] === name);
    if (places.length === 0) return [];
    const of = (side: RankSide) =>
      figures(selected(table.realistic(side), places), selected(table.column(side, 'candidates'), places));
    return [[name, { count: places.length, tail: of('tail'), head: of('head') }] as const];
  });
  return Object.fromEntries(reports) as RankingReport['classes'];
}

function figures(ranks: Float64Array, candidates: Float64Array): RankingFigures {
  const mean = (values: Float64Array, of = (value: number) => value) =>
    values.reduce((sum, value) => sum + of(value), 0) / values.length;
  const hits = (k: number) => mean(ranks, (rank) => (rank <= k ? 1 : 0));
  const mr = mean(ranks);
  // A random answer is in the middle of its candidates.
  const expected = (mean(candidates) + 1) / 2;
  return {
    mrr: mean(ranks, (rank) => 1 / rank),
    mr,
    amri: expected > 1 ? 1 - (mr - 1) / (expected - 1) : 1,
    hits1: hits(1),
    hits3: hits(3),
    hits10: hits(10),
  };
}

function joined(a: Float64Array, b: Float64Array): Float64Array {
  const all = new Float64Array(a.length + b.length);
  all.set(a);
  all.set(b, a.length);
  return all;
}

function selected(values: Float64Array, places: readonly number[]): Float64Array {
  return Float64Array.from(places, (at) => values[at]);
}

function placesWhere(count: number, holds: (at: number) => boolean): number[] {
  return Array.from({ length: count }, (_, at) => at).filter(holds);
}
