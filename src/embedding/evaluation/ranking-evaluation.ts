import type { TripleScorer } from '../embedding-model.js';
import type { KnownTriples } from '../known-triples.js';
import { type Triples, tripleCount } from '../triples.js';
import { type RankSide, RankTable } from './rank-table.js';
import { rankTriples } from './rank-triples.js';
import { RELATION_CLASSES, type RelationClass, type TrainingFacts } from './training-facts.js';

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
  /** Share of ranks at most 1, 3, 10, and what else was asked for. */
  readonly hits1: number;
  readonly hits3: number;
  readonly hits10: number;
  readonly [hits: `hits${number}`]: number;
}

export interface RankingReport {
  /** Ranks: two a triple. */
  readonly count: number;
  readonly realistic: RankingFigures;
  readonly optimistic: RankingFigures;
  readonly pessimistic: RankingFigures;
  /** Realistic, other true answers included. */
  readonly raw: RankingFigures;
  /** Realistic, where the tail, and where the head, was asked for. */
  readonly tail: RankingFigures;
  readonly head: RankingFigures;
  /** Realistic, without triples that have an entity or a relation of which training knows nothing. */
  readonly seen?: RankingFigures & { readonly count: number };
  /** Realistic, by the class of the relation in training. */
  readonly classes?: { readonly [name in RelationClass]?: SidesReport };
}

/** Realistic ranks of some of the triples. */
export interface SidesReport {
  /** Triples. */
  readonly count: number;
  readonly tail: RankingFigures;
  readonly head: RankingFigures;
}

/** Ranks up to which hits are counted. */
const HITS = [1, 3, 10];

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
  return rankingReport(table, triples, facts);
}

/**
 * The figures of a filled table.
 * @param hits ranks up to which hits are counted, besides 1, 3 and 10
 */
export function rankingReport(
  table: RankTable,
  triples: Triples,
  facts?: TrainingFacts,
  hits: readonly number[] = [],
): RankingReport {
  const both = (of: (side: RankSide) => Float64Array) => joined(of('tail'), of('head'));
  const candidates = both((side) => table.column(side, 'candidates'));
  const of = (kind: (side: RankSide) => Float64Array) => figures(both(kind), candidates, hits);
  const all = Array.from({ length: table.count }, (_, at) => at);
  const { tail, head } = sidesReport(table, all, hits);
  return {
    count: 2 * table.count,
    realistic: of((side) => table.realistic(side)),
    optimistic: of((side) => table.column(side, 'optimistic')),
    pessimistic: of((side) => table.column(side, 'pessimistic')),
    raw: figures(
      both((side) => table.realistic(side, true)),
      both((side) => table.column(side, 'rawCandidates')),
      hits,
    ),
    tail,
    head,
    ...(facts && {
      seen: seenFigures(table, triples, facts, hits),
      classes: classReports(table, triples, facts, hits),
    }),
  };
}

/** By id of the relation; only those that are among the triples. */
export function relationReports(
  table: RankTable,
  { relations }: Triples,
  hits: readonly number[] = [],
): Map<number, SidesReport> {
  const places = new Map<number, number[]>();
  for (const [at, relation] of relations.entries()) {
    const found = places.get(relation);
    if (found) found.push(at);
    else places.set(relation, [at]);
  }
  return new Map([...places].map(([relation, own]) => [relation, sidesReport(table, own, hits)]));
}

function seenFigures(
  table: RankTable,
  { heads, relations, tails }: Triples,
  facts: TrainingFacts,
  hits: readonly number[],
) {
  const { seenEntities, seenRelations } = facts;
  const places = placesWhere(table.count, (at) => {
    return seenEntities[heads[at]] === 1 && seenEntities[tails[at]] === 1 && seenRelations[relations[at]] === 1;
  });
  const both = (of: (side: RankSide) => Float64Array) =>
    joined(selected(of('tail'), places), selected(of('head'), places));
  const ranks = both((side) => table.realistic(side));
  const candidates = both((side) => table.column(side, 'candidates'));
  return { count: ranks.length, ...figures(ranks, candidates, hits) };
}

function classReports(
  table: RankTable,
  { relations }: Triples,
  { classes }: TrainingFacts,
  hits: readonly number[],
): RankingReport['classes'] {
  const reports = RELATION_CLASSES.flatMap((name) => {
    const places = placesWhere(table.count, (at) => classes[relations[at]] === name);
    return places.length === 0 ? [] : [[name, sidesReport(table, places, hits)] as const];
  });
  return Object.fromEntries(reports);
}

function sidesReport(table: RankTable, places: readonly number[], hits: readonly number[]): SidesReport {
  const of = (side: RankSide) =>
    figures(selected(table.realistic(side), places), selected(table.column(side, 'candidates'), places), hits);
  return { count: places.length, tail: of('tail'), head: of('head') };
}

function figures(ranks: Float64Array, candidates: Float64Array, hits: readonly number[]): RankingFigures {
  const mean = (values: Float64Array, of = (value: number) => value) =>
    values.reduce((sum, value) => sum + of(value), 0) / values.length;
  const mr = mean(ranks);
  // A random answer is in the middle of its candidates.
  const expected = (mean(candidates) + 1) / 2;
  const share = (k: number) => mean(ranks, (rank) => (rank <= k ? 1 : 0));
  const upTo = [...new Set([...HITS, ...hits])].sort((a, b) => a - b);
  return {
    mrr: mean(ranks, (rank) => 1 / rank),
    mr,
    amri: expected > 1 ? 1 - (mr - 1) / (expected - 1) : 1,
    ...(Object.fromEntries(upTo.map((k) => [`hits${k}`, share(k)])) as Pick<
      RankingFigures,
      'hits1' | 'hits3' | 'hits10'
    >),
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
