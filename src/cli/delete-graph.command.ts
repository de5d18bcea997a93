import type { Command } from 'commander';
import type { RemovedResult } from '../api/graph-removals.dto.js';
import { GraphRemovals } from '../api/graph-removals.js';
import { withQueue } from './jobs.command.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { shelfOf } from './query-options.js';
import { workspaceOf } from './workspace-option.js';

interface DeleteOptions extends CommonOptions {
  kg: string;
  derived?: boolean;
  yes?: boolean;
}

/** `medgraft kg delete`: the twin of DELETE /v1/kgs/:kg, but a dry run unless `--yes` is given. */
export function completeDeleteGraph(command: Command): void {
  command
    .requiredOption('--kg <name>', 'graph')
    .option('--derived', 'also embeddings, linked corpora and models that were made with it')
    .option('--yes', 'do it; without, only what would go is shown')
    .action(() => deleteGraph(command.optsWithGlobals<DeleteOptions>()));
}

async function deleteGraph({ home, json, kg, derived = false, yes = false }: DeleteOptions): Promise<void> {
  const answer = await withQueue(home, (queue) =>
    new GraphRemovals(shelfOf(home), workspaceOf(home), queue).remove(kg, { derived, dryRun: !yes }),
  );
  if (json) return printJson(answer);
  printResults(answer.dryRun ? 'would go' : 'gone', answer.removed);
  printResults('stays', answer.kept);
  if (answer.dryRun) printLine('nothing was removed: --yes does it');
}

function printResults(what: string, results: readonly RemovedResult[]): void {
  const rows = results.map(({ stage, folder, bytes }) => [what, stage, folder, `${(bytes / 2 ** 20).toFixed(1)} MiB`]);
  if (rows.length > 0) printLine(table(rows));
}
