/**
 * A graph's content into Neo4j, beside whatever else the database holds: entities, then edges, in bounded batches over two
 * lanes. Readers go on with the graph that the name stood for until all is in; then the old one is deleted. An interrupted
 * writing goes on by the content's id, on any machine.
 */

import { MedgraftError } from '../../../base/errors.js';
import { eventsOf } from '../../../runs/event-channel.js';
import type { StageEvent } from '../../../runs/stage.js';
import type { GraphContent } from '../../graph-content.js';
import type { WriteOptions } from '../../graph-store.js';
import { hashContent } from '../graph-hash.js';
import { deleteGraphs } from './delete-graphs.js';
import { type Batch, edgeBatches, edgeRows, entityBatches, entityRows, isBare } from './graph-batches.js';
import { checkKeys } from './key-length.js';
import { migrateSchema } from './migrate-schema.js';
import type { Neo4jConnection } from './neo4j-connection.js';
import { type LaneBatch, WriteLane } from './write-lane.js';
import type { Ranking } from './write-neo4j-ranks.js';

/** Raised when graphs are laid out or cut into batches in another way: what another version left unfinished is not gone on with. */
export const LAYOUT = 1;

/** Two use both the server's and our time; more gain nothing on edges that share their ends. */
const LANES = 2;

export interface Neo4jWriteOptions extends WriteOptions {
  kg: string;
  /** Written to the entities as `rank`. */
  ranking?: Ranking;
}

/**
 * @throws MedgraftError `run.cancelled`, `graph.neo4j-unreachable`, `graph.neo4j-changed`, `graph.neo4j-key-length`, and those of a
 *   connection
 */
export async function* writeNeo4jGraph(
  connection: Neo4jConnection,
  content: GraphContent,
  { kg, contentId, ranking, signal }: Neo4jWriteOptions,
): AsyncGenerator<StageEvent, void> {
  checkKeys(content);
  await migrateSchema(connection);
  const { number, state, done } = await beginGraph(connection, kg, contentId);
  if (state !== 'complete') {
    const lanes = done.map((batches, n) => new WriteLane(connection, kg, `${number}/${n}`, batches));
    yield* sendAll(lanes, content, number, ranking?.ranks, signal);
    await finishGraph(connection, number, content, ranking?.name);
  }
  yield* deleteGraphs(connection, kg, signal, number);
}

interface BegunGraph {
  number: number;
  state: string;
  /** Batches that each lane has in. */
  done: number[];
}

async function beginGraph(connection: Neo4jConnection, kg: string, contentId: string): Promise<BegunGraph> {
  const [[number, state, done]] = await connection.write('import/begin-graph', { kg, contentId, lanes: LANES });
  return { number: number as number, state: state as string, done: done as number[] };
}

async function* sendAll(
  lanes: readonly WriteLane[],
  content: GraphContent,
  number: number,
  ranks: Float64Array | undefined,
  signal: AbortSignal,
): AsyncGenerator<StageEvent, void> {
  const entities = entityBatches(content).map((batch) =>
    laneBatch('import/write-entities', batch, () => entityRows(content, batch, number, ranks)),
  );
  // Nulls for what a graph does not have would cost the server time.
  const statement = isBare(content) ? 'import/write-bare-edges' : 'import/write-edges';
  const edges = edgeBatches(content).map((batch) =>
    laneBatch(statement, batch, () => edgeRows(content, batch, number)),
  );
  const total = content.snapshot.entityCount + content.snapshot.tripleCount;
  const firsts = lanes.map(() => 0);
  let written = 0;
  // Edges need all their ends, so each lane waits for the others in between.
  for (const batches of [entities, edges]) {
    yield* eventsOf<StageEvent, void>(async (push) => {
      const told = ({ size }: LaneBatch) => {
        written += size;
        return push({ kind: 'progress', phase: 'neo4j', done: written, total, unit: 'rows' });
      };
      await allSettled(lanes.map((lane, n) => lane.send(batchesOfLane(batches, n), firsts[n], signal, told)));
    });
    for (const n of lanes.keys()) firsts[n] += batchesOfLane(batches, n).length;
  }
}

function laneBatch(statement: LaneBatch['statement'], { from, to }: Batch, rows: LaneBatch['rows']): LaneBatch {
  return { statement, size: to - from, rows };
}

function batchesOfLane(batches: readonly LaneBatch[], lane: number): LaneBatch[] {
  return batches.filter((_, n) => n % LANES === lane);
}

/** Waits for all, so that nothing is under way any more when the first failure is thrown. */
async function allSettled(work: Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(work)) if (result.status === 'rejected') throw result.reason;
}

async function finishGraph(
  connection: Neo4jConnection,
  number: number,
  content: GraphContent,
  ranking = '',
): Promise<void> {
  const { snapshot, sources } = content;
  const { relationNames, entityCount, tripleCount } = snapshot;
  const properties = {
    entities: entityCount,
    triples: tripleCount,
    relations: Array.from({ length: relationNames.length }, (_, id) => relationNames.at(id)),
    sources: sources.map((source) => JSON.stringify(source)),
    contentHash: hashContent(content),
    ranking,
  };
  const rows = await connection.write('import/finish-graph', { number, properties });
  if (rows.length > 0) return;
  throw new MedgraftError('conflict', 'graph.neo4j-changed', 'another graph took this place while it was written', {
    place: connection.place,
    hint: 'two copies of the same name ran at once; run the one that shall stay again',
  });
}
