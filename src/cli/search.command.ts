import type { Command } from 'commander';
import { SearchQueries } from '../api/search-queries.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { addPageOptions, rankCell, shelfOf, shownLine } from './query-options.js';

interface SearchOptions extends CommonOptions {
  kg: string;
  limit: number;
  cursor?: string;
  type?: string[];
}

/** `medgraft kg search <text>`: the twin of GET /v1/kgs/:kg/search. */
export function completeSearch(command: Command): void {
  addPageOptions(command)
    .argument('<text>', 'one character or more of a name or an alias')
    .option('--type <name...>', 'only entities of these types')
    .action((text: string) => showMatches(text, command.optsWithGlobals<SearchOptions>()));
}

async function showMatches(text: string, { home, json, kg, type, ...page }: SearchOptions): Promise<void> {
  const answer = await new SearchQueries(shelfOf(home)).search(kg, text, { ...page, types: type });
  if (json) return printJson(answer);
  const rows = answer.hits.map(({ key, name, type, match, alias, rank }) => [
    key,
    name,
    type,
    alias === undefined ? match : `${match}, alias ${alias}`,
    rankCell(rank),
  ]);
  if (rows.length > 0) printLine(table(rows));
  printLine(shownLine(answer));
}
