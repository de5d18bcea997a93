import { describe, expect, it } from 'vitest';
import type { TripleScorer } from '../embedding-model.js';
import { KnownTriples } from '../known-triples.js';
import { selectTriples, type Triples } from '../triples.js';
import { CandidatePools } from './candidate-pools.js';
import { corruptTriples } from './corrupt-triples.js';
import { classifyTriples } from './triple-classification.js';

const ENTITIES = 12;
const RELATIONS = 3;
const shape = { entities: ENTITIES, relations: RELATIONS, dimension: 1, relationDimension: 1 };

/** Each relation r leads from e to e + 1 .. e + 3 among the first 10 entities: two never occur. */
const rows = Array.from({ length: 10 }, (_, head) => head).flatMap((head) =>
  [0, 1, 2].flatMap((relation) => [1, 2, 3].map((step) => [head, relation, (head + step) % 10] as const)),
);
const [heads, relations, tails] = [0, 1, 2].map((part) => Int32Array.from(rows, (row) => row[part]));
const all: Triples = { heads, relations, tails };
const part = (accepts: (row: readonly number[], at: number) => boolean) =>
  selectTriples(
    all,
    rows.flatMap((row, at) => (accepts(row, at) ? [at] : [])),
  );
const known = new KnownTriples(shape, all);

/** True triples score 10 r + 5, false ones 10 r: each relation needs a threshold of its own. */
function scorerOf(score: (h: number, r: number, t: number) => number): TripleScorer {
  return {
    shape,
    scoreTriples: (h, r, t, out) => out.set(Array.from(h, (head, i) => score(head, r[i], t[i]))),
    scoreTails: () => {},
    scoreHeads: () => {},
  };
}
const perfect = scorerOf((h, r, t) => 10 * r + (known.has(h, r, t) ? 5 : 0));

function joined(a: Triples, b: Triples): Triples {
  const both = (name: keyof Triples) => Int32Array.from([...a[name], ...b[name]]);
  return { heads: both('heads'), relations: both('relations'), tails: both('tails') };
}

describe('corruptTriples', () => {
  it('makes one false triple of each, the same ones again, of entities that fit', () => {
    const pools = new CandidatePools(shape, [all]);
    const first = corruptTriples(all, known, shape, 3, 0, pools);
    expect(first.places).toHaveLength(rows.length);
    let replacedHeads = 0;
    for (let at = 0; at < rows.length; at++) {
      const [head, relation, tail] = [first.triples.heads[at], first.triples.relations[at], first.triples.tails[at]];
      expect(known.has(head, relation, tail)).toBe(false);
      expect(relation).toBe(rows[at][1]);
      expect(Number(head !== rows[at][0]) + Number(tail !== rows[at][2])).toBe(1);
      expect(Math.max(head, tail)).toBeLessThan(10);
      if (head !== rows[at][0]) replacedHeads++;
    }
    expect(replacedHeads / rows.length).toBeGreaterThan(0.3);
    expect(replacedHeads / rows.length).toBeLessThan(0.7);
    expect(corruptTriples(all, known, shape, 3, 0, pools)).toEqual(first);
    expect(corruptTriples(all, known, shape, 4, 0, pools)).not.toEqual(first);
    const any = corruptTriples(all, known, shape, 3, 0).triples;
    expect(Math.max(...any.heads, ...any.tails)).toBe(11);
  });

  it('gives up where every triple is true', () => {
    const full = { heads: Int32Array.of(0, 0, 1, 1), relations: new Int32Array(4), tails: Int32Array.of(0, 1, 0, 1) };
    const two = { ...shape, entities: 2 };
    expect(corruptTriples(full, new KnownTriples(two, full), two, 0, 0).places).toHaveLength(0);
  });
});

describe('classifyTriples', () => {
  const test = part((_, at) => at % 2 === 0);
  const options = { typed: true, seed: 1 };

  it('finds a threshold for each relation, and takes the common one where a relation has no validation triple', () => {
    const valid = part(([, relation], at) => relation < 2 && at % 2 === 1);
    const report = classifyTriples(perfect, { valid, test, known: [all] }, options);
    expect(report.relations.get(0)).toMatchObject({ threshold: 2.5, isGlobal: false, accuracy: 1, rocAuc: 1 });
    expect(report.relations.get(1)).toMatchObject({ threshold: 12.5, accuracy: 1, averagePrecision: 1 });
    expect(report.relations.get(2)).toMatchObject({ isGlobal: true, rocAuc: 1, accuracy: 0.5 });
    expect(report.relationMean).toEqual({ rocAuc: 1, averagePrecision: 1 });
    expect(report.overall.rocAuc).toBeLessThan(1);
    expect(report.overall.accuracy).toBeCloseTo(5 / 6, 1);
    expect(report.globalThreshold?.accuracy).toBeLessThan(report.overall.accuracy ?? 0);
    expect(report.leftOut).toBe(0);
  });

  it('leaves triples out that no false one can be drawn for', () => {
    // Relation 0 holds between any two of the entities that it has.
    const full = { heads: Int32Array.of(0, 0, 1, 1), relations: new Int32Array(4), tails: Int32Array.of(0, 1, 0, 1) };
    const open = part(([, relation]) => relation === 2);
    const data = { valid: open, test: joined(full, open), known: [full, open] };
    const report = classifyTriples(perfect, data, options);
    expect(report.leftOut).toBe(4);
    expect([...report.relations.keys()]).toEqual([2]);
    expect(report.overall).toMatchObject({ positives: 30, negatives: 30, accuracy: 1 });
    const none = classifyTriples(perfect, { valid: full, test: full, known: [full] }, options);
    expect(none).toMatchObject({ leftOut: 4, overall: { positives: 0, negatives: 0 } });
    expect(none.globalThreshold).toBeUndefined();
  });

  it('has curves but no thresholds without validation triples', () => {
    const none = { heads: new Int32Array(), relations: new Int32Array(), tails: new Int32Array() };
    const report = classifyTriples(perfect, { valid: none, test, known: [all] }, options);
    expect(report.globalThreshold).toBeUndefined();
    expect(report.overall).not.toHaveProperty('accuracy');
    expect(report.relations.get(2)).toMatchObject({ positives: 15, negatives: 15, rocAuc: 1 });
  });

  it.each([
    [0, 0.5],
    [Number.NaN, 0],
  ])('shows a model that answers %d to everything for what it is', (constant, rocAuc) => {
    const valid = part((_, at) => at % 2 === 1);
    const report = classifyTriples(
      scorerOf(() => constant),
      { valid, test, known: [all] },
      options,
    );
    expect(report.overall.rocAuc).toBe(rocAuc);
    expect(report.overall.accuracy).toBeLessThanOrEqual(0.5);
  });
});
