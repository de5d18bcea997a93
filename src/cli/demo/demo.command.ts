/**
 * `medgraft demo`: the whole chain on toy_kg/ by recipes/demo.yaml, then its report in the terminal and as one page,
 * `report.html` in the workspace. What an earlier demo finished is taken from there.
 */
import { join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { reportPage } from '../../report/report-page.js';
import type { Artefact } from '../../runs/artefact.js';
import { writeFileAtomically } from '../../runs/atomic-file.js';
import { readEnvironment } from '../../settings/environment.js';
import { parseSettings } from '../../settings/parse-settings.js';
import { stageEntry } from '../../stages.js';
import { type Interrupt, listenForInterrupt } from '../interrupt.js';
import { type CommonOptions, printJson, printLine } from '../output.js';
import { followStage } from '../stage.command.js';
import { homeOf } from '../workspace-option.js';
import { collectReport } from './collect-report.js';
import { type Recipe, readRecipe } from './recipe.js';
import { terminalReport } from './terminal-report.js';

const RECIPE = fileURLToPath(new URL('../../../recipes/demo.yaml', import.meta.url));
const REPORT_FILE = 'report.html';

export function completeDemo(command: Command): void {
  command.action(() => runDemo(command.optsWithGlobals<CommonOptions>()));
}

async function runDemo(options: CommonOptions): Promise<void> {
  const recipe = await readRecipe(RECIPE);
  const results = await runRecipe(recipe, options);
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

/** Runs the stages of a recipe in order; @returns their results */
async function runRecipe({ steps }: Recipe, options: CommonOptions): Promise<Artefact[]> {
  const interrupt = listenForInterrupt(() =>
    process.stderr.write(
      '\nstopping at the next safe point (`medgraft demo` goes on from there); again to stop at once\n',
    ),
  );
  try {
    const results: Artefact[] = [];
    for (const [i, { stage, settings }] of steps.entries()) {
      results.push(await runStep(stage, settings, `[${i + 1}/${steps.length}]`, options, interrupt));
    }
    return results;
  } finally {
    interrupt.dispose();
  }
}

async function runStep(
  name: string,
  values: Readonly<Record<string, unknown>>,
  count: string,
  options: CommonOptions,
  interrupt: Interrupt,
): Promise<Artefact> {
  const entry = stageEntry(name);
  process.stderr.write(`${count} ${name}: ${entry.summary}\n`);
  const stage = await entry.load();
  return followStage(
    stage,
    parseSettings(stage.settings, values, `${relative('', RECIPE)}, ${name}`),
    options,
    interrupt,
  );
}
