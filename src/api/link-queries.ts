/** What a text mentions, for the command line and the service. */
import { Injectable } from '@nestjs/common';
import type { RankedAdjacency } from '../graph/ranked-adjacency.js';
import type { ExplainedLinker, ExplainedMention } from '../text/explained-linker.js';
import type { Mention } from '../text/linker.js';
import type { AmbiguityRule, ResolvedMention, ScoredCandidate } from '../text/resolve-ambiguity.js';
import { neighbourView, viewOf } from './entity.view.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { CandidateView, LinkAnswer, LinkedEntityView, MentionCandidateView, MentionView } from './link.view.js';
import type { LoadedGraph } from './loaded-graph.js';

const SHOWN_CANDIDATES = 10;

export interface LinkQuestion {
  text: string;
  /** Neighbours of each entity, and mentions, that are shown at most. */
  neighbours: number;
  mentions: number;
  /** Which entity an ambiguous surface means, and by context: the least score that is linked, and the weight of ranks. */
  ambiguity: AmbiguityRule;
  ambiguityThreshold: number;
  priorWeight: number;
}

@Injectable()
export class LinkQueries {
  constructor(private readonly shelf: GraphShelf) {}

  /** @throws MedgraftError `graph.unknown` */
  async link(kg: string, question: LinkQuestion): Promise<LinkAnswer> {
    const { text, neighbours, mentions } = question;
    const graph = await this.shelf.graph(kg);
    const [linker, adjacency] = await Promise.all([graph.linker(), graph.adjacency()]);
    const { found, unlinked } = await this.mentionsOf(question, linker, adjacency);
    const shown = found.slice(0, mentions).map((mention) => linker.explain(text, mention));
    const counts = new Map<number, number>();
    for (const { entity } of shown) counts.set(entity, (counts.get(entity) ?? 0) + 1);
    return {
      kg,
      ranked: graph.ranks !== undefined,
      shown: shown.length,
      total: found.length,
      unlinked,
      mentions: shown.map((mention) => mentionView(graph, text, mention)),
      entities: Array.from(counts, ([entity, count]) => ({
        ...entityView(graph, adjacency, entity, neighbours),
        mentions: count,
      })),
    };
  }

  /** Mentions, and how many were left out for the scores of their candidates. */
  private async mentionsOf(
    { text, ambiguity, ambiguityThreshold: threshold, priorWeight }: LinkQuestion,
    linker: ExplainedLinker,
    adjacency: RankedAdjacency,
  ): Promise<{ found: readonly (Mention | ResolvedMention)[]; unlinked: number }> {
    if (ambiguity === 'exact') return { found: linker.link(text), unlinked: 0 };
    const all = await this.shelf.work.run(linker.resolveInSlices(text, adjacency, { threshold, priorWeight }));
    const found = all.filter(({ linked }) => linked);
    return { found, unlinked: all.length - found.length };
  }
}

function mentionView(graph: LoadedGraph, text: string, mention: ExplainedMention): MentionView {
  const { start, end, entity, matched, rule, candidates, scores } = mention;
  return {
    start,
    end,
    text: text.slice(start, end),
    entity: graph.snapshot.entityKeys.at(entity),
    matched,
    rule,
    candidateCount: candidates.length,
    candidates: candidates.slice(0, SHOWN_CANDIDATES).map((candidate, i) => ({
      ...candidateView(graph, candidate),
      ...scoresOf(scores?.[i]),
    })),
  };
}

function scoresOf(scored: ScoredCandidate | undefined): Pick<MentionCandidateView, 'prior' | 'context' | 'score'> {
  if (scored === undefined) return {};
  const { prior, context, score } = scored;
  return { prior, context, score };
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
