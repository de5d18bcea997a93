/**
 * The shortest paths between two entities: breadth-first search from both ends, the side with fewer edges first (Pohl 1971),
 * until the levels meet. All are counted, the first are listed: those through the most important entity of the middle first.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import { type NeighbourFilter, reversed } from './neighbour-filter.js';
import { PathSide } from './path-side.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

export interface PathQuestion {
  from: number;
  to: number;
  /** Edges as walked from `from`; types are those of the entities between the ends. */
  filter?: NeighbourFilter;
  /** Edges of a path at most. */
  longest: number;
  /** Paths that are listed at most. */
  limit: number;
}

export interface PathStep {
  relation: number;
  /** +1: walked from head to tail. */
  direction: 1 | -1;
  /** Where it leads. */
  entity: number;
}

export interface ShortestPaths {
  /** Each from `from` on; empty steps when both ends are one. */
  paths: PathStep[][];
  /** Edges of each; undefined when there is none that is short enough. */
  length?: number;
  /** How many there are, those listed among them. */
  found: number;
  /** Whether the time sufficed; if not, there may be paths, or more of them. */
  complete: boolean;
}

export function* shortestPaths(adjacency: RankedAdjacency, question: PathQuestion): SlicedWork<ShortestPaths> {
  const { from, to, filter, longest, limit } = question;
  if (from === to) return { paths: [[]], length: 0, found: 1, complete: true };
  const near = new PathSide(adjacency, from, to, filter);
  const far = new PathSide(adjacency, to, from, reversed(filter));
  while (near.depth + far.depth < longest) {
    const side = near.frontierEnds <= far.frontierEnds ? near : far;
    if (!(yield* side.advance())) return { paths: [], found: 0, complete: false };
    if (side.frontier.length === 0) break;
    const other = side === near ? far : near;
    const middle = side.frontier.filter((entity) => other.isIn(other.depth, entity));
    if (middle.length === 0) continue;
    const found = middle.reduce((sum, entity) => sum + near.countOf(entity) * far.countOf(entity), 0);
    middle.sort((a, b) => adjacency.places[a] - adjacency.places[b]);
    const paths = yield* listPaths(adjacency, near, far, middle, limit);
    const complete = paths.length === Math.min(limit, found);
    return { paths, length: near.depth + far.depth, found, complete };
  }
  return { paths: [], found: 0, complete: true };
}

function* listPaths(
  adjacency: RankedAdjacency,
  near: PathSide,
  far: PathSide,
  middle: readonly number[],
  limit: number,
): SlicedWork<PathStep[][]> {
  const paths: PathStep[][] = [];
  const beginnings = new Halves(adjacency, near);
  const ends = new Halves(adjacency, far);
  for (const entity of middle) {
    for (const beginning of beginnings.from(entity, near.depth)) {
      const first = forward(entity, beginning);
      for (const end of ends.from(entity, far.depth)) {
        if (paths.length === limit) return paths;
        paths.push([...first, ...end]);
        if (yield) return paths;
      }
    }
  }
  return paths;
}

/** Ways from an entity back to the end of its side. */
class Halves {
  private readonly known = new Map<number, number[]>();

  constructor(
    private readonly adjacency: RankedAdjacency,
    private readonly side: PathSide,
  ) {}

  *from(entity: number, depth: number): Generator<PathStep[]> {
    if (depth === 0) return yield [];
    const slots = this.known.get(entity) ?? this.side.edgesBack(entity, depth);
    this.known.set(entity, slots);
    for (const slot of slots) {
      const step = this.adjacency.neighbour(slot);
      for (const rest of this.from(step.entity, depth - 1)) yield [step, ...rest];
    }
  }
}

/** Steps from `entity` back to the first end, as steps from there to `entity`. */
function forward(entity: number, back: readonly PathStep[]): PathStep[] {
  const visited = [entity, ...back.map((step) => step.entity)];
  return back
    .map(({ relation, direction }, i) => ({ relation, direction: -direction as 1 | -1, entity: visited[i] }))
    .reverse();
}
