import { CounterRandom } from '../../base/random.js';

/** One trained model, by what it is worth on any selection of the test set. */
export interface MeasuredRun {
  readonly seed: number;
  /** @param units numbers of the test set's units, some of them more than once */
  figure(units: Int32Array): number;
}

export interface Difference {
  /** Mean over ours minus mean over theirs, on the whole test set. */
  readonly difference: number;
  /** Ends of the interval that holds the middle 95 % of the replicates. */
  readonly lower: number;
  readonly upper: number;
  /** Share of the replicates in which ours is better. */
  readonly better: number;
}

export interface BootstrapOptions {
  readonly replicates: number;
  readonly seed: number;
}

const TAIL = 0.025;

/**
 * How much better ours are than theirs, with a bootstrap percentile interval (Efron and Tibshirani 1993). Each replicate draws
 * test units, the same for all models, and trainings: pairs where both sides have the same seeds. So the interval holds what
 * another test set and another training could have changed; with few seeds it is too narrow for the latter.
 * @param units of the test set
 */
export function bootstrapDifference(
  ours: readonly MeasuredRun[],
  theirs: readonly MeasuredRun[],
  units: number,
  { replicates, seed }: BootstrapOptions,
): Difference {
  const random = new CounterRandom(seed, 'comparison.bootstrap');
  const all = Int32Array.from({ length: units }, (_, unit) => unit);
  const isPaired = ours.length === theirs.length && ours.every((run, i) => run.seed === theirs[i].seed);
  const differences: number[] = [];
  const drawn = new Int32Array(units);
  for (let replicate = 0; replicate < replicates; replicate++) {
    for (let i = 0; i < units; i++) drawn[i] = random.below(units, replicate, i);
    const weights = drawRuns(ours.length, random, replicate, units);
    const other = isPaired ? weights : drawRuns(theirs.length, random, replicate, units + ours.length);
    const difference = weightedMean(ours, weights, drawn) - weightedMean(theirs, other, drawn);
    // A selection without anything to find has no figure.
    if (Number.isFinite(difference)) differences.push(difference);
  }
  differences.sort((a, b) => a - b);
  const even = (count: number) => new Float64Array(count).fill(1 / count);
  return {
    difference: weightedMean(ours, even(ours.length), all) - weightedMean(theirs, even(theirs.length), all),
    lower: quantile(differences, TAIL),
    upper: quantile(differences, 1 - TAIL),
    better: differences.filter((difference) => difference > 0).length / differences.length,
  };
}

/** How often each of `count` runs is drawn, as shares. */
function drawRuns(count: number, random: CounterRandom, replicate: number, from: number): Float64Array {
  const weights = new Float64Array(count);
  for (let i = 0; i < count; i++) weights[random.below(count, replicate, from + i)] += 1 / count;
  return weights;
}

function weightedMean(runs: readonly MeasuredRun[], weights: Float64Array, units: Int32Array): number {
  return runs.reduce((sum, run, i) => (weights[i] === 0 ? sum : sum + weights[i] * run.figure(units)), 0);
}

/** By linear interpolation. @param values ascending */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return Number.NaN;
  const place = share * (values.length - 1);
  const below = Math.floor(place);
  const above = Math.min(below + 1, values.length - 1);
  return values[below] + (place - below) * (values[above] - values[below]);
}
