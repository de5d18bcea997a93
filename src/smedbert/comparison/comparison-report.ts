import type { Contrast, TaskComparison, VariantFigures } from './compare-runs.js';
import { meanAndDeviation } from './compare-runs.js';

/** What a comparison came to, as a whole. */
export interface Comparison {
  readonly title: string;
  readonly lead: string;
  readonly pretraining: readonly PretrainedVariant[];
  readonly tasks: readonly TaskComparison[];
  readonly replicates: number;
}

/** Held-out text after pre-training. */
export interface PretrainedVariant {
  readonly variant: string;
  /** By seed: the evaluation's figures, steps and hours. */
  readonly seeds: readonly { readonly seed: number; readonly figures: Readonly<Record<string, number>> }[];
}

/** Columns of the pre-training table, and what they are called. */
const HELD_OUT: readonly (readonly [figure: string, title: string, digits: number])[] = [
  ['mlm', 'masked tokens, nats', 3],
  ['mentionMlm', 'those of mentions, nats', 3],
  ['accuracy', 'masked tokens guessed, %', 1],
  ['mentionAccuracy', 'those of mentions, %', 1],
  ['steps', 'steps', 0],
  ['hours', 'hours', 2],
];

/** Tables for people, in points of percent. */
export function comparisonMarkdown({ title, lead, pretraining, tasks, replicates }: Comparison): string {
  return [
    `# ${title}`,
    '',
    lead,
    '',
    ...section('## Held-out text after pre-training', pretrainingTable(pretraining)),
    ...tasks.flatMap((task) => taskSection(task)),
    'Means and standard deviations (n - 1) over seeds. Intervals hold the middle 95 % of',
    `${replicates} bootstrap replicates over test examples and trainings; "better" is the share of replicates above zero.`,
    '',
  ].join('\n');
}

/** A value a line: `task,variant,seed,figure,value`. */
export function comparisonCsv({ pretraining, tasks }: Comparison): string {
  const rows: (string | number)[][] = [['task', 'variant', 'seed', 'figure', 'value']];
  for (const { variant, seeds } of pretraining) {
    for (const { seed, figures } of seeds) {
      for (const [figure, value] of Object.entries(figures)) rows.push(['pretraining', variant, seed, figure, value]);
    }
  }
  for (const { task, variants } of tasks) {
    for (const { variant, seeds, figures } of variants) {
      for (const [figure, { values }] of Object.entries(figures)) {
        values.forEach((value, i) => {
          rows.push([task, variant, seeds[i], figure, value]);
        });
      }
    }
  }
  return `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

/** A difference a line: `task,group,variant,against,figure,difference,lower,upper,better`. */
export function contrastsCsv({ tasks }: Comparison): string {
  const rows: (string | number)[][] = [
    ['task', 'group', 'variant', 'against', 'figure', 'difference', 'lower', 'upper', 'better'],
  ];
  for (const { task, contrasts, groups } of tasks) {
    for (const { group, contrasts: own } of [{ group: 'all', contrasts }, ...groups]) {
      for (const { variant, against, figure, difference, lower, upper, better } of own) {
        rows.push([task, group, variant, against, figure, difference, lower, upper, better]);
      }
    }
  }
  return `${rows.map((row) => row.map(cell).join(',')).join('\n')}\n`;
}

function pretrainingTable(variants: readonly PretrainedVariant[]): string[] {
  const columns = HELD_OUT.filter(([figure]) =>
    variants.some(({ seeds }) => seeds.some((seed) => figure in seed.figures)),
  );
  if (variants.length === 0) return [];
  return table(
    ['variant', 'seeds', ...columns.map(([, title]) => title)],
    variants.map(({ variant, seeds }) => [
      variant,
      seeds.map(({ seed }) => seed).join(', '),
      ...columns.map(([figure, title, digits]) => {
        const scale = title.endsWith('%') ? 100 : 1;
        const values = seeds.map((seed) => seed.figures[figure]).filter((value) => value !== undefined);
        return values.length === 0 ? '' : spread(values, scale, digits);
      }),
    ]),
  );
}

function taskSection({ task, title, examples, variants, contrasts, groups }: TaskComparison): string[] {
  const figures = Object.keys(variants[0]?.figures ?? {});
  return [
    ...section(
      `## ${task}: ${title}, ${examples} test examples`,
      table(['variant', ...figures.map((figure) => `${figure}, %`), `${figures[0]} by seed`], variants.map(variantRow)),
    ),
    ...section(
      '',
      table(['difference, points', 'figure', 'mean', '95 % interval', 'better'], contrasts.map(contrastRow)),
    ),
    ...groups.flatMap(({ group, units, contrasts: own }) =>
      section(
        `${group} (${units}):`,
        table(['difference, points', 'figure', 'mean', '95 % interval', 'better'], own.map(contrastRow)),
      ),
    ),
  ];
}

function variantRow({ variant, seeds, figures }: VariantFigures): string[] {
  const values = Object.values(figures);
  const bySeed = values[0].values.map((value, i) => `${seeds[i]}: ${points(value)}`).join(', ');
  return [variant, ...values.map(({ values: own }) => spread(own, 100, 2)), bySeed];
}

function contrastRow({ variant, against, figure, difference, lower, upper, better }: Contrast): string[] {
  const interval = `${signed(lower)} to ${signed(upper)}`;
  return [`${variant} - ${against}`, figure, signed(difference), interval, `${(100 * better).toFixed(0)} %`];
}

/** Mean and deviation, the latter where there are several. */
function spread(values: readonly number[], scale: number, digits: number): string {
  const { mean, deviation } = meanAndDeviation(values.map((value) => value * scale));
  return Number.isNaN(deviation) ? mean.toFixed(digits) : `${mean.toFixed(digits)} ± ${deviation.toFixed(digits)}`;
}

function points(value: number): string {
  return (100 * value).toFixed(2);
}

function signed(value: number): string {
  return `${value >= 0 ? '+' : ''}${points(value)}`;
}

function section(head: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  return [...(head === '' ? [] : [head, '']), ...lines, ''];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  if (rows.length === 0) return [];
  const line = (cells: readonly string[]) => `| ${cells.map((text) => text.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)];
}

function cell(value: string | number): string {
  const text = String(value);
  return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
