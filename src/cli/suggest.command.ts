import type { Command } from 'commander';
import { EmbeddingShelf } from '../api/embedding-shelf.store.js';
import { SuggestionQueries } from '../api/suggestion-queries.js';
import { SUGGESTION_LIMITS, type SuggestionsAnswer } from '../api/suggestions.view.js';
import { csvLine } from '../formats/delimited-line.js';
import { escapeFormula } from '../formats/spreadsheet-cell.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { integerUpTo, shelfOf } from './query-options.js';
import { workspaceOf } from './workspace-option.js';

interface SuggestOptions extends CommonOptions {
  kg: string;
  relation: string;
  headType?: string[];
  tailType?: string[];
  limit: number;
  perHead?: number;
  knownEnds: boolean;
  milliseconds?: number;
  csv?: boolean;
}

const COLUMNS = ['head_key', 'head', 'head_type', 'relation', 'tail_key', 'tail', 'tail_type', 'score'];

/** `medgraft kg suggest`: the twin of GET /v1/kgs/:kg/suggestions. */
export function completeSuggest(command: Command): void {
  const { limit, perHead } = SUGGESTION_LIMITS;
  command
    .requiredOption('--kg <name>', 'graph')
    .requiredOption('--relation <name>', 'its name')
    .option('--head-type <name...>', 'heads of these types (default: those that the relation has)')
    .option('--tail-type <name...>', 'tails of these types (default: those that the relation has)')
    .option('--limit <integer>', `how many, 1 to ${limit.maximum}`, integerUpTo(limit.maximum), limit.default)
    .option('--per-head <integer>', 'how many of one head, at most', integerUpTo(perHead.maximum))
    .option('--known-ends', 'only entities that already are heads, or tails, of the relation', false)
    .option('--milliseconds <integer>', 'time at most', integerUpTo(Number.MAX_SAFE_INTEGER))
    .option('--csv', 'as CSV; cells that a spreadsheet would run begin with an apostrophe')
    .action(() => showSuggestions(command.optsWithGlobals<SuggestOptions>()));
}

async function showSuggestions(options: SuggestOptions): Promise<void> {
  const { home, json, csv, kg, headType = [], tailType = [], ...question } = options;
  const graphs = shelfOf(home);
  const queries = new SuggestionQueries(new EmbeddingShelf(workspaceOf(home), graphs), graphs);
  const answer = await queries.suggest(kg, { ...question, headType, tailType });
  if (json) printJson(answer);
  else if (csv) printCsv(answer);
  else printTable(answer);
}

function printCsv({ relation, suggestions }: SuggestionsAnswer): void {
  printLine(csvLine(COLUMNS));
  for (const { head, tail, score } of suggestions) {
    const names = [head.key, head.name, head.type, relation, tail.key, tail.name, tail.type];
    printLine(csvLine([...names.map(escapeFormula), String(score)]));
  }
}

function printTable({ model, relation, headTypes, tailTypes, pairs, truncated, suggestions }: SuggestionsAnswer): void {
  const cut = truncated ? '; ended by milliseconds' : '';
  const types = `(${headTypes.join(', ')}) -[${relation}]-> (${tailTypes.join(', ')})`;
  printLine(`${model}: ${types}, best of ${pairs.toLocaleString('en-US')} pairs${cut}`);
  const rows = suggestions.map(({ head, tail, score }) => [score.toFixed(3), head.name, tail.name]);
  if (rows.length > 0) printLine(table(rows));
}
