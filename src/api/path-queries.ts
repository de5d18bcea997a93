/** Paths between two entities, for the command line and the service. */
import { Injectable } from '@nestjs/common';
import { type NeighbourQuestion, neighbourFilter } from '../graph/neighbour-filter.js';
import { type PathStep, shortestPaths } from '../graph/shortest-paths.js';
import { viewOf } from './entity.view.js';
import { entityOf } from './graph-queries.js';
import { GraphShelf } from './graph-shelf.store.js';
import type { LoadedGraph } from './loaded-graph.js';
import type { PathStepView, PathsAnswer } from './paths.view.js';

export interface PathsQuestion extends NeighbourQuestion {
  /** Keys, names or aliases. */
  from: string;
  to: string;
  /** Edges of a path at most. */
  longest: number;
  /** Paths that are shown at most. */
  limit: number;
  milliseconds: number;
}

@Injectable()
export class PathQueries {
  constructor(private readonly shelf: GraphShelf) {}

  /** @throws MedgraftError `graph.unknown`, `graph.entity-unknown`, `graph.relation-unknown`, `graph.type-unknown` */
  async paths(kg: string, question: PathsQuestion): Promise<PathsAnswer> {
    const graph = await this.shelf.graph(kg);
    const { snapshot } = graph;
    const from = entityOf(graph, question.from);
    const to = entityOf(graph, question.to);
    const filter = neighbourFilter(snapshot, question);
    const { longest, limit, milliseconds } = question;
    const work = shortestPaths(await graph.adjacency(), { from: from.entity, to: to.entity, filter, longest, limit });
    const { paths, length, found, complete } = await this.shelf.work.run(work, milliseconds);
    const endedBy: PathsAnswer['endedBy'] = [];
    if (paths.length === limit && found > limit) endedBy.push('limit');
    if (!complete) endedBy.push('milliseconds');
    return {
      kg,
      from: { ...viewOf(snapshot, from.entity), sameName: from.candidates },
      to: { ...viewOf(snapshot, to.entity), sameName: to.candidates },
      ...(length === undefined ? {} : { length }),
      shown: paths.length,
      total: found,
      truncated: endedBy.length > 0,
      endedBy,
      paths: paths.map((path) => ({ steps: path.map((step) => stepView(graph, step)) })),
    };
  }
}

function stepView({ snapshot }: LoadedGraph, { relation, direction, entity }: PathStep): PathStepView {
  return {
    relation: snapshot.relationNames.at(relation),
    direction: direction === 1 ? 'out' : 'in',
    entity: viewOf(snapshot, entity),
  };
}
