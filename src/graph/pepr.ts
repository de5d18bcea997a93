/**
 * PEPR, the personalised PageRank that chooses a mention's neighbours (SMedBERT, section 3.2, equation 1), by power iteration
 * V_i = (1 - a) A V_(i-1) + a P. The jump vector P is 1 for the entity e and 1/Z for the others, normalised: P_e = Z / (2Z - 1)
 * and 1 / (2Z - 1) elsewhere. V_0 is given (`peprStart`) or even; the limit does not depend on it.
 * Columns of A without edges (dangling entities) are zero. `lost`: they stay so, and V sums to less than 1. `jump`: their mass
 * jumps by P like the rest. Then V' = (1 - a) A V' + c P with a number c, so V' = V / sum(V): other scores, the same order.
 * Letters: Z entities, M edges, a probability of a jump, A the column-normalised adjacency.
 */
import { plainRankSweep, type RankSweep, type RankSweepFactory } from '../engine/kernels/plain-rank-sweep.js';
import type { RankEdges } from './rank-edges.js';
import { fillRows, fillShares, rowsByInDegree } from './rank-rows.js';

/** What becomes of the mass of entities that no edge leaves. */
export type DanglingMass = 'jump' | 'lost';

export interface PeprOptions {
  /** a, above 0 and at most 1. */
  jump: number;
  dangling: DanglingMass;
  /** Stop when the L1 distance of two iterates is below it; the limit is then within tolerance * (1 - a) / a. */
  tolerance: number;
  maximumIterations: number;
  /** [Z] V_0; absent: 1/Z each. */
  start?: Float64Array;
}

export const PEPR_DEFAULTS: Readonly<PeprOptions> = {
  jump: 0.15,
  dangling: 'jump',
  tolerance: 1e-9,
  maximumIterations: 500,
};

export interface PeprResult {
  /** [Z] */
  ranks: Float64Array;
  iterations: number;
  /** L1 distance of the last two iterates. */
  residual: number;
  converged: boolean;
}

/** P: what `uniform` gives to every entity and `own` to e on top of it. */
export function peprJump(entityCount: number): { uniform: number; own: number } {
  const whole = 2 * entityCount - 1;
  return { uniform: 1 / whole, own: (entityCount - 1) / whole };
}

/**
 * V_0 of the paper: t_e / T for entities that the corpus mentions, 1 / M for the others. It does not sum to 1.
 * @param frequency [Z] t_e, mentions of each entity
 * @param samples M
 */
export function peprStart(frequency: ArrayLike<number>, samples: number): Float64Array {
  let total = 0;
  for (let e = 0; e < frequency.length; e++) total += frequency[e];
  return Float64Array.from(frequency, (count) => (count > 0 ? count / total : 1 / samples));
}

/** The edges sorted once, for many entities. Close it to end the sweep's threads. */
export class Pepr {
  private readonly options: PeprOptions;
  private readonly sweep: RankSweep;
  private readonly rowOf: Uint32Array;
  private readonly entityCount: number;

  constructor(edges: RankEdges, options: Partial<PeprOptions> = {}, makeSweep: RankSweepFactory = plainRankSweep) {
    this.options = { ...PEPR_DEFAULTS, ...options };
    this.entityCount = edges.entityCount;
    this.rowOf = rowsByInDegree(edges);
    this.sweep = makeSweep(edges.entityCount, edges.heads.length, edges.weights !== undefined);
    fillRows(this.sweep, edges, this.rowOf);
    fillShares(this.sweep.shares, edges, this.rowOf, 1 - this.options.jump);
  }

  /** V of one entity. @param into [Z] where the ranks go; absent: a new array */
  of(entity: number, into?: Float64Array): PeprResult {
    const { sweep } = this;
    const { jump, dangling, tolerance, maximumIterations } = this.options;
    const { uniform, own } = peprJump(this.entityCount);
    const row = this.rowOf[entity];
    let lost = this.begin();
    let residual = Number.POSITIVE_INFINITY;
    let iterations = 0;
    for (; residual >= tolerance && iterations < maximumIterations; iterations++) {
      const jumping = dangling === 'lost' ? jump : jump + (1 - jump) * lost;
      const before = sweep.ranks[row];
      ({ residual, lost } = sweep.spread(jumping * uniform));
      const spread = sweep.ranks[row];
      sweep.add(row, jumping * own);
      residual += Math.abs(sweep.ranks[row] - before) - Math.abs(spread - before);
      if (sweep.shares[row] === 0) lost += jumping * own;
    }
    return { ranks: this.byEntity(into), iterations, residual, converged: residual < tolerance };
  }

  /**
   * a (I - (1 - a) A)^-1 v: what one jump by v becomes, dangling mass lost. With edges counted both ways it leaves the degrees
   * as they are. @param vector [Z] not negative
   */
  spreadOf(vector: Float64Array): PeprResult {
    const { sweep, rowOf } = this;
    const { jump, tolerance, maximumIterations } = this.options;
    const jumping = new Float64Array(this.entityCount);
    for (let e = 0; e < this.entityCount; e++) {
      sweep.ranks[rowOf[e]] = vector[e];
      jumping[rowOf[e]] = jump * vector[e];
    }
    sweep.start();
    const before = new Float64Array(this.entityCount);
    let residual = Number.POSITIVE_INFINITY;
    let iterations = 0;
    for (; residual >= tolerance && iterations < maximumIterations; iterations++) {
      before.set(sweep.ranks);
      sweep.spread(0);
      residual = 0;
      for (let row = 0; row < before.length; row++) {
        sweep.add(row, jumping[row]);
        residual += Math.abs(sweep.ranks[row] - before[row]);
      }
    }
    return { ranks: this.byEntity(), iterations, residual, converged: residual < tolerance };
  }

  close(): void {
    this.sweep.close();
  }

  private byEntity(into: Float64Array = new Float64Array(this.entityCount)): Float64Array {
    for (let e = 0; e < this.entityCount; e++) into[e] = this.sweep.ranks[this.rowOf[e]];
    return into;
  }

  /** Sets V_0. @returns its mass at dangling entities */
  private begin(): number {
    const { sweep, rowOf } = this;
    const { start } = this.options;
    let lost = 0;
    for (let e = 0; e < this.entityCount; e++) {
      const row = rowOf[e];
      sweep.ranks[row] = start === undefined ? 1 / this.entityCount : start[e];
      if (sweep.shares[row] === 0) lost += sweep.ranks[row];
    }
    sweep.start();
    return lost;
  }
}
