import {
  type BootstrapOptions,
  bootstrapDifference,
  type Difference,
  type MeasuredRun,
  quantile,
} from './bootstrap.js';

/** All that was trained for one task, judged on one test set. */
export interface ComparedTask {
  readonly name: string;
  readonly title: string;
  /** The first one is compared by groups as well. */
  readonly figures: readonly string[];
  /** The test set's units: numbers of examples that are drawn together, such as the answers to one question. */
  readonly units: readonly (readonly number[])[];
  /** Share of each unit's tokens that lie in mentions of the graph. */
  readonly hitRatios: readonly number[];
  readonly runs: readonly ComparedRun[];
}

export interface ComparedRun {
  readonly variant: string;
  readonly seed: number;
  /** Figures on these examples of the test set. */
  judge(examples: readonly number[]): Readonly<Record<string, number>>;
}

export interface VariantFigures {
  readonly variant: string;
  readonly seeds: readonly number[];
  /** By figure: a value a seed, their mean, and their standard deviation (n - 1; NaN of one). */
  readonly figures: Readonly<Record<string, { values: readonly number[]; mean: number; deviation: number }>>;
}

export interface Contrast extends Difference {
  readonly variant: string;
  readonly against: string;
  readonly figure: string;
}

/** The same contrasts on a part of the test set. */
export interface GroupContrasts {
  readonly group: string;
  readonly units: number;
  readonly contrasts: readonly Contrast[];
}

export interface TaskComparison {
  readonly task: string;
  readonly title: string;
  readonly examples: number;
  readonly variants: readonly VariantFigures[];
  readonly contrasts: readonly Contrast[];
  readonly groups: readonly GroupContrasts[];
}

/**
 * @param pairs of variants that are set against each other
 */
export function compareTask(
  task: ComparedTask,
  pairs: readonly (readonly [variant: string, against: string])[],
  options: BootstrapOptions,
): TaskComparison {
  const variants = [...new Set(task.runs.map(({ variant }) => variant))];
  const known = pairs.filter((pair) => pair.every((variant) => variants.includes(variant)));
  const all = Array.from(task.units.keys());
  const contrast = (figure: string, units: readonly number[]) =>
    known.map(([variant, against]) => contrastOf(task, variant, against, figure, units, options));
  return {
    task: task.name,
    title: task.title,
    examples: task.units.reduce((sum, unit) => sum + unit.length, 0),
    variants: variants.map((variant) => figuresOf(task, variant)),
    contrasts: task.figures.flatMap((figure) => contrast(figure, all)),
    groups: groupsByHits(task.hitRatios).map(({ group, units }) => ({
      group,
      units: units.length,
      contrasts: contrast(task.figures[0], units),
    })),
  };
}

function figuresOf({ runs, figures, units }: ComparedTask, variant: string): VariantFigures {
  const own = runs.filter((run) => run.variant === variant);
  const judged = own.map((run) => run.judge(units.flat()));
  return {
    variant,
    seeds: own.map(({ seed }) => seed),
    figures: Object.fromEntries(
      figures.map((figure) => {
        const values = judged.map((values) => values[figure]);
        return [figure, { values, ...meanAndDeviation(values) }];
      }),
    ),
  };
}

function contrastOf(
  { runs, units }: ComparedTask,
  variant: string,
  against: string,
  figure: string,
  among: readonly number[],
  options: BootstrapOptions,
): Contrast {
  const measured = (name: string): MeasuredRun[] =>
    runs
      .filter((run) => run.variant === name)
      .map(({ seed, judge }) => ({
        seed,
        figure: (drawn) => judge(Array.from(drawn, (number) => units[among[number]]).flat())[figure],
      }));
  const difference = bootstrapDifference(measured(variant), measured(against), among.length, options);
  return { variant, against, figure, ...difference };
}

/** Units without a mention, and those with few and with many tokens in mentions: below and above the median of these. */
function groupsByHits(hitRatios: readonly number[]): { group: string; units: number[] }[] {
  const hit = hitRatios.filter((ratio) => ratio > 0).sort((a, b) => a - b);
  const median = quantile(hit, 0.5);
  const units = (belongs: (ratio: number) => boolean) =>
    Array.from(hitRatios.keys()).filter((unit) => belongs(hitRatios[unit]));
  const percent = `${(100 * median).toFixed(0)} %`;
  return [
    { group: 'no mention', units: units((ratio) => ratio === 0) },
    { group: `up to ${percent} of the tokens in mentions`, units: units((ratio) => ratio > 0 && ratio <= median) },
    { group: `more than ${percent}`, units: units((ratio) => ratio > median) },
  ].filter((group) => group.units.length > 0);
}

export function meanAndDeviation(values: readonly number[]): { mean: number; deviation: number } {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: values.length < 2 ? Number.NaN : Math.sqrt(squares / (values.length - 1)) };
}
