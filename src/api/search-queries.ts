/** Entities by a part of their name or alias, for the command line and the service. */
import { Injectable } from '@nestjs/common';
import { MedgraftError } from '../base/errors.js';
import { neighbourFilter } from '../graph/neighbour-filter.js';
import { normalizedName } from '../graph/search-names.js';
import { viewOf } from './entity.view.js';
import { type PageOf, pageCursors } from './graph-queries.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { SearchAnswer } from './search.view.js';

@Injectable()
export class SearchQueries {
  constructor(private readonly shelf: GraphShelf) {}

  /**
   * @param types only entities of these main types; none: all
   * @throws MedgraftError `graph.unknown`, `graph.type-unknown`, `query.empty`, `query.cursor`
   */
  async search(kg: string, query: string, question: PageOf & { types?: readonly string[] }): Promise<SearchAnswer> {
    if (normalizedName(query) === '') throw emptyQuery();
    const graph = await this.shelf.graph(kg);
    const { snapshot, ranks } = graph;
    const types = neighbourFilter(snapshot, { types: question.types })?.types;
    const cursors = pageCursors(graph, [query, question.types ?? []]);
    const from = cursors.start(question);
    const accepts = types && ((entity: number) => types[snapshot.entityTypes[entity]] === 1);
    const { total, matches } = (await graph.search()).search(query, { from, limit: question.limit, accepts });
    const end = from + matches.length;
    return {
      kg,
      query,
      ranked: ranks !== undefined,
      shown: matches.length,
      total,
      hits: matches.map(({ entity, kind, alias }) => ({
        ...viewOf(snapshot, entity),
        match: kind,
        ...(alias === undefined ? {} : { alias: snapshot.aliasTexts.at(alias) }),
        ...(ranks ? { rank: ranks[entity] } : {}),
      })),
      ...(end < total ? { next: cursors.encode(end) } : {}),
    };
  }
}

function emptyQuery(): MedgraftError {
  return new MedgraftError('input', 'query.empty', 'an empty text is in every name', {
    place: 'q',
    expected: 'one character or more',
  });
}
