import type { Command } from 'commander';
import { OverviewQueries } from '../api/overview-queries.js';
import { type CommonOptions, printJson, printLine, table } from './output.js';
import { shelfOf } from './query-options.js';

interface OverviewOptions extends CommonOptions {
  kg: string;
}

/** `medgraft kg show`, `statistics` and `schema`: the twins of GET /v1/kgs/:kg, /statistics and /schema. */
export function completeShowGraph(command: Command): void {
  complete(
    command,
    (queries, kg) => queries.details(kg),
    ({ hash, importedAt, figures, sources, ranking }) => {
      const rows = [
        ['hash', hash],
        ['imported', importedAt],
        ...Object.entries(figures).map(([name, value]) => [`  ${name}`, String(value)]),
        ...sources.map(({ name, licence, origin }) => ['source', [name, licence, origin].filter(Boolean).join(', ')]),
        ['ranked', ranking?.rankedAt ?? 'not yet: run medgraft kg rank'],
        ...Object.entries(ranking?.figures ?? {}).map(([name, value]) => [`  ${name}`, String(value)]),
      ];
      printLine(table(rows));
    },
  );
}

export function completeStatistics(command: Command): void {
  complete(
    command,
    (queries, kg) => queries.statistics(kg),
    ({ counts, types, relations, degrees, hubs, components }) => {
      const { isolated, mean, median, percentile99, largest } = degrees;
      const rows = [
        ...Object.entries(counts).map(([name, value]) => [name, String(value)]),
        ['components', `${components.count}, the largest of ${components.largest} entities`],
        ['degree', `mean ${mean.toFixed(2)}, median ${median}, 99 of 100 at most ${percentile99}, largest ${largest}`],
        ['isolated', String(isolated)],
        ...types.map(({ type, entities }) => ['type', `${type} ${entities}`]),
        ...relations.map(({ relation, triples }) => ['relation', `${relation} ${triples}`]),
        ...hubs.map(({ name, type, degree }) => ['hub', `${name} (${type}) ${degree}`]),
      ];
      printLine(table(rows));
    },
  );
}

export function completeSchema(command: Command): void {
  complete(
    command,
    (queries, kg) => queries.schema(kg),
    ({ patterns, shown, total }) => {
      const rows = patterns.map(({ headType, relation, tailType, triples }) => [
        String(triples),
        `${headType} -[${relation}]-> ${tailType}`,
      ]);
      printLine(table(rows));
      printLine(`${shown} of ${total} patterns`);
    },
  );
}

function complete<A>(
  command: Command,
  ask: (queries: OverviewQueries, kg: string) => Promise<A>,
  show: (answer: A) => void,
): void {
  command.requiredOption('--kg <name>', 'graph').action(async () => {
    const { home, json, kg } = command.optsWithGlobals<OverviewOptions>();
    const answer = await ask(new OverviewQueries(shelfOf(home)), kg);
    if (json) printJson(answer);
    else show(answer);
  });
}
