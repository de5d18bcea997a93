/**
 * Brings a graph and its ranks into Neo4j, doing only what is not done yet: nothing when the same content is there whole,
 * the ranks alone when only these are new. What people deleted from it in the meantime is noticed by counting.
 */
import { createHash } from 'node:crypto';
import type { StageEvent } from '../../../runs/stage.js';
import type { GraphContent } from '../../graph-content.js';
import { hashContent } from '../graph-hash.js';
import { isWhole } from './count-graph.js';
import type { Neo4jConnection } from './neo4j-connection.js';
import { currentGraph, findGraph } from './stored-graph.js';
import { LAYOUT, writeNeo4jGraph } from './write-neo4j-graph.store.js';
import { type Ranking, writeNeo4jRanks } from './write-neo4j-ranks.js';

export interface PutOptions {
  kg: string;
  /** Hash of the graph's artefact: tells graphs apart whose sources tell the same facts in other parts. */
  artefact: string;
  ranking?: Ranking;
  signal: AbortSignal;
}

/** What is there afterwards; a type and no interface, so that it may serve as a stage's figures. */
export type PutFigures = {
  /** The graph's number in the database. */
  number: number;
  entities: number;
  triples: number;
  contentHash: string;
  contentId: string;
  /** Name of the ranking; empty without. */
  ranking: string;
};

export async function* putGraph(
  connection: Neo4jConnection,
  content: GraphContent,
  { kg, artefact, ranking, signal }: PutOptions,
): AsyncGenerator<StageEvent, PutFigures> {
  const contentHash = hashContent(content);
  const contentId = idOf([LAYOUT, contentHash, content.sources, content.parts === undefined ? '' : artefact]);
  const found = await findGraph(connection, kg);
  if (found?.contentId === contentId && !(await isWhole(connection, found))) {
    yield { kind: 'warning', message: `parts of ${kg} are missing in ${connection.place}: written again` };
    await connection.write('import/mark-replaced', { number: found.number });
  }
  yield* writeNeo4jGraph(connection, content, { kg, contentId, ranking, signal });
  const graph = await currentGraph(connection, kg);
  if (ranking !== undefined && graph.ranking !== ranking.name) {
    yield* writeNeo4jRanks(connection, graph.number, ranking, signal);
  }
  const { number, entities, triples } = graph;
  return { number, entities, triples, contentHash, contentId, ranking: ranking?.name ?? graph.ranking };
}

function idOf(content: unknown): string {
  return createHash('sha256').update(JSON.stringify(content)).digest('hex');
}

/** @param figures of an earlier `putGraph` @returns what of it the server no longer holds, as part of a sentence */
export async function lostOf(
  connection: Neo4jConnection,
  kg: string,
  { contentId, ranking }: Readonly<Record<string, unknown>>,
): Promise<string | undefined> {
  const found = await findGraph(connection, kg);
  if (found === undefined) return `${connection.place} no longer has ${kg}`;
  if (found.contentId !== contentId) return `${connection.place} has another ${kg}`;
  if (found.ranking !== ranking) return `${connection.place} has other ranks of ${kg}`;
  return (await isWhole(connection, found)) ? undefined : `${connection.place} no longer has all of ${kg}`;
}
