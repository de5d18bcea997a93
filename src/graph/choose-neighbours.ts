/**
 * The first K neighbours of an entity by a score, at most K in all or K of each type. Neighbours of equal score keep the order
 * of the adjacency: built without ranks, that is entity, relation, outgoing first.
 */
import type { EdgeDirection } from './neighbour-filter.js';
import type { RankedAdjacency } from './ranked-adjacency.js';

export interface NeighbourChoice {
  /** K */
  count: number;
  /** Edges that go out of the entity, into it, or both. */
  side: EdgeDirection;
  /** K of each type of neighbour instead of K in all. */
  perType: boolean;
}

const WANTED: Readonly<Record<EdgeDirection, 1 | -1 | 0>> = { out: 1, in: -1, both: 0 };

export class NeighbourChooser {
  private readonly taken: Uint32Array;

  /** @param entityTypes [entities] */
  constructor(
    private readonly adjacency: RankedAdjacency,
    private readonly entityTypes: Uint16Array,
    typeCount: number,
    private readonly choice: NeighbourChoice,
  ) {
    this.taken = new Uint32Array(choice.perType ? typeCount : 1);
  }

  /** How many neighbours are chosen: it does not depend on scores. */
  countOf(entity: number): number {
    let count = 0;
    this.choose(this.candidates(entity), () => count++);
    return count;
  }

  /** Slots of the adjacency, best first. @param scoreOf absent: the order of the adjacency is the order wanted */
  slotsOf(entity: number, scoreOf?: (neighbour: number) => number): number[] {
    let candidates = this.candidates(entity);
    if (scoreOf !== undefined) candidates = this.sorted(candidates, scoreOf);
    const slots: number[] = [];
    this.choose(candidates, (slot) => slots.push(slot));
    return slots;
  }

  private candidates(entity: number): Uint32Array {
    const { offsets, directions } = this.adjacency;
    const wanted = WANTED[this.choice.side];
    const slots = new Uint32Array(offsets[entity + 1] - offsets[entity]);
    let count = 0;
    for (let slot = offsets[entity]; slot < offsets[entity + 1]; slot++) {
      if (wanted === 0 || directions[slot] === wanted) slots[count++] = slot;
    }
    return slots.subarray(0, count);
  }

  private sorted(slots: Uint32Array, scoreOf: (neighbour: number) => number): Uint32Array {
    const { entities } = this.adjacency;
    const scores = Float64Array.from(slots, (slot) => scoreOf(entities[slot]));
    const order = Uint32Array.from(slots, (_, i) => i).sort((a, b) => scores[b] - scores[a] || a - b);
    return order.map((i) => slots[i]);
  }

  private choose(slots: Uint32Array, take: (slot: number) => void): void {
    const { count, perType } = this.choice;
    this.taken.fill(0);
    for (const slot of slots) {
      const group = perType ? this.entityTypes[this.adjacency.entities[slot]] : 0;
      if (this.taken[group] === count) {
        if (!perType) return;
        continue;
      }
      this.taken[group]++;
      take(slot);
    }
  }
}
