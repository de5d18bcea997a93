/** What a text mentions, for the command line and the service. */
import { Injectable } from '@nestjs/common';
import type { RankedAdjacency } from '../graph/ranked-adjacency.js';
import type { ExplainedMention } from '../text/explained-linker.js';
import { neighbourView, viewOf } from './entity.view.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { CandidateView, LinkAnswer, LinkedEntityView, MentionView } from './link.view.js';
import type { LoadedGraph } from './loaded-graph.js';

const SHOWN_CANDIDATES = 10;

export interface LinkQuestion {
  text: string;
  /** Neighbours of each entity, and mentions, that are shown at most. */
  neighbours: number;
  mentions: number;
}

@Injectable()
export class LinkQueries {
  constructor(private readonly shelf: GraphShelf) {}

  /** @throws MedgraftError `graph.unknown` */
  async link(kg: string, { text, neighbours, mentions }: LinkQuestion): Promise<LinkAnswer> {
    const graph = await this.shelf.graph(kg);
    const [linker, adjacency] = await Promise.all([graph.linker(), graph.adjacency()]);
    const found = linker.link(text);
    const shown = found.slice(0, mentions).map((mention) => linker.explain(text, mention));
    const counts = new Map<number, number>();
    for (const { entity } of shown) counts.set(entity, (counts.get(entity) ?? 0) + 1);
    return {
      kg,
      ranked: graph.ranks !== undefined,
      shown: shown.length,
      total: found.length,
      mentions: shown.map((mention) => mentionView(graph, text, mention)),
      entities: Array.from(counts, ([entity, count]) => ({
        ...entityView(graph, adjacency, entity, neighbours),
        mentions: count,
      })),
    };
  }
}

function mentionView(graph: LoadedGraph, text: string, mention: ExplainedMention): MentionView {
  const { start, end, entity, matched, rule, candidates } = mention;
  return {
    start,
    end,
    text: text.slice(start, end),
    entity: graph.snapshot.entityKeys.at(entity),
    matched,
    rule,
    candidateCount: candidates.length,
    candidates: candidates.slice(0, SHOWN_CANDIDATES).map((candidate) => candidateView(graph, candidate)),
  };
}

function candidateView({ snapshot, ranks }: LoadedGraph, entity: number): CandidateView {
  return { ...viewOf(snapshot, entity), ...(ranks ? { rank: ranks[entity] } : {}) };
}

function entityView(
  graph: LoadedGraph,
  adjacency: RankedAdjacency,
  entity: number,
  limit: number,
): Omit<LinkedEntityView, 'mentions'> {
  const { snapshot, ranks } = graph;
  const { neighbours } = adjacency.page(entity, 0, limit);
  return {
    ...candidateView(graph, entity),
    degree: adjacency.degree(entity),
    neighbours: neighbours.map((neighbour) => neighbourView(snapshot, ranks, neighbour)),
  };
}
