import { type Command, InvalidArgumentError } from 'commander';
import { GraphQueries, LARGEST_PAGE } from '../api/graph-queries.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { workspaceOf } from './workspace-option.js';

interface NeighbourOptions extends CommonOptions {
  kg: string;
  entity: string;
  limit: number;
}

/** `medgraft kg neighbours`: the twin of GET /v1/kgs/:kg/entities/:entity/neighbours. */
export function completeNeighbours(command: Command): void {
  command
    .requiredOption('--kg <name>', 'graph')
    .requiredOption('--entity <text>', 'its key, name or alias')
    .option('--limit <integer>', `how many, 1 to ${LARGEST_PAGE}`, toLimit, 20)
    .action(() => showNeighbours(command.optsWithGlobals<NeighbourOptions>()));
}

async function showNeighbours({ home, json, kg, entity, limit }: NeighbourOptions): Promise<void> {
  const answer = await new GraphQueries(workspaceOf(home)).neighbours(kg, entity, { limit });
  if (json) return printJson(answer);
  const others = answer.entity.sameName > 1 ? `, one of ${answer.entity.sameName} with this name` : '';
  printLine(`${answer.entity.name} (${answer.entity.type}, ${answer.entity.key}${others})`);
  printLine(
    table(
      answer.neighbours.map(({ direction, relation, name, type, rank }) => [
        direction === 'out' ? `-[${relation}]->` : `<-[${relation}]-`,
        name,
        type,
        rank === undefined ? '' : rank.toExponential(3),
      ]),
    ),
  );
  printLine(
    `${answer.neighbours.length} of ${answer.total}${answer.ranked ? '' : ' (not ranked: run medgraft kg rank)'}`,
  );
}

function toLimit(text: string): number {
  const limit = Number(text);
  if (Number.isInteger(limit) && limit >= 1 && limit <= LARGEST_PAGE) return limit;
  throw new InvalidArgumentError(`expected a whole number from 1 to ${LARGEST_PAGE}.`);
}
