/**
 * PEPR by local push. Equation 1 is linear in its jump vector, and P is a mixture: (Z - 1) / (2Z - 1) of the entity alone and
 * Z / (2Z - 1) even. So V_e = (Z - 1) / (2Z - 1) p_e + Z / (2Z - 1) g, where g, the same for all entities, is iterated once, and
 * p_e is pushed (forward-push.ts). For dangling mass that jumps, V is divided by its sum (pepr.ts).
 * Letters: Z entities, p_e personalised PageRank of e alone, g global PageRank, both with dangling mass lost.
 */
import { ForwardPush, PUSH_DEFAULTS, type PushOptions, type PushResult } from './forward-push.js';
import type { DanglingMass } from './pepr.js';
import type { PushRows } from './push-rows.js';

export interface PeprPushOptions extends PushOptions {
  dangling: DanglingMass;
}

export interface PeprPushResult extends PushResult {
  /** Bound of the L1 error of V, and so of each of its entries. */
  readonly error: number;
}

export class PeprPush {
  private readonly push: ForwardPush;
  private readonly dangling: DanglingMass;
  /** Factors of p_e and of g. */
  private readonly own: number;
  private readonly even: number;
  private readonly globalSum: number;
  private scale = 1;

  /** @param global [Z] g: the ranks of `Pepr.global` over the same edges and with the same jump */
  constructor(
    rows: PushRows,
    private readonly global: Float64Array,
    options: Partial<PeprPushOptions> = {},
  ) {
    const { dangling = 'jump', ...push } = options;
    this.push = new ForwardPush(rows, { ...PUSH_DEFAULTS, ...push });
    this.dangling = dangling;
    const whole = 2 * rows.entityCount - 1;
    this.own = (rows.entityCount - 1) / whole;
    this.even = rows.entityCount / whole;
    this.globalSum = global.reduce((sum, rank) => sum + rank, 0);
  }

  /** Pushes from an entity; `at` then gives its V. The error does not count that of g. */
  of(entity: number): PeprPushResult {
    const result = this.push.from(entity);
    const missing = this.own * result.bound;
    if (this.dangling === 'lost') {
      this.scale = 1;
      return { ...result, error: missing };
    }
    const sum = this.own * result.mass + this.even * this.globalSum;
    this.scale = 1 / sum;
    // V = y / Y and y - y' sums to `missing` at most: |y / Y - y' / Y'| <= 2 missing / Y, and Y >= Y'.
    return { ...result, error: (2 * missing) / sum };
  }

  /** V of the last entity at another. */
  at(entity: number): number {
    return this.scale * (this.own * this.push.estimate[entity] + this.even * this.global[entity]);
  }
}
