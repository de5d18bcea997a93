/**
 * How relevant entities are to given ones: the probability that a random walk from these, which stops before each step with
 * probability a and makes at most h steps, stops there. It is the series of personalised PageRank (Jeh and Widom 2003) to
 * its h-th power,  sum over k <= h of a (1 - a)^k P^k s,  computed by local push (Andersen, Chung and Lang 2006): an entity
 * hands on what it holds, in equal parts to its edges, unless that is less than eps an edge. A score is then at most
 * h eps degree too small (edges walked both ways), and the work at most h / eps edges whatever the graph, beside the seeds'.
 */
import type { NeighbourFilter } from './neighbour-filter.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

/** 1 - damping, as PageRank has it. */
const STOPS = 0.15;
const EPSILON = 1e-5;

export interface RelevanceQuestion {
  seeds: readonly number[];
  hops: number;
  filter?: NeighbourFilter;
}

export interface ScoredEntities {
  /** The highest score first, ties by rank. */
  entities: number[];
  scores: number[];
}

/** Letters: E entities. Its arrays serve one question after another; a question is answered in one go, within milliseconds. */
export class Relevance {
  /** [E] probability to have stopped here. */
  private readonly scores: Float64Array;
  /** [E] probability to be here now, and after the next step. */
  private held: Float64Array;
  private next: Float64Array;

  constructor(
    private readonly adjacency: RankedAdjacency,
    private readonly epsilon = EPSILON,
  ) {
    const length = adjacency.order.length;
    this.scores = new Float64Array(length);
    this.held = new Float64Array(length);
    this.next = new Float64Array(length);
  }

  /** @param limit entities at most */
  best({ seeds, hops, filter }: RelevanceQuestion, limit: number): ScoredEntities {
    const touched: number[] = [];
    for (const seed of seeds) this.held[seed] = 1 / seeds.length;
    let here: number[] = [...seeds];
    for (let step = 0; step <= hops; step++) {
      const there: number[] = [];
      for (const entity of here) {
        if (this.scores[entity] === 0) touched.push(entity);
        this.scores[entity] += STOPS * this.held[entity];
        if (step < hops) this.push(entity, step, filter, there);
        this.held[entity] = 0;
      }
      [this.held, this.next] = [this.next, this.held];
      here = there;
    }
    const { places } = this.adjacency;
    const compare = (a: number, b: number) => this.scores[b] - this.scores[a] || places[a] - places[b];
    const entities = firstOf(touched, limit, compare);
    const scores = entities.map((entity) => this.scores[entity]);
    for (const entity of touched) this.scores[entity] = 0;
    return { entities, scores };
  }

  /** Hands on what an entity holds; the seeds always do. */
  private push(entity: number, step: number, filter: NeighbourFilter | undefined, there: number[]): void {
    const { offsets, entities } = this.adjacency;
    const degree = this.adjacency.count(entity, filter);
    if (degree === 0 || (step > 0 && this.held[entity] < this.epsilon * degree)) return;
    const share = ((1 - STOPS) * this.held[entity]) / degree;
    for (let i = offsets[entity]; i < offsets[entity + 1]; i++) {
      if (filter !== undefined && !this.adjacency.passes(i, filter)) continue;
      const other = entities[i];
      if (this.next[other] === 0) there.push(other);
      this.next[other] += share;
    }
  }
}

/** The first of some, without sorting all: at most twice as many as are wanted are ever sorted. */
function firstOf(all: readonly number[], limit: number, compare: (a: number, b: number) => number): number[] {
  const kept: number[] = [];
  let last: number | undefined;
  for (const each of all) {
    if (last !== undefined && compare(each, last) > 0) continue;
    kept.push(each);
    if (kept.length < 2 * limit) continue;
    kept.sort(compare).length = limit;
    last = kept[limit - 1];
  }
  return kept.sort(compare).slice(0, limit);
}
