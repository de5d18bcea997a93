import { meanDeviation } from './metrics/mean-deviation.js';

/** Figures by name, of one seed on one set. */
export type Figures = Readonly<Record<string, number>>;

export interface SeedResult {
  readonly seed: number;
  /** The epoch that the development set chose, from 1. */
  readonly epoch: number;
  readonly dev: Figures;
  readonly test?: Figures;
}

/** `results.json`: what a fine-tuning, or an evaluation of one, came to. */
export interface TaskResults {
  readonly task: string;
  readonly title: string;
  readonly kg: string;
  readonly corpus: string;
  readonly graph: string;
  /** The figures of the table; the first one chooses. */
  readonly figures: readonly string[];
  readonly examples: Readonly<Record<string, number>>;
  readonly seeds: readonly SeedResult[];
  /** Set -> figure -> mean and standard deviation over the seeds. */
  readonly summary: Readonly<Record<string, Record<string, { mean: number; deviation: number }>>>;
  /** The seed of the best figure on the development set, of a fine-tuning. */
  readonly best?: number;
}

const SETS = ['dev', 'test'] as const;
const DIGITS = 2;

export function summarise(seeds: readonly SeedResult[]): TaskResults['summary'] {
  const sets = SETS.filter((set) => seeds.every((seed) => seed[set] !== undefined));
  return Object.fromEntries(
    sets.map((set) => {
      const figures = seeds.map((seed) => seed[set] as Figures);
      const names = Object.keys(figures[0]).filter((name) => figures.every((values) => values[name] !== undefined));
      return [
        set,
        Object.fromEntries(names.map((name) => [name, meanDeviation(figures.map((values) => values[name]))])),
      ];
    }),
  );
}

/** The seed whose development figure is largest, the first of equal ones. */
export function bestSeed(seeds: readonly SeedResult[], chosenBy: string): number {
  return [...seeds].sort((a, b) => b.dev[chosenBy] - a.dev[chosenBy])[0].seed;
}

/** In percent, as papers print them. */
export function resultsMarkdown(results: TaskResults): string {
  const { title, kg, corpus, graph, examples } = results;
  const counts = Object.entries(examples).map(([set, count]) => `${count} ${set}`);
  const [head, ...rows] = resultRows(results);
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  return [
    `# ${title}: ${kg}, ${corpus}, graph ${graph}`,
    '',
    `Examples: ${counts.join(', ')}. Figures in percent; the epoch of each seed is the best on dev by ${results.figures[0]}.`,
    `${examples['train'] === undefined ? 'Columns of test are of the file that was asked for' : 'The test set was read once, after the last seed'}. The deviation is that of the sample (n - 1).`,
    '',
    line(head),
    line(head.map(() => '---')),
    ...rows.map(line),
    '',
  ].join('\n');
}

/** The same table with commas, figures in percent. */
export function resultsCsv(results: TaskResults): string {
  return `${resultRows(results)
    .map((row) => row.join(','))
    .join('\n')}\n`;
}

function resultRows({ figures, seeds, summary }: TaskResults): string[][] {
  const columns = SETS.filter((set) => summary[set]).flatMap((set) => figures.map((figure) => ({ set, figure })));
  const percent = (value: number | undefined) => (value === undefined ? '' : (100 * value).toFixed(DIGITS));
  const over = (kind: 'mean' | 'deviation') => columns.map(({ set, figure }) => percent(summary[set][figure]?.[kind]));
  return [
    ['seed', 'epoch', ...columns.map(({ set, figure }) => `${set} ${figure}`)],
    ...seeds.map((seed) => [
      String(seed.seed),
      String(seed.epoch),
      ...columns.map(({ set, figure }) => percent(seed[set]?.[figure])),
    ]),
    ['mean', '', ...over('mean')],
    ['deviation', '', ...over('deviation')],
  ];
}
