/**
 * `medgraft demo`: the whole chain on toy_kg/ by recipes/demo.yaml, then its report in the terminal and as one page,
 * `report.html` in the workspace. What an earlier demo finished is taken from there.
 */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { reportPage } from '../../report/report-page.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import { readEnvironment } from '../../settings/environment.js';
import { type CommonOptions, printJson, printLine } from '../output.js';
import { readRecipe } from '../recipe.js';
import { runRecipe } from '../run-recipe.js';
import { homeOf } from '../workspace-option.js';
import { collectReport } from './collect-report.js';
import { terminalReport } from './terminal-report.js';

const RECIPE = fileURLToPath(new URL('../../../recipes/demo.yaml', import.meta.url));
const REPORT_FILE = 'report.html';

export function completeDemo(command: Command): void {
  command.action(() => runDemo(command.optsWithGlobals<CommonOptions>()));
}

async function runDemo(options: CommonOptions): Promise<void> {
  const recipe = await readRecipe(RECIPE);
  const results = await runRecipe(recipe, RECIPE, options, 'medgraft demo');
  const report = await collectReport(recipe, results);
  const path = join(homeOf(options.home, readEnvironment()), REPORT_FILE);
  await writeFileAtomically(path, reportPage(report));
  if (options.json) printJson({ kind: 'report', path });
  else printLine(`\n${terminalReport(report)}\n\nThe whole report: ${shownPath(path)}`);
}

/** Short where it lies below the current folder. */
function shownPath(path: string): string {
  const short = relative('', path);
  return short.startsWith('..') ? path : short;
}
