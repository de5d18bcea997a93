import { describe, expect, it } from 'vitest';
import { finishWork } from '../../base/sliced-work.js';
import type { TripleScorer } from '../embedding-model.js';
import { type EdgeQuestion, suggestEdges } from './suggest-edges.js';

const ENTITIES = 40;
const RELATION = 1;
/** Few distinct scores, so that many tie; one is no number. */
const score = (h: number, r: number, t: number) => (h === 3 && t === 4 ? Number.NaN : (h * 7 + r + t * 5) % 23);
const isKnown = (head: number, tail: number) => (head + tail) % 4 === 0;

const all = Array.from({ length: ENTITIES }, (_, id) => id);
const scorer: TripleScorer = {
  shape: { entities: ENTITIES, relations: 2, dimension: 1, relationDimension: 1 },
  scoreTriples: () => {},
  scoreTails: (h, r, out) => out.set(Array.from(h).flatMap((head, i) => all.map((e) => score(head, r[i], e)))),
  scoreHeads: (r, t, out) => out.set(Array.from(t).flatMap((tail, i) => all.map((e) => score(e, r[i], tail)))),
};

const few = Int32Array.from(all.filter((id) => id % 5 === 0));
const many = Int32Array.from(all);

function byDefinition({ heads, tails, limit, perHead = Number.POSITIVE_INFINITY }: EdgeQuestion) {
  const edges = Array.from(heads).flatMap((head) =>
    Array.from(tails, (tail) => ({ head, tail, score: score(head, RELATION, tail) })),
  );
  const counts = new Map<number, number>();
  return edges
    .filter(({ head, tail, score: found }) => head !== tail && !isKnown(head, tail) && !Number.isNaN(found))
    .sort((a, b) => b.score - a.score || a.head - b.head || a.tail - b.tail)
    .filter(({ head }) => {
      counts.set(head, (counts.get(head) ?? 0) + 1);
      return (counts.get(head) ?? 0) <= perHead;
    })
    .slice(0, limit);
}

describe('suggestEdges', () => {
  it.each([
    ['many heads', { heads: many, tails: few, limit: 30 }],
    ['many tails', { heads: few, tails: many, limit: 30 }],
    ['few of each head', { heads: many, tails: few, limit: 50, perHead: 2 }],
    ['more than there are', { heads: few, tails: few, limit: 1000 }],
    ['one', { heads: many, tails: many, limit: 1 }],
  ])('equals the definition: %s', (_, question) => {
    const asked = { relation: RELATION, ...question };
    const { edges, pairs, complete } = finishWork(suggestEdges(scorer, asked, isKnown));
    expect(edges).toEqual(byDefinition(asked));
    expect(pairs).toBe(asked.heads.length * asked.tails.length);
    expect(complete).toBe(true);
  });

  it('ends with what it has when the time is over', () => {
    const shape = { ...scorer.shape, entities: 1 << 19 };
    const wide: TripleScorer = { ...scorer, shape, scoreTails: (_, __, out) => out.fill(1) };
    const work = suggestEdges(wide, { relation: 0, heads: many, tails: many, limit: 5 }, () => false);
    expect(work.next(false).done).toBe(false);
    const step = work.next(true);
    expect(step).toMatchObject({ done: true, value: { pairs: 2 * ENTITIES, complete: false } });
  });

  it('has nothing to say of nothing', () => {
    const none = { relation: 0, heads: new Int32Array(), tails: many, limit: 5 };
    expect(finishWork(suggestEdges(scorer, none, isKnown))).toEqual({ edges: [], pairs: 0, complete: true });
  });
});
