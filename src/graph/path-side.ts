/**
 * One side of a search for shortest paths from both ends: levels of entities around an end, with the number of shortest
 * paths to each (the counts of Brandes 2001). Several edges of a pair make several paths.
 */
import type { SlicedWork } from '../base/sliced-work.js';
import type { NeighbourFilter } from './neighbour-filter.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

/** Edges between pauses. */
const PAUSE = 1 << 14;

export class PathSide {
  /** In the order of discovery: level by level. */
  readonly entities: number[] = [];
  /** Shortest paths from the origin to each of `entities`. */
  readonly counts: number[] = [];
  /** Where each level begins in `entities`, and the end of the last. */
  private readonly starts = [0];
  /** [E] place in `entities` + 1; 0: not found. */
  private readonly slots: Int32Array;

  /**
   * @param otherEnd passes whatever its type
   * @param filter edges as seen from the origin's side
   */
  constructor(
    private readonly adjacency: RankedAdjacency,
    origin: number,
    private readonly otherEnd: number,
    private readonly filter: NeighbourFilter | undefined,
  ) {
    this.slots = new Int32Array(adjacency.order.length);
    this.add(origin, 1);
    this.starts.push(1);
  }

  /** Edges from the origin to the last level. */
  get depth(): number {
    return this.starts.length - 2;
  }

  /** The last level. */
  get frontier(): number[] {
    return this.level(this.depth);
  }

  level(depth: number): number[] {
    return this.entities.slice(this.starts[depth], this.starts[depth + 1]);
  }

  /** Edge ends that the next level is found by. */
  get frontierEnds(): number {
    return this.frontier.reduce((sum, entity) => sum + this.adjacency.degree(entity), 0);
  }

  isIn(depth: number, entity: number): boolean {
    const slot = this.slots[entity] - 1;
    return slot >= this.starts[depth] && slot < this.starts[depth + 1];
  }

  countOf(entity: number): number {
    return this.counts[this.slots[entity] - 1] ?? 0;
  }

  /** One level further. @returns whether the time sufficed; if not, the level is not there */
  *advance(): SlicedWork<boolean> {
    const { offsets, entities } = this.adjacency;
    const [from, end] = this.starts.slice(-2);
    let steps = 0;
    for (let at = from; at < end; at++) {
      const entity = this.entities[at];
      for (let slot = offsets[entity]; slot < offsets[entity + 1]; slot++) {
        if ((++steps & (PAUSE - 1)) === 0 && (yield)) return false;
        const other = entities[slot];
        const found = this.slots[other] - 1;
        if ((found >= 0 && found < end) || !this.admits(slot)) continue;
        if (found < 0) this.add(other, this.counts[at]);
        else this.counts[found] += this.counts[at];
      }
    }
    this.starts.push(this.entities.length);
    return true;
  }

  /**
   * The edges by which shortest paths come to an entity of a level, in the order of its row.
   * @returns slots of its row
   */
  edgesBack(entity: number, depth: number): number[] {
    const { offsets, entities } = this.adjacency;
    const end = offsets[entity + 1];
    const slots: number[] = [];
    const take = (slot: number) => {
      if (this.admitsBack(slot)) slots.push(slot);
    };
    const size = this.starts[depth] - this.starts[depth - 1];
    if (size * Math.log2(end - offsets[entity] + 1) < end - offsets[entity]) {
      for (const other of this.level(depth - 1)) {
        const first = this.adjacency.find(entity, other);
        for (let slot = first ?? end; slot < end && entities[slot] === other; slot++) take(slot);
      }
      return slots.sort((a, b) => a - b);
    }
    for (let slot = offsets[entity]; slot < end; slot++) if (this.isIn(depth - 1, entities[slot])) take(slot);
    return slots;
  }

  private add(entity: number, count: number): void {
    this.entities.push(entity);
    this.counts.push(count);
    this.slots[entity] = this.entities.length;
  }

  private admits(slot: number): boolean {
    if (this.filter === undefined) return true;
    const { types, ...edges } = this.filter;
    return this.adjacency.passes(slot, this.adjacency.entities[slot] === this.otherEnd ? edges : this.filter);
  }

  /** The same edge from its far end. */
  private admitsBack(slot: number): boolean {
    const { filter, adjacency } = this;
    if (filter === undefined) return true;
    if (filter.direction !== 0 && filter.direction !== -adjacency.directions[slot]) return false;
    return filter.relations === undefined || filter.relations[adjacency.relations[slot]] === 1;
  }
}
