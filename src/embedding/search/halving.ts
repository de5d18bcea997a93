/**
 * Successive halving (Jamieson and Talwalkar 2016): all trials get a few epochs, the best 1/eta of them eta times as many,
 * and so on, until the last get all. A random search is the case of one rung.
 */

export interface Rung {
  /** That a trial has had at its end, all together. */
  readonly epochs: number;
  /** At most: those that failed do not come so far. */
  readonly trials: number;
}

export interface HalvingOptions {
  readonly trials: number;
  /** Of the last rung. */
  readonly epochs: number;
  /** Of the first one, at least. */
  readonly firstEpochs: number;
  /** Eta: a rung has so many times the epochs of the one before, and as much fewer trials. */
  readonly reduction: number;
  /** Rungs end where a training evaluates, so that an evaluation more does not change when it stops. */
  readonly evaluateEvery: number;
}

/** From the first to the last. The epochs are counted down from the last: it has exactly what the user asked for. */
export function rungsOf({ trials, epochs, firstEpochs, reduction, evaluateEvery }: HalvingOptions): Rung[] {
  const budgets = [epochs];
  for (let budget = epochs / reduction; budget >= firstEpochs; budget /= reduction) {
    const rounded = Math.ceil(budget / evaluateEvery) * evaluateEvery;
    if (rounded < budgets[0]) budgets.unshift(rounded);
  }
  return budgets.map((each, rung) => ({
    epochs: each,
    trials: Math.max(1, Math.floor(trials / reduction ** rung)),
  }));
}

export interface Scored {
  readonly trial: number;
  /** undefined: failed. */
  readonly mrr?: number;
}

/** The best first; equals in their order; without those that failed. */
export function ranked<T extends Scored>(rows: readonly T[]): T[] {
  const scoreOf = ({ mrr }: T) => mrr ?? Number.NEGATIVE_INFINITY;
  return rows.filter(({ mrr }) => mrr !== undefined).sort((a, b) => scoreOf(b) - scoreOf(a) || a.trial - b.trial);
}

/** Each trial where it was trained longest, those of the last rung first, the better ones before the others. */
export function standings<T extends Scored & { readonly rung: number }>(rows: readonly T[]): T[] {
  const longest = new Map<number, T>();
  for (const row of ranked(rows)) {
    if (row.rung >= (longest.get(row.trial)?.rung ?? 0)) longest.set(row.trial, row);
  }
  return ranked([...longest.values()]).sort((a, b) => b.rung - a.rung);
}

/** The trials that go on, in their order. */
export function survivors(rows: readonly Scored[], count: number): number[] {
  return ranked(rows)
    .slice(0, count)
    .map(({ trial }) => trial)
    .sort((a, b) => a - b);
}
