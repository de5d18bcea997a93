import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../../base/random.js';
import type { TripleScorer } from '../embedding-model.js';
import { KnownTriples } from '../known-triples.js';
import type { Triples } from '../triples.js';
import { CandidatePools } from './candidate-pools.js';
import { RankTable } from './rank-table.js';
import { rankTriples } from './rank-triples.js';
import { evaluateRanking, rankingReport, relationReports } from './ranking-evaluation.js';
import { trainingFacts } from './training-facts.js';

const ENTITIES = 30;
const RELATIONS = 2;

/** A scorer by a function of (head, relation, tail). */
function scorerOf(score: (head: number, relation: number, tail: number) => number): TripleScorer {
  const entities = Array.from({ length: ENTITIES }, (_, entity) => entity);
  return {
    shape: { entities: ENTITIES, relations: RELATIONS, dimension: 1, relationDimension: 1 },
    scoreTriples: (h, r, t, out) => out.set(Array.from(h, (head, i) => score(head, r[i], t[i]))),
    scoreTails: (h, r, out) => out.set(Array.from(h).flatMap((head, i) => entities.map((e) => score(head, r[i], e)))),
    scoreHeads: (r, t, out) => out.set(Array.from(t).flatMap((tail, i) => entities.map((e) => score(e, r[i], tail)))),
  };
}

function randomTriples(count: number, step: number): Triples {
  const random = new CounterRandom(8, 'triples');
  const column = (limit: number, part: number) =>
    Int32Array.from({ length: count }, (_, i) => random.below(limit, step * 3 + part, i));
  return { heads: column(ENTITIES, 0), relations: column(RELATIONS, 1), tails: column(ENTITIES, 2) };
}

const rowsOf = ({ heads, relations, tails }: Triples) =>
  Array.from(heads, (head, i) => [head, relations[i], tails[i]] as const);

