import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { drawEdges, l1Distance } from '../../test/support/drawn-edges.js';
import { plainRankSweep } from '../engine/kernels/plain-rank-sweep.js';
import { loadRankSweep } from '../engine/kernels/rank-sweep.js';
import { pageRank } from './page-rank.js';
import { Pepr, type PeprOptions, peprJump, peprStart } from './pepr.js';
import { pushRows } from './push-rows.js';
import type { RankEdges } from './rank-edges.js';

interface PeprCase {
  entityCount: number;
  edges: [number, number, number][];
  weighted: boolean;
  jump: number;
  entity: number;
  frequency: number[];
  samples: number;
  start: number[];
  iterates: number[][];
  lost: number[];
  jumping: number[];
}

const CASES: Record<string, PeprCase> = JSON.parse(
  readFileSync(new URL('../../test/parity/pepr.json', import.meta.url), 'utf8'),
);
const KERNELS = { plain: plainRankSweep, wasm: loadRankSweep(), threads: loadRankSweep(3, 0) };

function edgesOf({ entityCount, edges, weighted }: PeprCase): RankEdges {
  return {
    entityCount,
    heads: Uint32Array.from(edges, (edge) => edge[0]),
    tails: Uint32Array.from(edges, (edge) => edge[1]),
    weights: weighted ? Float32Array.from(edges, (edge) => edge[2]) : undefined,
  };
}

describe.each(Object.entries(KERNELS))('Pepr, %s sweep', (_, makeSweep) => {
  const solve = (parity: PeprCase, options: Partial<PeprOptions>) => {
    const pepr = new Pepr(edgesOf(parity), { jump: parity.jump, ...options }, makeSweep);
    const result = pepr.of(parity.entity);
    pepr.close();
    return result;
  };

  it.each(Object.entries(CASES))('has the iterates of equation 1: %s', (_, parity) => {
    const start = peprStart(parity.frequency, parity.samples);
    expect(l1Distance(start, parity.start)).toBeLessThan(1e-15);
    parity.iterates.forEach((expected, i) => {
      const options = { start, dangling: 'lost' as const, maximumIterations: i + 1, tolerance: 0 };
      const { ranks, iterations, converged } = solve(parity, options);
      expect(l1Distance(ranks, expected)).toBeLessThan(1e-14);
      expect([iterations, converged]).toEqual([i + 1, false]);
    });
  });

  it.each(Object.entries(CASES))('has its limit, from any start: %s', (_, parity) => {
    const start = peprStart(parity.frequency, parity.samples);
    for (const options of [{ start }, {}]) {
      const lost = solve(parity, { ...options, dangling: 'lost', tolerance: 1e-14 });
      expect(lost.converged).toBe(true);
      expect(l1Distance(lost.ranks, parity.lost)).toBeLessThan(1e-12);
      const jumping = solve(parity, { ...options, dangling: 'jump', tolerance: 1e-14 });
      expect(l1Distance(jumping.ranks, parity.jumping)).toBeLessThan(1e-12);
    }
  });
});

describe('the residual', () => {
  it('is the L1 distance of the last two iterates', () => {
    const parity = CASES['power law with weights'];
    const iterate = (maximumIterations: number) => {
      const pepr = new Pepr(edgesOf(parity), { jump: parity.jump, dangling: 'lost', tolerance: 0, maximumIterations });
      return pepr.of(parity.entity);
    };
    const [third, fourth] = [iterate(3), iterate(4)];
    expect(fourth.residual).toBeCloseTo(l1Distance(third.ranks, fourth.ranks), 14);
  });
});

describe('dangling mass', () => {
  it('that jumps changes the scale of V and not its order', () => {
    const edges = drawEdges({ entityCount: 300, edges: 500, seed: 4 });
    const lost = new Pepr(edges, { dangling: 'lost', tolerance: 1e-14 });
    const jumping = new Pepr(edges, { dangling: 'jump', tolerance: 1e-14 });
    for (const entity of [0, 7, 200]) {
      const literal = lost.of(entity).ranks;
      const sum = literal.reduce((total, rank) => total + rank, 0);
      expect(sum).toBeLessThan(0.99);
      const { ranks } = jumping.of(entity);
      expect(
        l1Distance(
          ranks,
          literal.map((rank) => rank / sum),
        ),
      ).toBeLessThan(1e-12);
    }
  });
});

describe('many entities', () => {
  it('share the edges, and threads change no byte', () => {
    const edges = drawEdges({ entityCount: 3000, edges: 20_000, seed: 5 });
    const one = new Pepr(edges, {}, loadRankSweep(1, 0));
    const three = new Pepr(edges, {}, loadRankSweep(3, 0));
    for (const entity of [5, 0, 2999, 5]) {
      const alone = new Pepr(edges, {}, loadRankSweep(1, 0));
      const expected = Buffer.from(alone.of(entity).ranks.buffer);
      expect(Buffer.from(one.of(entity).ranks.buffer).equals(expected)).toBe(true);
      expect(Buffer.from(three.of(entity).ranks.buffer).equals(expected)).toBe(true);
      alone.close();
    }
    one.close();
    three.close();
  });

  it('have in common an even part that is PageRank when nothing dangles', () => {
    const edges = drawEdges({ entityCount: 400, edges: 2000, seed: 6, bothWays: true, ring: true, weighted: true });
    const pepr = new Pepr(edges, { tolerance: 1e-13 });
    const { ranks } = pepr.spreadOf(new Float64Array(400).fill(1 / 400));
    expect(l1Distance(ranks, pageRank(edges, { tolerance: 1e-13, maximumIterations: 1000 }).ranks)).toBeLessThan(1e-11);
    const { degrees } = pushRows(edges);
    expect(l1Distance(pepr.spreadOf(degrees).ranks, degrees)).toBeLessThan(1e-9);
  });

  it('spread a jump vector as V does', () => {
    const edges = drawEdges({ entityCount: 300, edges: 600, seed: 8 });
    const pepr = new Pepr(edges, { dangling: 'lost', tolerance: 1e-14 });
    const jump = new Float64Array(300).fill(1 / 599);
    jump[17] = 300 / 599;
    expect(l1Distance(pepr.spreadOf(jump).ranks, pepr.of(17).ranks)).toBeLessThan(1e-12);
  });
});

describe('peprJump', () => {
  it('gives the entity the weight 1 and others 1/Z, normalised', () => {
    const { uniform, own } = peprJump(4);
    expect(uniform).toBeCloseTo(1 / 4 / (1 + 3 / 4), 15);
    expect(uniform + own).toBeCloseTo(1 / (1 + 3 / 4), 15);
    expect(peprJump(1)).toEqual({ uniform: 1, own: 0 });
  });
});
