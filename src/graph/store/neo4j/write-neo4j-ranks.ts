/** Writes a ranking to the entities of a graph that is there, in batches; doing it twice changes nothing. */
import neo4j from 'neo4j-driver';
import { throwIfCancelled } from '../../../base/errors.js';
import type { StageEvent } from '../../../runs/stage.js';
import type { Neo4jConnection } from './neo4j-connection.js';
import { uidOf } from './uid.js';

const BATCH_ROWS = 10_000;

/** PageRank by entity id, and a name for where it is from. */
export interface Ranking {
  name: string;
  ranks: Float64Array;
}

/** @param number of the graph in the database */
export async function* writeNeo4jRanks(
  connection: Neo4jConnection,
  number: number,
  { name, ranks }: Ranking,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, void> {
  for (let from = 0; from < ranks.length; from += BATCH_ROWS) {
    throwIfCancelled(signal);
    const rows = Array.from(ranks.subarray(from, from + BATCH_ROWS), (rank, i) => [
      neo4j.int(uidOf(number, from + i)),
      rank,
    ]);
    await connection.write('rank/write-ranks', { rows });
    yield { kind: 'progress', phase: 'ranks', done: from + rows.length, total: ranks.length, unit: 'entities' };
  }
  await connection.write('rank/finish-ranks', { number, ranking: name });
}
