/** Deletes graphs of a name in bounded batches. What is interrupted is taken up by the next deletion of that name. */
import { throwIfCancelled } from '../../../base/errors.js';
import type { StageEvent } from '../../../runs/stage.js';
import { neo4jSettings } from '../../../settings/neo4j-settings.js';
import { connectNeo4j, type Neo4jConnection } from './neo4j-connection.js';
import { currentGraph } from './stored-graph.js';
import { idOf, uidRange } from './uid.js';

const ENTITIES = 5000;
const EDGES = 10_000;

/** @param except number of the graph that stays; none by default */
export async function* deleteGraphs(
  connection: Neo4jConnection,
  kg: string,
  signal: AbortSignal,
  except = -1,
): AsyncGenerator<StageEvent, void> {
  for (const [number] of await connection.read('import/find-replaced', { kg, except })) {
    yield* deleteGraph(connection, number as number, signal);
  }
}

async function* deleteGraph(
  connection: Neo4jConnection,
  number: number,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, void> {
  await connection.write('import/mark-replaced', { number });
  const [[last]] = await connection.read('import/last-entity', uidRange(number));
  const total = last === null ? 0 : idOf(last as number) + 1;
  for (let from = 0; from < total; from += ENTITIES) {
    const range = uidRange(number, from, from + ENTITIES);
    let deleted: unknown;
    do {
      throwIfCancelled(signal);
      [[deleted]] = await connection.write('import/delete-edges', { ...range, limit: EDGES });
    } while (deleted === EDGES);
    await connection.write('import/delete-entities', range);
    const done = Math.min(total, from + ENTITIES);
    yield { kind: 'progress', phase: 'delete the old graph', done, total, unit: 'entities' };
  }
  await connection.write('import/delete-graph', { number });
}

export interface ServerDeletion {
  kg: string;
  server: string;
  entities: number;
  triples: number;
  dryRun: boolean;
}

/** Deletes the graph from the server of the environment. @throws MedgraftError `graph.neo4j-missing`, those of a connection */
export async function deleteFromServer(kg: string, dryRun: boolean): Promise<ServerDeletion> {
  const connection = await connectNeo4j(neo4jSettings());
  try {
    const { entities, triples } = await currentGraph(connection, kg);
    if (!dryRun) for await (const _ of deleteGraphs(connection, kg, new AbortController().signal));
    return { kg, server: connection.place, entities, triples, dryRun };
  } finally {
    await connection.close();
  }
}
