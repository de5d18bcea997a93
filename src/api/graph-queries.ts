/**
 * Questions about a graph of the workspace, the same for the command line and the service: graphs, and neighbours of an
 * entity. Answered from memory; nothing here queries a database in a loop.
 */
import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { MedgraftError } from '../base/errors.js';
import { entityStanding } from '../graph/entity-standing.js';
import { findEntity } from '../graph/find-entity.js';
import { type NeighbourQuestion, neighbourFilter } from '../graph/neighbour-filter.js';
import type { Workspace } from '../runs/workspace.js';
import { neighbourView, viewOf } from './entity.view.js';
import type { EntityAnswer } from './entity-details.view.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { GraphView } from './graphs.view.js';
import type { LoadedGraph } from './loaded-graph.js';
import type { NeighbourAnswer } from './neighbours.view.js';
import { decodeCursor, encodeCursor } from './page-cursor.js';

export const LARGEST_PAGE = 1000;

export interface PageOf {
  limit: number;
  cursor?: string;
}

@Injectable()
export class GraphQueries {
  constructor(private readonly shelf: GraphShelf) {}

  /**
   * Everything that is known of an entity: what the store keeps, and how it stands in the graph.
   * @param text the entity's key, name or alias
   * @throws MedgraftError `graph.unknown`, `graph.entity-unknown`, `graph.store-missing` and the store's others
   */
  async entity(kg: string, text: string): Promise<EntityAnswer> {
    const graph = await this.shelf.graph(kg);
    const { snapshot, ranks, store } = graph;
    const { entity, candidates } = entityOf(graph, text);
    const view = viewOf(snapshot, entity);
    const [record, sources] = await Promise.all([store.entity(view.key), store.sourcesOf(view.key)]);
    const { outDegree, inDegree, neighbours, place } = entityStanding(snapshot, await graph.adjacency(), entity);
    return {
      kg,
      entity: {
        ...view,
        sameName: candidates,
        types: record?.types ?? [view.type],
        aliases: record?.aliases ?? [],
        properties: record?.properties ?? {},
        sources,
        degrees: { out: outDegree, in: inDegree, neighbours },
        ...(ranks === undefined ? {} : { rank: ranks[entity], place }),
      },
    };
  }

  /**
   * Neighbours of an entity by rank, ties by key and relation.
   * @param text the entity's key, name or alias
   * @throws MedgraftError `graph.unknown`, `graph.entity-unknown`, `graph.relation-unknown`, `graph.type-unknown`,
   *   `query.cursor`
   */
  async neighbours(kg: string, text: string, question: NeighbourQuestion & PageOf): Promise<NeighbourAnswer> {
    const graph = await this.shelf.graph(kg);
    const { snapshot, ranks } = graph;
    const adjacency = await graph.adjacency();
    const found = entityOf(graph, text);
    const filter = neighbourFilter(snapshot, question);
    const { direction = 'both', relations = [], types = [] } = question;
    const cursors = pageCursors(graph, [found.entity, direction, relations, types]);
    const { neighbours, next } = adjacency.page(found.entity, cursors.start(question), question.limit, filter);
    return {
      kg,
      entity: { ...viewOf(snapshot, found.entity), sameName: found.candidates },
      ranked: ranks !== undefined,
      shown: neighbours.length,
      total: adjacency.count(found.entity, filter),
      neighbours: neighbours.map((neighbour) => neighbourView(snapshot, ranks, neighbour)),
      ...(next === undefined ? {} : { next: cursors.encode(next) }),
    };
  }
}

/** The graphs of a workspace, by name. */
export async function listGraphs(workspace: Workspace): Promise<GraphView[]> {
  const imported = await workspace.newestOfEach('kg.import');
  return imported.map(({ hash, manifest }) => ({
    kg: manifest.labels['kg'],
    hash,
    importedAt: manifest.createdAt,
    figures: manifest.figures,
  }));
}

/** @throws MedgraftError `graph.entity-unknown` */
export function entityOf({ kg, snapshot, ranks }: LoadedGraph, text: string) {
  const found = findEntity(snapshot, text, ranks);
  if (found !== undefined) return found;
  throw new MedgraftError('missing', 'graph.entity-unknown', `the graph ${kg} has no such entity`, {
    place: 'entity',
    expected: 'a key, a name or an alias, exactly as in the graph',
    got: JSON.stringify(text.slice(0, 100)),
    hint: `medgraft kg search --kg ${kg} <text> finds parts of names`,
  });
}

/** Cursors hold for one version of the graph and one question: places of another would lead anywhere. */
export function pageCursors({ version }: LoadedGraph, question: readonly unknown[]) {
  // Most questions are answered in one page, and need none.
  const bound = () => {
    const asked = createHash('sha256').update(JSON.stringify(question)).digest('hex').slice(0, 8);
    return `${version}.${asked}`;
  };
  return {
    start: ({ cursor }: PageOf) => (cursor === undefined ? 0 : decodeCursor(cursor, bound())),
    encode: (place: number) => encodeCursor(place, bound()),
  };
}
