/**
 * The space of a hyper-parameter search: settings of `kg.embed` that are drawn, and those that are the same in every trial.
 * Draws are independent (Bergstra and Bengio 2012, random search), and each is a function of (seed, setting, trial): trial 7
 * is the same whatever ran before it, and a setting more leaves the draws of the others as they are.
 */
import { CounterRandom } from '../../base/random.js';

export type SettingValue = number | string | boolean;
export type SettingValues = Readonly<Record<string, SettingValue>>;

export type SearchRange =
  /** One of them, all alike. */
  | { readonly kind: 'values'; readonly values: readonly SettingValue[] }
  /** A number, by its logarithm, or a whole number; both ends may come. */
  | { readonly kind: 'uniform' | 'log' | 'integer'; readonly low: number; readonly high: number };

export interface SearchedSetting {
  readonly name: string;
  readonly range: SearchRange;
  /** Only whole numbers. */
  readonly whole: boolean;
}

export interface SearchSpace {
  readonly fixed: SettingValues;
  readonly searched: readonly SearchedSetting[];
}

/** Drawn numbers have as many significant digits: more would make nothing better, and recipes harder to read. */
const DIGITS = 4;

export function drawTrial({ searched }: SearchSpace, seed: number, trial: number): SettingValues {
  return Object.fromEntries(
    searched.map(({ name, range, whole }) => {
      const random = new CounterRandom(seed, `embedding.search.${name}`);
      return [name, drawValue(range, whole, random, trial)];
    }),
  );
}

function drawValue(range: SearchRange, whole: boolean, random: CounterRandom, trial: number): SettingValue {
  if (range.kind === 'values') return range.values[random.below(range.values.length, trial, 0)];
  const { kind, low, high } = range;
  if (kind === 'integer') return low + random.below(high - low + 1, trial, 0);
  const share = random.uniform(trial, 0);
  const drawn = kind === 'log' ? low * (high / low) ** share : low + (high - low) * share;
  const rounded = whole ? Math.round(drawn) : Number(drawn.toPrecision(DIGITS));
  return Math.min(high, Math.max(low, rounded));
}
