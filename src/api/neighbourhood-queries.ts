/** Questions about the graph around some entities, for the command line and the service. */
import { Injectable } from '@nestjs/common';
import { type NeighbourQuestion, neighbourFilter } from '../graph/neighbour-filter.js';
import { type Neighbourhood, neighbourhood } from '../graph/neighbourhood.js';
import { viewOf } from './entity.view.js';
import { entityOf } from './graph-queries.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { LoadedGraph } from './loaded-graph.js';
import type { EdgeView, NodeView, SubgraphAnswer } from './neighbourhood.view.js';
import type { Sort } from './neighbourhood-query.dto.js';

export interface SubgraphQuestion extends NeighbourQuestion {
  /** 0: only the asked entities and the edges between them. */
  hops: number;
  sort: Sort;
  /** Entities and edges that are shown at most. */
  nodes: number;
  edges: number;
  /** From now on; the search then ends with what it has. */
  milliseconds: number;
}

@Injectable()
export class NeighbourhoodQueries {
  constructor(private readonly shelf: GraphShelf) {}

  /**
   * @param texts keys, names or aliases
   * @throws MedgraftError `graph.unknown`, `graph.entity-unknown`, `graph.relation-unknown`, `graph.type-unknown`
   */
  async subgraph(kg: string, texts: readonly string[], question: SubgraphQuestion): Promise<SubgraphAnswer> {
    const graph = await this.shelf.graph(kg);
    const asked = texts.map((text) => entityOf(graph, text));
    const seeds = [...new Set(asked.map(({ entity }) => entity))];
    const answer = await this.search(graph, seeds, question);
    return {
      kg,
      asked: asked.map(({ entity, candidates }) => ({ ...viewOf(graph.snapshot, entity), sameName: candidates })),
      ranked: graph.ranks !== undefined,
      shown: { entities: answer.entities.length, edges: answer.edges.length },
      total: { entities: answer.reachable, edges: answer.edgesFound, exact: answer.exact },
      truncated: answer.endedBy.length > 0,
      endedBy: answer.endedBy,
      entities: answer.entities.map((_, i) => nodeView(graph, answer, i)),
      edges: edgeViews(graph, answer),
    };
  }

  private async search(
    graph: LoadedGraph,
    seeds: readonly number[],
    { hops, sort, nodes, edges, milliseconds, ...walked }: SubgraphQuestion,
  ): Promise<Neighbourhood> {
    const filter = neighbourFilter(graph.snapshot, walked);
    const adjacency = await graph.adjacency();
    const relevance = sort === 'relevance' ? await graph.relevance() : undefined;
    const known = graph.reachable.of([seeds, hops, walked.direction, walked.relations, walked.types]);
    const question = { seeds, hops, filter, nodes, edges, reachable: known.count };
    const answer = await this.shelf.work.run(neighbourhood(adjacency, question, relevance), milliseconds);
    if (answer.exact) known.keep(answer.reachable);
    return answer;
  }
}

/** Names are decoded once each: there are more edges than entities. */
function edgeViews({ snapshot }: LoadedGraph, { entities, edges }: Neighbourhood): EdgeView[] {
  const keys = new Map(entities.map((entity) => [entity, snapshot.entityKeys.at(entity)]));
  const relations = new Map<number, string>();
  return edges.map(({ head, relation, tail }) => {
    const name = relations.get(relation) ?? snapshot.relationNames.at(relation);
    relations.set(relation, name);
    return { head: keys.get(head) ?? '', relation: name, tail: keys.get(tail) ?? '' };
  });
}

function nodeView(
  { snapshot, ranks }: LoadedGraph,
  { entities, distances, scores }: Neighbourhood,
  i: number,
): NodeView {
  const view: NodeView = viewOf(snapshot, entities[i]);
  if (ranks !== undefined) view.rank = ranks[entities[i]];
  if (distances !== undefined) view.hops = distances[i];
  if (scores !== undefined) view.relevance = scores[i];
  return view;
}
