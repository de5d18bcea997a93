import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawEdges, l1Distance } from '../../test/support/drawn-edges.js';
import { ForwardPush } from './forward-push.js';
import { Pepr } from './pepr.js';
import { PeprPush, sharedParts } from './pepr-push.js';
import { pushRows } from './push-rows.js';
import type { RankEdges } from './rank-edges.js';

interface PushCase {
  entityCount: number;
  edges: [number, number, number][];
  weighted: boolean;
  jump: number;
  entity: number;
  personal: number[];
}

const CASES: Record<string, PushCase> = JSON.parse(
  readFileSync(new URL('../../test/parity/pepr.json', import.meta.url), 'utf8'),
);

/** p of one entity by iterating until nothing moves: the oracle. */
function personalRank({ entityCount, heads, tails, weights }: RankEdges, jump: number, seed: number): Float64Array {
  const { degrees } = pushRows({ entityCount, heads, tails, weights });
  let current = new Float64Array(entityCount);
  for (let moved = 1; moved > 1e-15; ) {
    const next = new Float64Array(entityCount);
    next[seed] = jump;
    heads.forEach((head, i) => {
      next[tails[i]] += ((1 - jump) * current[head] * (weights?.[i] ?? 1)) / degrees[head];
    });
    moved = l1Distance(next, current);
    current = next;
  }
  return current;
}

const sum = (values: Float64Array) => values.reduce((total, value) => total + value, 0);

const GRAPHS = [
  { entityCount: 200, edges: 900, seed: 1, weighted: true, bothWays: true },
  { entityCount: 200, edges: 400, seed: 2, bothWays: true },
  { entityCount: 300, edges: 1500, seed: 3, weighted: true },
  { entityCount: 300, edges: 350, seed: 4 },
].map((options) => ({ ...options, graph: drawEdges(options) }));

describe('ForwardPush', () => {
  it.each(Object.entries(CASES))(
    'comes as near as asked for: %s',
    (_, { entityCount, edges, weighted, jump, ...rest }) => {
      const graph = {
        entityCount,
        heads: Uint32Array.from(edges, (edge) => edge[0]),
        tails: Uint32Array.from(edges, (edge) => edge[1]),
        weights: weighted ? Float32Array.from(edges, (edge) => edge[2]) : undefined,
      };
      const push = new ForwardPush(pushRows(graph), { jump, epsilon: 1e-13 });
      push.from(rest.entity);
      expect(l1Distance(push.estimate, rest.personal)).toBeLessThan(1e-9);
    },
  );

  it.each(GRAPHS)('keeps its bounds on graph $seed (weighted: $weighted, both ways: $bothWays)', (options) => {
    const { graph, bothWays } = options;
    const rows = pushRows(graph);
    for (const seed of [0, 3, 150, options.entityCount - 1]) {
      const exact = personalRank(graph, 0.2, seed);
      for (const epsilon of [1e-2, 1e-4, 1e-6]) {
        const push = new ForwardPush(rows, { jump: 0.2, epsilon });
        const { bound, pushes } = push.from(seed);
        const errors = exact.map((rank, v) => rank - push.estimate[v]);
        expect(Math.min(...errors)).toBeGreaterThan(-1e-13);
        expect(sum(errors)).toBeLessThanOrEqual(bound + 1e-13);
        expect(pushes).toBeGreaterThan(0);
        expect(push.residual.every((mass, v) => mass <= epsilon * rows.degrees[v])).toBe(true);
        if (bothWays) expect(errors.every((error, v) => error <= epsilon * rows.degrees[v] + 1e-13)).toBe(true);
      }
    }
  });

  it('keeps the mass where nothing dangles, and all of its invariant', () => {
    const graph = drawEdges({ entityCount: 80, edges: 300, seed: 9, ring: true, weighted: true });
    const push = new ForwardPush(pushRows(graph), { jump: 0.15, epsilon: 1e-3 });
    const { mass, bound, touched } = push.from(11);
    expect(mass + bound).toBeCloseTo(1, 13);
    const rebuilt = push.estimate.slice();
    for (const u of touched) {
      const personal = personalRank(graph, 0.15, u);
      for (let v = 0; v < 80; v++) rebuilt[v] += push.residual[u] * personal[v];
    }
    expect(l1Distance(rebuilt, personalRank(graph, 0.15, 11))).toBeLessThan(1e-12);
  });

  it('stays local: work is bounded by epsilon, untouched entities stay zero', () => {
    const graph = drawEdges({ entityCount: 20_000, edges: 60_000, seed: 12, bothWays: true });
    const push = new ForwardPush(pushRows(graph), { jump: 0.15, epsilon: 1e-3 });
    const { steps, touched } = push.from(19_000);
    expect(steps).toBeLessThanOrEqual(1 / (1e-3 * 0.15));
    expect(touched.length).toBeLessThan(7000);
    expect(push.estimate.filter((value) => value > 0).length).toBeLessThanOrEqual(touched.length);
  });

  it('gives a seed the same answer whatever seeds came before', () => {
    const rows = pushRows(drawEdges({ entityCount: 500, edges: 2500, seed: 13 }));
    const used = new ForwardPush(rows, { epsilon: 1e-5 });
    for (const seed of [3, 400, 0]) used.from(seed);
    const fresh = new ForwardPush(rows, { epsilon: 1e-5 });
    expect(used.from(42)).toEqual(fresh.from(42));
    expect(used.estimate).toEqual(fresh.estimate);
  });
});

describe.each(['jump', 'lost'] as const)('PeprPush, dangling mass %s', (dangling) => {
  it.each(GRAPHS)('is PEPR within its stated error on graph $seed', ({ graph, entityCount }) => {
    const exact = new Pepr(graph, { dangling, tolerance: 1e-15 });
    const rows = pushRows(graph);
    const shared = sharedParts(exact, rows, 0.15);
    for (const epsilon of [1e-2, 1e-3, 1e-4, 1e-8]) {
      const push = new PeprPush(rows, shared, { dangling, epsilon });
      for (const entity of [0, 5, entityCount - 1]) {
        const { error, bound } = push.of(entity);
        const estimate = Float64Array.from({ length: entityCount }, (_, v) => push.at(v));
        expect(l1Distance(estimate, exact.of(entity).ranks)).toBeLessThanOrEqual(error + 1e-12);
        if (dangling === 'lost') expect(error).toBeLessThanOrEqual(bound / 2 + shared.error);
        if (epsilon === 1e-8) expect(error).toBeLessThan(1e-4);
      }
    }
  });
});

describe('what a push leaves', () => {
  it('is spread by degree where that is nearer to the truth', () => {
    const { graph, entityCount } = GRAPHS[0];
    const exact = new Pepr(graph, { dangling: 'lost', tolerance: 1e-15 });
    const rows = pushRows(graph);
    const push = new PeprPush(rows, sharedParts(exact, rows, 0.15), { dangling: 'lost', epsilon: 1e-4 });
    const classical = new ForwardPush(rows, { epsilon: 1e-4 });
    const truth = exact.of(3).ranks;
    const { error, bound } = push.of(3);
    classical.from(3);
    const personal = personalRank(graph, 0.15, 3);
    const own = (entityCount - 1) / (2 * entityCount - 1);
    expect(error).toBeLessThan(0.8 * own * bound);
    const estimate = truth.map((_, v) => push.at(v));
    const missing = sum(personal.map((rank, v) => own * (rank - classical.estimate[v])));
    expect(l1Distance(estimate, truth)).toBeLessThan(missing / 5);
    expect(sum(estimate)).toBeCloseTo(sum(truth), 12);
  });
});
