import type { Command } from 'commander';
import { listGraphs } from '../api/graph-queries.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { workspaceOf } from './workspace-option.js';

/** `medgraft kg list`. */
export function completeListGraphs(command: Command): void {
  command.action(async () => {
    const { home, json } = command.optsWithGlobals<CommonOptions>();
    const graphs = await listGraphs(workspaceOf(home));
    if (json) return graphs.forEach(printJson);
    if (graphs.length === 0) return printLine('no graph in this workspace; `medgraft kg import --help` makes one');
    const rows = graphs.map(({ kg, hash, importedAt, figures }) => [
      kg,
      hash,
      importedAt,
      Object.entries(figures)
        .map(([name, value]) => `${name} ${value}`)
        .join(', '),
    ]);
    printLine(table([['GRAPH', 'HASH', 'IMPORTED', 'FIGURES'], ...rows]));
  });
}
