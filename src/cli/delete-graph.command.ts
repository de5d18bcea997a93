import { type Command, Option } from 'commander';
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
  from: 'embedded' | 'neo4j';
}

/** `medgraft kg delete`: the twin of DELETE /v1/kgs/:kg, but a dry run unless `--yes` is given. */
export function completeDeleteGraph(command: Command): void {
  command
    .requiredOption('--kg <name>', 'graph')
    .addOption(
      new Option('--from <store>', 'the workspace, or the server of MEDGRAFT_NEO4J_URI')
        .choices(['embedded', 'neo4j'])
        .default('embedded'),
    )
    .option('--derived', 'also embeddings, linked corpora and models that were made with it')
    .option('--yes', 'do it; without, only what would go is shown')
    .action(() => {
      const options = command.optsWithGlobals<DeleteOptions>();
      return options.from === 'neo4j' ? deleteFromNeo4j(options) : deleteGraph(options);
    });
}

async function deleteFromNeo4j({ json, kg, yes = false }: DeleteOptions): Promise<void> {
  const { deleteFromServer } = await import('../graph/store/neo4j/delete-graphs.js');
  const answer = await deleteFromServer(kg, !yes);
  if (json) return printJson(answer);
  const { server, entities, triples, dryRun } = answer;
  printLine(`${dryRun ? 'would go' : 'gone'} from ${server}: ${entities} entities, ${triples} triples`);
  if (dryRun) printLine('nothing was removed: --yes does it');
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
