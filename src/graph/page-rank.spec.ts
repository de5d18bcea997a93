import { readFileSync } from 'node:fs';
import Graphology from 'graphology';
import pagerank from 'graphology-metrics/centrality/pagerank.js';
import { describe, expect, it } from 'vitest';
import { CounterRandom } from '../base/random.js';
import { plainRankSweep } from '../engine/kernels/plain-rank-sweep.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import { buildSnapshot } from './build-snapshot.js';
import { toGraphology } from './graphology.js';
import { pageRank, type RankEdges, rankEdges } from './page-rank.js';

interface ParityCase {
  entityCount: number;
  damping: number;
  edges: [number, number, number][];
  weighted: boolean;
  ranks: number[];
}

const CASES: Record<string, ParityCase> = JSON.parse(
  readFileSync(new URL('../../test/parity/pagerank.json', import.meta.url), 'utf8'),
);
const KERNELS = { plain: plainRankSweep, wasm: loadRankSweep() };

function edgesOf({ entityCount, edges, weighted }: ParityCase): RankEdges {
  return {
    entityCount,
    heads: Uint32Array.from(edges, (edge) => edge[0]),
    tails: Uint32Array.from(edges, (edge) => edge[1]),
    weights: weighted ? Float32Array.from(edges, (edge) => edge[2]) : undefined,
  };
}

function randomEdges(entityCount: number, count: number): RankEdges {
  const random = new CounterRandom(3, 'test.page-rank');
  const node = (i: number) => Math.floor(entityCount * random.uniform(0, i) ** 3);
  return {
    entityCount,
    heads: Uint32Array.from({ length: count }, (_, i) => node(2 * i)),
    tails: Uint32Array.from({ length: count }, (_, i) => node(2 * i + 1)),
  };
}

const distance = (a: ArrayLike<number>, b: ArrayLike<number>) =>
  Array.from(a).reduce((sum, value, i) => sum + Math.abs(value - b[i]), 0);

describe.each(Object.entries(KERNELS))('pageRank, %s sweep', (_, makeSweep) => {
  it.each(Object.entries(CASES))('equals networkx: %s', (_, parity) => {
    const options = { damping: parity.damping, tolerance: 1e-14, maximumIterations: 5000 };
    const { ranks, converged } = pageRank(edgesOf(parity), options, makeSweep);
    expect(converged).toBe(true);
    expect(distance(ranks, parity.ranks)).toBeLessThan(1e-8);
  });

  it('gives an empty graph no ranks, and says so when the iterations do not suffice', () => {
    const none = new Uint32Array(0);
    expect(pageRank({ entityCount: 0, heads: none, tails: none }, {}, makeSweep).ranks).toHaveLength(0);
    const chain = edgesOf(CASES['chain with a dangling end']);
    const { converged, iterations, residual } = pageRank(chain, { maximumIterations: 2 }, makeSweep);
    expect([converged, iterations, residual > 1e-6]).toEqual([false, 2, true]);
  });
});

describe('sweeps', () => {
  it('agree on a random graph, and keep the mass', () => {
    const edges = randomEdges(5000, 40_000);
    const weights = Float32Array.from(edges.heads, (head) => 1 + (head % 7) / 4);
    for (const graph of [edges, { ...edges, weights }]) {
      const plain = pageRank(graph, {}, KERNELS.plain);
      const wasm = pageRank(graph, {}, KERNELS.wasm);
      expect(wasm.iterations).toBe(plain.iterations);
      expect(distance(wasm.ranks, plain.ranks)).toBeLessThan(1e-13);
      expect(wasm.ranks.reduce((sum, rank) => sum + rank, 0)).toBeCloseTo(1, 12);
    }
  });
});

describe('a snapshot', () => {
  const entities = Array.from({ length: 40 }, (_, i) => ({ key: `e${i}`, name: `n${i}`, types: [], aliases: [] }));
  const triples = Array.from({ length: 150 }, (_, i) => ({
    head: `e${(i * i) % 37}`,
    relation: `r${i % 3}`,
    tail: `e${(i * 11) % 31}`,
    weight: 1 + (i % 5) / 2,
  }));
  const snapshot = buildSnapshot(entities, triples);

  it.each([true, false])('ranks like graphology-metrics (weighted: %s), whose tolerance is per node', (weighted) => {
    const { ranks } = pageRank(rankEdges(snapshot, 'head-to-tail', weighted), { tolerance: 1e-12 });
    const simple = new Graphology.DirectedGraph();
    const multi = toGraphology(snapshot);
    multi.forEachNode((node) => simple.addNode(node));
    multi.forEachEdge((_, { weight }, head, tail) => {
      const merged = (previous: { weight?: number }) => ({ weight: (previous.weight ?? 0) + (weighted ? weight : 1) });
      simple.updateDirectedEdge(head, tail, merged);
    });
    const rank = pagerank as unknown as typeof pagerank.default; // typed as an ES module, is CommonJS
    const theirs = rank(simple, { getEdgeWeight: 'weight', tolerance: 1e-12 / simple.order, maxIterations: 1000 });
    const expected = Array.from({ length: 40 }, (_, e) => theirs[snapshot.entityKeys.at(e)]);
    expect(distance(ranks, expected)).toBeLessThan(1e-8);
  });

  it('lets edges count backwards and both ways', () => {
    const forward = rankEdges(snapshot, 'head-to-tail', true);
    const reversed = rankEdges(snapshot, 'tail-to-head', true);
    expect([reversed.heads, reversed.tails]).toEqual([forward.tails, forward.heads]);
    const both = rankEdges(snapshot, 'both', true);
    expect(both.heads).toHaveLength(2 * snapshot.tripleCount);
    expect(both.weights!.slice(snapshot.tripleCount)).toEqual(forward.weights);
  });
});
