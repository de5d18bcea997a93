import type { Command } from 'commander';
import { PathQueries } from '../api/path-queries.js';
import { PATH_LIMITS } from '../api/paths-query.dto.js';
import { type CommonOptions, printJson, printLine } from './output.js';
import { addWalkOptions, edgeOf, integerUpTo, shelfOf, type WalkOptions } from './query-options.js';

interface PathsOptions extends CommonOptions, WalkOptions {
  kg: string;
  from: string;
  to: string;
  longest: number;
  limit: number;
  milliseconds: number;
}

/** `medgraft kg paths`: the twin of GET /v1/kgs/:kg/paths. */
export function completePaths(command: Command): void {
  const { longest, limit, milliseconds } = PATH_LIMITS;
  addWalkOptions(command)
    .requiredOption('--kg <name>', 'graph')
    .requiredOption('--from <text>', 'key, name or alias of the first entity')
    .requiredOption('--to <text>', 'key, name or alias of the second entity')
    .option('--longest <integer>', 'edges of a path at most', integerUpTo(longest.maximum), longest.default)
    .option('--limit <integer>', 'paths at most', integerUpTo(limit.maximum), limit.default)
    .option('--milliseconds <integer>', 'time at most', integerUpTo(milliseconds.maximum), milliseconds.default)
    .action(() => showPaths(command.optsWithGlobals<PathsOptions>()));
}

async function showPaths({ home, json, kg, relation, type, ...question }: PathsOptions): Promise<void> {
  const answer = await new PathQueries(shelfOf(home)).paths(kg, { ...question, relations: relation, types: type });
  if (json) return printJson(answer);
  for (const { steps } of answer.paths) {
    printLine([answer.from.name, ...steps.map((step) => `${edgeOf(step)} ${step.entity.name}`)].join(' '));
  }
  const length =
    answer.length === undefined ? `none of at most ${question.longest} edges` : `${answer.length} edges each`;
  const cut = answer.truncated ? `; ended by ${answer.endedBy.join(', ')}` : '';
  printLine(`${answer.shown} of ${answer.total} shortest paths, ${length}${cut}`);
}
