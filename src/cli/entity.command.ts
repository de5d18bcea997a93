import type { Command } from 'commander';
import { GraphQueries } from '../api/graph-queries.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { rankCell, shelfOf } from './query-options.js';

interface EntityOptions extends CommonOptions {
  kg: string;
}

/** `medgraft kg entity <text>`: the twin of GET /v1/kgs/:kg/entities/:entity. */
export function completeEntity(command: Command): void {
  command
    .requiredOption('--kg <name>', 'graph')
    .argument('<text>', 'its key, name or alias')
    .action((text: string) => showEntity(text, command.optsWithGlobals<EntityOptions>()));
}

async function showEntity(text: string, { home, json, kg }: EntityOptions): Promise<void> {
  const answer = await new GraphQueries(shelfOf(home)).entity(kg, text);
  if (json) return printJson(answer);
  const { key, name, sameName, types, aliases, properties, sources, degrees, rank, place } = answer.entity;
  const rows: [string, string][] = [
    ['name', sameName > 1 ? `${name}, one of ${sameName} with this name` : name],
    ['key', key],
    ['types', types.join(', ')],
    ['aliases', aliases.join(', ')],
    ['degree', `${degrees.out} out, ${degrees.in} in, ${degrees.neighbours} neighbours`],
    ['rank', rank === undefined ? 'not ranked: run medgraft kg rank' : `${rankCell(rank)}, place ${place}`],
    ['sources', sources.join(', ')],
    ...Object.entries(properties).map(([property, value]): [string, string] => [`  ${property}`, shown(value)]),
  ];
  printLine(table(rows));
}

function shown(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
