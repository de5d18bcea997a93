/**
 * Local forward push (Andersen, Chung and Lang 2006, "Local graph partitioning using PageRank vectors"): the personalised
 * PageRank p_s of a seed without touching the whole graph. p_s = a 1_s + (1 - a) A p_s, mass of dangling entities lost.
 * Kept true by every push: p_s(v) = estimate(v) + sum over u of residual(u) p_u(v). A push at u turns a of its residual into
 * estimate and hands the rest to its targets; it stops when residual(u) <= epsilon d(u) everywhere. Therefore:
 * - 0 <= p_s(v) - estimate(v), and the L1 error is at most the sum of the residuals, which is returned: on any graph;
 * - p_s(v) - estimate(v) <= epsilon d(v) when every edge counts both ways (there d(u) p_u(v) = d(v) p_v(u));
 * - the d of all pushes sum to at most 1 / (epsilon a), whatever the size of the graph.
 * Letters: N entities, d out-weight, a probability of a jump.
 */
import type { PushRows } from './push-rows.js';

export interface PushOptions {
  /** a, above 0 and at most 1. */
  jump: number;
  /** Above 0. */
  epsilon: number;
}

export const PUSH_DEFAULTS: Readonly<PushOptions> = { jump: 0.15, epsilon: 1e-7 };

export interface PushResult {
  /** Entities with an estimate or a residual, in the order of first touch; valid until the next seed. */
  readonly touched: Uint32Array;
  /** Sum of the residuals: the bound of the L1 error. */
  readonly bound: number;
  /** Sum of the estimates. */
  readonly mass: number;
  readonly pushes: number;
  /** Edges walked. */
  readonly steps: number;
}

/** Arrays of the graph's size, made once and cleaned after each seed by what it touched. 21 bytes an entity. */
export class ForwardPush {
  /** [N] p of the last seed; 0 where nothing was pushed. */
  readonly estimate: Float64Array;
  /** [N] */
  readonly residual: Float64Array;
  private readonly touched: Uint32Array;
  private readonly seen: Uint8Array;
  private readonly queue: Uint32Array;
  private readonly queued: Uint8Array;
  private readonly options: PushOptions;
  private touchedCount = 0;

  constructor(
    private readonly rows: PushRows,
    options: Partial<PushOptions> = {},
  ) {
    this.options = { ...PUSH_DEFAULTS, ...options };
    this.estimate = new Float64Array(rows.entityCount);
    this.residual = new Float64Array(rows.entityCount);
    this.touched = new Uint32Array(rows.entityCount);
    this.seen = new Uint8Array(rows.entityCount);
    this.queue = new Uint32Array(rows.entityCount);
    this.queued = new Uint8Array(rows.entityCount);
  }

  from(seed: number): PushResult {
    this.clean();
    const { queue, queued, residual, estimate } = this;
    const { jump } = this.options;
    let [first, waiting, pushes, steps] = [0, 1, 0, 0];
    this.touch(seed);
    residual[seed] = 1;
    queue[0] = seed;
    queued[seed] = 1;
    while (waiting > 0) {
      const u = queue[first];
      first = first + 1 === queue.length ? 0 : first + 1;
      waiting--;
      queued[u] = 0;
      const mass = residual[u];
      residual[u] = 0;
      estimate[u] += jump * mass;
      waiting = this.spread(u, (1 - jump) * mass, first, waiting);
      pushes++;
      steps += this.rows.offsets[u + 1] - this.rows.offsets[u];
    }
    return { ...this.sums(), pushes, steps };
  }

  /** Hands mass to the targets of u, and queues those that now have too much. The queue is a ring. @returns its length */
  private spread(u: number, mass: number, first: number, waiting: number): number {
    const { offsets, targets, weights, degrees } = this.rows;
    const { residual, queue, queued, seen } = this;
    const { epsilon } = this.options;
    const share = mass / degrees[u];
    for (let i = offsets[u]; i < offsets[u + 1]; i++) {
      const v = targets[i];
      if (seen[v] === 0) this.touch(v);
      residual[v] += weights === undefined ? share : share * weights[i];
      if (queued[v] === 1 || residual[v] <= epsilon * degrees[v]) continue;
      queued[v] = 1;
      const place = first + waiting++;
      queue[place < queue.length ? place : place - queue.length] = v;
    }
    return waiting;
  }

  private touch(entity: number): void {
    this.seen[entity] = 1;
    this.touched[this.touchedCount++] = entity;
  }

  private clean(): void {
    for (let i = 0; i < this.touchedCount; i++) {
      const entity = this.touched[i];
      this.estimate[entity] = 0;
      this.residual[entity] = 0;
      this.seen[entity] = 0;
    }
    this.touchedCount = 0;
  }

  private sums(): Pick<PushResult, 'touched' | 'bound' | 'mass'> {
    const touched = this.touched.subarray(0, this.touchedCount);
    let [bound, mass] = [0, 0];
    for (const entity of touched) {
      bound += this.residual[entity];
      mass += this.estimate[entity];
    }
    return { touched, bound, mass };
  }
}
