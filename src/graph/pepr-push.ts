/**
 * PEPR by local push. Equation 1 is linear in its jump vector, and P is a mixture: (Z - 1) / (2Z - 1) of the entity alone and
 * Z / (2Z - 1) even. So V_e = (Z - 1) / (2Z - 1) p_e + Z / (2Z - 1) g, where g, the same for all entities, is iterated once, and
 * p_e is pushed (forward-push.ts). What the push leaves, residual r, is about c d, and what c d becomes is known, c q: so
 * c q is added to the estimate where that makes the bound smaller, sum |r - c d| instead of sum r. (With edges counted both
 * ways q = d.) For dangling mass that jumps, V is divided by its sum (pepr.ts).
 * Letters: Z entities, p_e personalised PageRank of e alone, g global PageRank, d out-weights and q what they become, both
 * divided by the sum of d.
 */
import { ForwardPush, PUSH_DEFAULTS, type PushOptions, type PushResult } from './forward-push.js';
import type { DanglingMass, Pepr } from './pepr.js';
import type { PushRows } from './push-rows.js';

export interface PeprPushOptions extends PushOptions {
  dangling: DanglingMass;
}

export interface PeprPushResult extends PushResult {
  /** Bound of the L1 error of V, and so of each of its entries. */
  readonly error: number;
}

/** What all entities' V have in common. */
export interface SharedParts {
  /** [Z] g */
  readonly global: Float64Array;
  /** [Z] q */
  readonly spreadDegrees: Float64Array;
  /** Bound of the L1 errors of g and q together. */
  readonly error: number;
}

/** @param pepr over the same edges and with the same jump */
export function sharedParts(pepr: Pepr, { entityCount, degrees }: PushRows, jump: number): SharedParts {
  const total = sum(degrees);
  const even = pepr.spreadOf(new Float64Array(entityCount).fill(1 / entityCount));
  const byDegree = pepr.spreadOf(total === 0 ? degrees : degrees.map((degree) => degree / total));
  const error = ((even.residual + byDegree.residual) * (1 - jump)) / jump;
  return { global: even.ranks, spreadDegrees: byDegree.ranks, error };
}

export class PeprPush {
  private readonly push: ForwardPush;
  private readonly dangling: DanglingMass;
  /** Factors of p_e and of g. */
  private readonly own: number;
  private readonly even: number;
  private readonly sums: { readonly global: number; readonly spreadDegrees: number; readonly degrees: number };
  private scale = 1;
  /** c: how much of the residual is spread by degree. */
  private share = 0;

  constructor(
    private readonly rows: PushRows,
    private readonly shared: SharedParts,
    options: Partial<PeprPushOptions> = {},
  ) {
    const { dangling = 'jump', ...push } = options;
    this.push = new ForwardPush(rows, { ...PUSH_DEFAULTS, ...push });
    this.dangling = dangling;
    const whole = 2 * rows.entityCount - 1;
    this.own = (rows.entityCount - 1) / whole;
    this.even = rows.entityCount / whole;
    this.sums = {
      global: sum(shared.global),
      spreadDegrees: sum(shared.spreadDegrees),
      degrees: sum(rows.degrees),
    };
  }

  /** Pushes from an entity; `at` then gives its V. */
  of(entity: number): PeprPushResult {
    const result = this.push.from(entity);
    const error = this.own * this.spreadRest(result) + this.shared.error;
    if (this.dangling === 'lost') {
      this.scale = 1;
      return { ...result, error };
    }
    const mass = result.mass + this.share * this.sums.spreadDegrees;
    const total = this.own * mass + this.even * this.sums.global;
    this.scale = 1 / total;
    // y' = y + m with sums Y' and Y: |y / Y - y' / Y'| <= (|m| + |Y - Y'|) / Y' <= 2 |m| / Y'.
    return { ...result, error: (2 * error) / total };
  }

  /** V of the last entity at another. */
  at(entity: number): number {
    const { global, spreadDegrees } = this.shared;
    const own = this.push.estimate[entity] + this.share * spreadDegrees[entity];
    return this.scale * (this.own * own + this.even * global[entity]);
  }

  /** Sets c. @returns the bound of the L1 error of p_e */
  private spreadRest({ touched, bound }: PushResult): number {
    const { degrees } = this.rows;
    const total = this.sums.degrees;
    if (total === 0) return bound;
    let [apart, seen] = [0, 0];
    for (const entity of touched) {
      apart += Math.abs(this.push.residual[entity] - (bound * degrees[entity]) / total);
      seen += degrees[entity];
    }
    apart += bound * (1 - seen / total);
    this.share = apart < bound ? bound : 0;
    return Math.min(apart, bound);
  }
}

function sum(values: Float64Array): number {
  return values.reduce((total, value) => total + value, 0);
}