describe('evaluateRanking', () => {
  it('equals the definition, ties and filter included', () => {
    const [train, test] = [randomTriples(150, 0), randomTriples(25, 1)];
    // Few distinct scores, so that many tie.
    const score = (h: number, r: number, t: number) => (h * 7 + r * 3 + t * 5) % 6;
    const known = new Set([...rowsOf(train), ...rowsOf(test)].map(String));
    const [optimistic, pessimistic]: number[][] = [[], []];
    for (const [h, r, t] of rowsOf(test)) {
      for (const side of ['tail', 'head']) {
        let [better, equal] = [0, 0];
        for (let e = 0; e < ENTITIES; e++) {
          const triple = side === 'tail' ? ([h, r, e] as const) : ([e, r, t] as const);
          if (known.has(String(triple))) continue;
          if (score(...triple) > score(h, r, t)) better++;
          if (score(...triple) === score(h, r, t)) equal++;
        }
        optimistic.push(1 + better);
        pessimistic.push(1 + better + equal);
      }
    }
    const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;
    const report = evaluateRanking(
      scorerOf(score),
      test,
      new KnownTriples({ entities: ENTITIES, relations: RELATIONS }, train, test),
    );
    expect(report.count).toBe(50);
    expect(report.optimistic.mrr).toBeCloseTo(mean(optimistic.map((rank) => 1 / rank)), 12);
    expect(report.pessimistic.mrr).toBeCloseTo(mean(pessimistic.map((rank) => 1 / rank)), 12);
    const realistic = optimistic.map((rank, i) => (rank + pessimistic[i]) / 2);
    expect(report.realistic.mr).toBeCloseTo(mean(realistic), 12);
    expect(report.realistic.hits3).toBeCloseTo(mean(realistic.map((rank) => (rank <= 3 ? 1 : 0))), 12);
    expect((report.head.mrr + report.tail.mrr) / 2).toBeCloseTo(report.realistic.mrr, 12);
  });

  it('ranks among the entities that fit the relation, and counts hits up to other ranks', () => {
    const [train, test] = [randomTriples(40, 3), randomTriples(20, 4)];
    const score = (h: number, r: number, t: number) => (h * 7 + r * 3 + t * 5) % 11;
    const shape = { entities: ENTITIES, relations: RELATIONS };
    const known = new KnownTriples(shape, train, test);
    const isKnown = new Set([...rowsOf(train), ...rowsOf(test)].map(String));
    const all = [...rowsOf(train), ...rowsOf(test)];
    const ranks: number[] = [];
    for (const [h, r, t] of rowsOf(test)) {
      for (const side of [2, 0] as const) {
        const pool = new Set(all.filter((row) => row[1] === r).map((row) => row[side]));
        const rivals = [...pool].map((e) => (side === 2 ? ([h, r, e] as const) : ([e, r, t] as const)));
        const left = rivals.filter((triple) => !isKnown.has(String(triple)));
        const better = left.filter((triple) => score(...triple) > score(h, r, t)).length;
        const equal = left.filter((triple) => score(...triple) === score(h, r, t)).length;
        ranks.push(1 + better + equal / 2);
      }
    }
    const table = new RankTable(20);
    const pools = new CandidatePools(shape, [train, test]);
    rankTriples(scorerOf(score), test, known, table, { thread: 0, threads: 1 }, pools);
    const report = rankingReport(table, test, undefined, [5]);
    expect(report.realistic.mr).toBeCloseTo(ranks.reduce((sum, rank) => sum + rank, 0) / ranks.length, 12);
    expect(report.realistic.hits5).toBeCloseTo(ranks.filter((rank) => rank <= 5).length / ranks.length, 12);
    expect(report.raw.mr).toBeGreaterThan(report.realistic.mr);
    const relations = relationReports(table, test);
    const counts = [...relations.values()].map(({ count }) => count);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(20);
    const mean = [...relations.values()].reduce((sum, { count, tail, head }) => sum + count * (tail.mr + head.mr), 0);
    expect(mean / 40).toBeCloseTo(report.realistic.mr, 12);
  });

  it('tells unseen triples and classes of relations apart', () => {
    const train: Triples = {
      heads: Int32Array.of(0, 0, 0, 1, 2, 3),
      relations: Int32Array.of(0, 0, 0, 1, 1, 1),
      tails: Int32Array.of(1, 2, 3, 4, 4, 4),
    };
    const test: Triples = {
      heads: Int32Array.of(0, 0, 9),
      relations: Int32Array.of(0, 1, 1),
      tails: Int32Array.of(4, 4, 1),
    };
    const shape = { entities: ENTITIES, relations: RELATIONS };
    const facts = trainingFacts(train, shape);
    expect(facts.classes).toEqual(['1-N', 'N-1']);
    // The wanted tail of the first is second, of the others first; heads come in the order of ids.
    const score = (h: number, r: number, t: number) =>
      -h / 100 + (r === 0 ? (t === 1 ? 2 : t === 4 ? 1 : 0) : t === 4 || t === 1 ? 2 : 0);
    const report = evaluateRanking(scorerOf(score), test, new KnownTriples(shape, train, test), facts);
    expect(report.seen).toMatchObject({ count: 4 });
    expect(report.classes?.['1-N']).toMatchObject({ count: 1, tail: { hits1: 1 }, head: { hits1: 1 } });
    expect(report.classes?.['N-1']).toMatchObject({ count: 2 });
    expect(report.classes?.['1-1']).toBeUndefined();
    expect(report.raw.mr).toBeGreaterThan(report.realistic.mr);
    expect(report.realistic.amri).toBeGreaterThan(0.8);
  });

  it.each([0, Number.NaN])('shows a model that answers %d to everything for what it is', (constant) => {
    const test = randomTriples(20, 2);
    const known = new KnownTriples({ entities: ENTITIES, relations: RELATIONS }, test);
    const report = evaluateRanking(
      scorerOf(() => constant),
      test,
      known,
    );
    expect(report.pessimistic.hits10).toBe(0);
    expect(report.realistic.mrr).toBeLessThan(0.1);
    expect(report.optimistic.mrr).toBe(Number.isNaN(constant) ? report.pessimistic.mrr : 1);
  });
});
