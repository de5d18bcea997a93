import type { Command } from 'commander';
import { GraphQueries } from '../api/graph-queries.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import {
  addPageOptions,
  addWalkOptions,
  edgeOf,
  rankCell,
  shelfOf,
  shownLine,
  type WalkOptions,
} from './query-options.js';

interface NeighbourOptions extends CommonOptions, WalkOptions {
  kg: string;
  entity: string;
  limit: number;
  cursor?: string;
}

/** `medgraft kg neighbours`: the twin of GET /v1/kgs/:kg/entities/:entity/neighbours. */
export function completeNeighbours(command: Command): void {
  addWalkOptions(addPageOptions(command))
    .requiredOption('--entity <text>', 'its key, name or alias')
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
