import { describe, expect, it } from 'vitest';
import type { TripleScorer } from '../embedding-model.js';
import { analogies, predictLinks, similarEntities } from './predict.js';

/** Five entities on a line; relation r leads r + 1 to the right, score is the negated distance. */
const place = [0, 1, 2, 3, 4];
const score = (h: number, r: number, t: number) => -Math.abs(place[h] + r + 1 - place[t]);
const scorer: TripleScorer = {
  shape: { entities: 5, relations: 3, dimension: 1, relationDimension: 1 },
  scoreTriples: (h, r, t, out) => out.set(Array.from(h, (head, i) => score(head, r[i], t[i]))),
  scoreTails: (h, r, out) => out.set(place.map((_, t) => score(h[0], r[0], t))),
  scoreHeads: (r, t, out) => out.set(place.map((_, h) => score(h, r[0], t[0]))),
};
const ids = (found: { id: number }[]) => found.map(({ id }) => id);

describe('predictLinks', () => {
  it('finds tails, heads and relations, ties by id', () => {
    expect(ids(predictLinks(scorer, { head: 1, relation: 1 }, 3))).toEqual([3, 2, 4]);
    expect(ids(predictLinks(scorer, { relation: 1, tail: 3 }, 2))).toEqual([1, 0]);
    expect(ids(predictLinks(scorer, { head: 0, tail: 3 }, 9))).toEqual([2, 1, 0]);
    expect(predictLinks(scorer, { head: 0, relation: 0 }, 1)).toEqual([{ id: 1, score: -0 }]);
  });

  it('leaves out what is not accepted, and what is no number', () => {
    expect(ids(predictLinks(scorer, { head: 1, relation: 1 }, 2, (id) => id !== 3))).toEqual([2, 4]);
    const broken = {
      ...scorer,
      scoreTails: (_h: Int32Array, _r: Int32Array, out: Float32Array) => void out.fill(Number.NaN),
    };
    expect(predictLinks(broken, { head: 0, relation: 0 }, 2)).toEqual([]);
  });
});

describe('vectors', () => {
  const vectors = Float32Array.of(1, 0, 2, 0.1, 0, 1, -1, 0, 1, 1, 0, 0);

  it('are alike by direction', () => {
    expect(ids(similarEntities(vectors, 2, 0, 3))).toEqual([1, 4, 2]);
    const [first] = similarEntities(vectors, 2, 0, 1);
    expect(first.score).toBeCloseTo(2 / Math.hypot(2, 0.1), 6);
  });

  it('answer analogies with none of the three', () => {
    // (1,0) - (2,.1) + (0,1) points to (-1,.9).
    expect(ids(analogies(vectors, 2, [1, 0, 2], 2))).toEqual([3, 5]);
  });
});
