/**
 * `medgraft smedbert compare <plan>`: does the graph help? Pre-trains and fine-tunes under equal budgets what the plan varies, and
 * writes tables of differences with bootstrap intervals, and curves. After each variant and seed they are written anew.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { type Series, seriesChart } from '../../report/series-chart.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import { compareTask } from '../../smedbert/comparison/compare-runs.js';
import {
  type Comparison,
  comparisonCsv,
  comparisonMarkdown,
  contrastsCsv,
} from '../../smedbert/comparison/comparison-report.js';
import { type CommonOptions, printJson, printLine } from '../output.js';
import { integersFrom } from '../query-options.js';
import { type ComparisonPlan, readComparisonPlan } from './comparison-plan.js';
import { type CurvePoint, pretrainedVariants, readComparedTask, readCurves } from './read-comparison.js';
import { runComparison, type TrainedVariant } from './run-comparison.js';

interface CompareOptions extends CommonOptions {
  data?: string;
  seeds?: number[];
  out?: string;
}

/** Of the bootstrap: the same plan has the same intervals. */
const BOOTSTRAP_SEED = 1;
/** What the picture shows of the held-out evaluations. */
const CURVES = [
  { figure: 'mlm', title: 'Held-out masked tokens, nats', file: 'curves-mlm.svg' },
  { figure: 'mentionMlm', title: 'Held-out masked tokens of mentions, nats', file: 'curves-mention-mlm.svg' },
];

export function completeCompare(command: Command): void {
  command
    .argument('<plan>', 'the plan, for example recipes/comparison/mini.yaml')
    .option('--data <folder>', "where the plan's data lies")
    .option('--seeds <integers>', "seeds with commas between them, in place of the plan's", integersFrom(0))
    .option('--out <folder>', 'also write tables and curves as files')
    .action((plan: string) => compare(plan, command.optsWithGlobals<CompareOptions>()));
}

async function compare(path: string, options: CompareOptions): Promise<void> {
  const read = await readComparisonPlan(path, options.data);
  const plan = { ...read, seeds: options.seeds ?? read.seeds };
  const trained: TrainedVariant[] = [];
  let comparison: Comparison | undefined;
  for await (const one of runComparison(plan, path, options)) {
    trained.push(one);
    comparison = await comparisonOf(plan, trained);
    if (options.out !== undefined) await writeComparison(options.out, comparison, await readCurves(trained));
  }
  if (comparison === undefined) return;
  if (options.json) printJson({ kind: 'comparison', ...comparison });
  else printLine(comparisonMarkdown(comparison));
}

async function comparisonOf(plan: ComparisonPlan, trained: readonly TrainedVariant[]): Promise<Comparison> {
  const { title, lead, replicates, contrasts } = plan;
  const options = { replicates, seed: BOOTSTRAP_SEED };
  const tasks = [];
  for (const { name } of plan.tasks) {
    tasks.push(compareTask(await readComparedTask(name, trained), contrasts, options));
  }
  return { title, lead, replicates, pretraining: pretrainedVariants(trained), tasks };
}

async function writeComparison(folder: string, comparison: Comparison, curves: readonly CurvePoint[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const write = (file: string, text: string) => writeFileAtomically(join(folder, file), text);
  await write('comparison.json', `${JSON.stringify(comparison, undefined, 2)}\n`);
  await write('comparison.md', comparisonMarkdown(comparison));
  await write('figures.csv', comparisonCsv(comparison));
  await write('differences.csv', contrastsCsv(comparison));
  await write('curves.csv', curvesCsv(curves));
  for (const { figure, title, file } of CURVES) {
    const series = seriesOf(curves, figure);
    if (series.length > 0) await write(file, seriesChart(series, { title, unit: 'steps' }));
  }
}

function curvesCsv(curves: readonly CurvePoint[]): string {
  const rows = curves.flatMap(({ variant, seed, step, figures }) =>
    Object.entries(figures).map(([figure, value]) => [variant, seed, step, figure, value].join(',')),
  );
  return `${['variant,seed,step,figure,value', ...rows].join('\n')}\n`;
}

/** Of each variant the mean over its seeds, at the steps that all of them have. */
function seriesOf(curves: readonly CurvePoint[], figure: string): Series[] {
  const variants = [...new Set(curves.map(({ variant }) => variant))];
  return variants.map((name) => {
    const own = curves.filter(({ variant, figures }) => variant === name && Number.isFinite(figures[figure]));
    const seeds = new Set(own.map(({ seed }) => seed)).size;
    const steps = [...new Set(own.map(({ step }) => step))].sort((a, b) => a - b);
    const points = steps
      .map((step) => own.filter((point) => point.step === step))
      .filter((points) => points.length === seeds)
      .map((points) => ({
        x: points[0].step,
        y: points.reduce((sum, { figures }) => sum + figures[figure], 0) / points.length,
      }));
    return { name, points };
  });
}
