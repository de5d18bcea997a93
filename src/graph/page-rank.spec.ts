import { readFileSync } from 'node:fs';
import Graphology from 'graphology';
import pagerank from 'graphology-metrics/centrality/pagerank.js';
import { describe, expect, it } from 'vitest';
import { toGraphology } from '../../test/support/graphology-graph.js';
import { CounterRandom } from '../base/random.js';
import { plainRankSweep } from '../engine/kernels/plain-rank-sweep.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import { buildSnapshot } from './build-snapshot.js';
import { pageRank } from './page-rank.js';
import { type RankEdges, rankEdges } from './rank-edges.js';

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

interface GdsCase extends Omit<ParityCase, 'ranks'> {
  tolerance: number;
  maximumIterations: number;
  iterations: number;
  converged: boolean;
  scores: number[];
}

const GDS_CASES: Record<string, GdsCase> = JSON.parse(
  readFileSync(new URL('../../test/parity/gds-pagerank.json', import.meta.url), 'utf8'),
);
const KERNELS = { plain: plainRankSweep, wasm: loadRankSweep(), threads: loadRankSweep(3, 0) };

function edgesOf({ entityCount, edges, weighted }: Omit<ParityCase, 'ranks'>): RankEdges {
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

  it.each(Object.entries(GDS_CASES))('equals Graph Data Science: %s', (_, parity) => {
    const { damping, tolerance, maximumIterations } = parity;
    const options = { variant: 'gds' as const, damping, tolerance, maximumIterations };
    const { ranks, iterations, converged } = pageRank(edgesOf(parity), options, makeSweep);
    expect([iterations, converged]).toEqual([parity.iterations, parity.converged]);
    expect(distance(ranks, parity.scores)).toBeLessThan(1e-12);
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

describe('threads', () => {
  it.each(['standard', 'gds'] as const)('change no byte of the ranks (%s)', (variant) => {
    const edges = randomEdges(20_000, 100_000);
    const weights = Float32Array.from(edges.heads, (head) => 1 + (head % 7) / 4);
    for (const graph of [edges, { ...edges, weights }]) {
      const [one, two, five] = [1, 2, 5].map((threads) => pageRank(graph, { variant }, loadRankSweep(threads, 0)));
      expect(Buffer.from(two.ranks.buffer).equals(Buffer.from(one.ranks.buffer))).toBe(true);
      expect(Buffer.from(five.ranks.buffer).equals(Buffer.from(one.ranks.buffer))).toBe(true);
      expect([two.iterations, two.residual]).toEqual([one.iterations, one.residual]);
    }
  });
});

describe('2.1 million entities', () => {
  it('rank like one of their 300,000 equal parts', () => {
    const parts = 300_000;
    const part = CASES['two components'];
    const { entityCount, edges } = part;
    const ends = (end: 0 | 1) =>
      Uint32Array.from({ length: parts * edges.length }, (_, i) => {
        const [copy, edge] = [Math.floor(i / edges.length), i % edges.length];
        return copy * entityCount + edges[edge][end];
      });
    const graph = { entityCount: parts * entityCount, heads: ends(0), tails: ends(1) };
    const options = { tolerance: 1e-10, maximumIterations: 500 };
    const { ranks, converged } = pageRank(graph, options, loadRankSweep(2));
    let [apart, sum] = [0, 0];
    for (let e = 0; e < ranks.length; e++) {
      apart += Math.abs(ranks[e] - part.ranks[e % entityCount] / parts);
      sum += ranks[e];
    }
    expect(converged).toBe(true);
    expect(apart).toBeLessThan(1e-8);
    expect(Math.abs(sum - 1)).toBeLessThan(1e-9);
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
