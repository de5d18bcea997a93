/**
 * `medgraft recipe <file>`: a published result again, by one command. The chain is run once for each seed; at the end stand
 * the last stage's figures by seed with their mean, and, where it is asked for, all of it as a small JSON file.
 */
import { basename } from 'node:path';
import type { Command } from 'commander';
import type { Artefact } from '../runs/artefact.js';
import { writeFileAtomically } from '../runs/atomic-file.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { integersFrom } from './query-options.js';
import { readRecipe } from './recipe.js';
import { runRecipe } from './run-recipe.js';

interface RecipeOptions extends CommonOptions {
  data?: string;
  seeds?: number[];
  out?: string;
}

interface SeedRun {
  readonly seed?: number;
  readonly hash: string;
  readonly seconds: number;
  readonly figures: Artefact['manifest']['figures'];
}

export function completeRecipe(command: Command): void {
  command
    .argument('<file>', 'the recipe, for example recipes/embedding/umls-complex.yaml')
    .option('--data <folder>', "where the recipe's data lies")
    .option('--seeds <integers>', "seeds with commas between them, in place of the recipe's", integersFrom(0))
    .option('--out <file>', 'also write the figures of all seeds as JSON')
    .action((file: string) => reproduce(file, command.optsWithGlobals<RecipeOptions>()));
}

async function reproduce(file: string, options: RecipeOptions): Promise<void> {
  const recipe = await readRecipe(file, options.data);
  const seeds = options.seeds ?? recipe.seeds;
  const runs: SeedRun[] = [];
  for (const seed of seeds.length > 0 ? seeds : [undefined]) {
    const results = await runRecipe(recipe, file, options, `medgraft recipe ${file}`, seed);
    const { hash, manifest } = results[results.length - 1];
    runs.push({ seed, hash, seconds: manifest.seconds, figures: manifest.figures });
    // A long recipe is often looked at before its last seed is through.
    await report(file, recipe.title, runs, options, runs.length === Math.max(1, seeds.length));
  }
}

async function report(
  file: string,
  title: string,
  runs: readonly SeedRun[],
  { json, out }: RecipeOptions,
  isLast: boolean,
): Promise<void> {
  const mean = meanFigures(runs);
  const result = { recipe: basename(file), title, runs, mean };
  if (out !== undefined) await writeFileAtomically(out, `${JSON.stringify(result, undefined, 2)}\n`);
  if (!isLast) return;
  if (json) return printJson({ kind: 'recipe', ...result });
  const names = Object.keys(mean);
  const row = (first: string, figures: Readonly<Record<string, unknown>>, seconds: number) => [
    first,
    ...names.map((name) => numberText(figures[name])),
    (seconds / 60).toFixed(1),
  ];
  const seconds = runs.reduce((sum, run) => sum + run.seconds, 0) / runs.length;
  printLine(title);
  printLine(
    table([
      ['seed', ...names, 'minutes'],
      ...runs.map((run) => row(String(run.seed ?? '-'), run.figures, run.seconds)),
      row('mean', mean, seconds),
    ]),
  );
}

/** Of the figures that are numbers. */
function meanFigures(runs: readonly SeedRun[]): Record<string, number> {
  const names = Object.keys(runs[0].figures).filter((name) => typeof runs[0].figures[name] === 'number');
  return Object.fromEntries(
    names.map((name) => [name, runs.reduce((sum, { figures }) => sum + Number(figures[name]), 0) / runs.length]),
  );
}

function numberText(value: unknown): string {
  if (typeof value !== 'number') return '';
  return String(Number.isInteger(value) ? value : Number(value.toPrecision(4)));
}
