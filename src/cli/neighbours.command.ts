import { type Command, Option } from 'commander';
import { GraphQueries } from '../api/graph-queries.js';
import { DIRECTIONS } from '../api/neighbours-query.dto.js';
import type { EdgeDirection } from '../graph/neighbour-filter.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { addPageOptions, edgeOf, rankCell, shelfOf, shownLine } from './query-options.js';

interface NeighbourOptions extends CommonOptions {
  kg: string;
  entity: string;
  limit: number;
  cursor?: string;
  direction: EdgeDirection;
  relation?: string[];
  type?: string[];
}

/** `medgraft kg neighbours`: the twin of GET /v1/kgs/:kg/entities/:entity/neighbours. */
export function completeNeighbours(command: Command): void {
  addPageOptions(command)
    .requiredOption('--entity <text>', 'its key, name or alias')
    .addOption(new Option('--direction <which>', 'edges out of or into it').choices(DIRECTIONS).default('both'))
    .option('--relation <name...>', 'only these relations')
    .option('--type <name...>', 'only neighbours of these types')
    .action(() => showNeighbours(command.optsWithGlobals<NeighbourOptions>()));
}

async function showNeighbours({ home, json, kg, entity, relation, type, ...page }: NeighbourOptions): Promise<void> {
  const question = { ...page, relations: relation, types: type };
  const answer = await new GraphQueries(shelfOf(home)).neighbours(kg, entity, question);
  if (json) return printJson(answer);
  const others = answer.entity.sameName > 1 ? `, one of ${answer.entity.sameName} with this name` : '';
  printLine(`${answer.entity.name} (${answer.entity.type}, ${answer.entity.key}${others})`);
  printLine(table(answer.neighbours.map((each) => [edgeOf(each), each.name, each.type, rankCell(each.rank)])));
  printLine(`${shownLine(answer)}${answer.ranked ? '' : ' (not ranked: run medgraft kg rank)'}`);
}
