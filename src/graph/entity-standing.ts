/** How an entity stands in its graph: edges in and out, distinct neighbours, and its place by rank. */
import type { Adjacency, GraphSnapshot } from './graph-snapshot.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

export interface EntityStanding {
  /** Triples whose head it is. */
  outDegree: number;
  /** Triples whose tail it is. */
  inDegree: number;
  /** Other entities at the ends of these. */
  neighbours: number;
  /** 1 for the most important entity. */
  place: number;
}

export function entityStanding(snapshot: GraphSnapshot, adjacency: RankedAdjacency, entity: number): EntityStanding {
  return {
    outDegree: degreeOf(snapshot.outgoing, entity),
    inDegree: degreeOf(snapshot.incoming, entity),
    neighbours: adjacency.distinctNeighbours(entity),
    place: adjacency.places[entity] + 1,
  };
}

export function degreeOf({ offsets }: Adjacency, entity: number): number {
  return offsets[entity + 1] - offsets[entity];
}
