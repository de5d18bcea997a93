import { type Command, Option } from 'commander';
import type { SubgraphAnswer } from '../api/neighbourhood.view.js';
import { NeighbourhoodQueries } from '../api/neighbourhood-queries.js';
import { BUDGETS, SORTS, type Sort } from '../api/neighbourhood-query.dto.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { addWalkOptions, integerUpTo, rankCell, shelfOf, type WalkOptions } from './query-options.js';

interface SubgraphOptions extends CommonOptions, WalkOptions {
  kg: string;
  hops: number;
  sort: Sort;
  nodes: number;
  edges: number;
  milliseconds: number;
}

/** `medgraft kg neighbourhood`: the twin of GET /v1/kgs/:kg/entities/:entity/neighbourhood. */
export function completeNeighbourhood(command: Command): void {
  addBudgetOptions(command, 1, 2)
    .requiredOption('--entity <text>', 'its key, name or alias')
    .action(() => {
      const { entity, ...options } = command.optsWithGlobals<SubgraphOptions & { entity: string }>();
      return showSubgraph([entity], options);
    });
}

/** `medgraft kg subgraph <text...>`: the twin of POST /v1/kgs/:kg/subgraph. */
export function completeSubgraph(command: Command): void {
  addBudgetOptions(command, 0, 0)
    .argument('<text...>', 'keys, names or aliases of entities')
    .action((texts: string[]) => showSubgraph(texts, command.optsWithGlobals<SubgraphOptions>()));
}

function addBudgetOptions(command: Command, fewestHops: number, hops: number): Command {
  const { nodes, edges, milliseconds } = BUDGETS;
  const most = BUDGETS.hops.maximum;
  return addWalkOptions(command)
    .requiredOption('--kg <name>', 'graph')
    .option('--hops <integer>', `edges from there, ${fewestHops} to ${most}`, integerUpTo(most, fewestHops), hops)
    .addOption(new Option('--sort <order>', 'by distance and rank, or by relevance').choices(SORTS).default('rank'))
    .option('--nodes <integer>', 'entities at most', integerUpTo(nodes.maximum), nodes.default)
    .option('--edges <integer>', 'edges at most', integerUpTo(edges.maximum, 0), edges.default)
    .option('--milliseconds <integer>', 'time at most', integerUpTo(milliseconds.maximum), milliseconds.default);
}

async function showSubgraph(
  texts: readonly string[],
  { home, json, kg, relation, type, ...question }: SubgraphOptions,
): Promise<void> {
  const walked = { ...question, relations: relation, types: type };
  const answer = await new NeighbourhoodQueries(shelfOf(home)).subgraph(kg, texts, walked);
  if (json) return printJson(answer);
  const { entities, edges } = answer;
  printLine(
    table(
      entities.map(({ key, name, type: kind, hops, relevance, rank }) => [
        relevance === undefined ? `${hops}` : relevance.toExponential(3),
        name,
        kind,
        key,
        rankCell(rank),
      ]),
    ),
  );
  const names = new Map(entities.map(({ key, name }) => [key, name]));
  for (const { head, relation: by, tail } of edges) printLine(`${names.get(head)} -[${by}]-> ${names.get(tail)}`);
  printLine(countsLine(answer));
}

function countsLine({ shown, total, endedBy }: SubgraphAnswer): string {
  const least = total.exact ? '' : 'at least ';
  const cut = endedBy.length === 0 ? '' : `; ended by ${endedBy.join(', ')}`;
  return `${shown.entities} of ${least}${total.entities} entities, ${shown.edges} of ${total.edges} edges between them${cut}`;
}
