/**
 * The neighbours of every entity in both directions, ordered once: highest rank first, ties by entity (the order of keys),
 * relation, outgoing before incoming; a self-loop is no neighbour. A page of a hub is then a slice. Built without sorting
 * rows: entities are taken in the order of rank, and each is appended to the rows of its neighbours. 7 bytes an edge end.
 * Letters: E entities, M edges without self-loops.
 */
import { finishWork, type SlicedWork } from '../base/sliced-work.js';
import type { Adjacency, GraphSnapshot } from './graph-snapshot.js';
import { type NeighbourFilter, passes } from './neighbour-filter.js';
import type { Neighbour } from './neighbours.js';
import { rankOrder } from './rank-order.js';

/** Edges between pauses. */
const PAUSE = 1 << 14;

export interface NeighbourPage {
  neighbours: Neighbour[];
  /** Place of the first neighbour behind the page; undefined when there is none. */
  next?: number;
}

export class RankedAdjacency {
  private constructor(
    /** [E + 1] the row of entity e is offsets[e] .. offsets[e + 1] - 1. */
    readonly offsets: Uint32Array,
    /** [2 M] the other end. */
    readonly entities: Uint32Array,
    /** [2 M] */
    readonly relations: Uint16Array,
    /** [2 M] +1: the row's entity is the head, -1: it is the tail. */
    readonly directions: Int8Array,
    /** [E] entities, the most important first. */
    readonly order: Uint32Array,
    /** [E] place of an entity in the order of rank: 0 for the most important. */
    readonly places: Uint32Array,
    readonly entityTypes: Uint16Array,
  ) {}

  /** @param ranks [E]; without, all are equal */
  static build(snapshot: GraphSnapshot, ranks?: Float64Array): RankedAdjacency {
    return finishWork(RankedAdjacency.buildInSlices(snapshot, rankOrder(snapshot.entityCount, ranks)));
  }

  /** @param order [E] entities, the most important first */
  static *buildInSlices(snapshot: GraphSnapshot, order: Uint32Array): SlicedWork<RankedAdjacency> {
    const { entityCount, outgoing, incoming, entityTypes } = snapshot;
    const offsets = rowStarts(snapshot);
    yield;
    const total = offsets[entityCount];
    const rows = {
      entities: new Uint32Array(total),
      relations: new Uint16Array(total),
      directions: new Int8Array(total),
    };
    const next = offsets.slice(0, entityCount);
    const append = (owner: number, entity: number, relation: number, direction: 1 | -1) => {
      const slot = next[owner]++;
      rows.entities[slot] = entity;
      rows.relations[slot] = relation;
      rows.directions[slot] = direction;
    };
    let sincePause = 0;
    const places = new Uint32Array(entityCount);
    for (let place = 0; place < entityCount; place++) {
      const entity = order[place];
      places[entity] = place;
      appendToNeighbours(entity, outgoing, incoming, append);
      sincePause += offsets[entity + 1] - offsets[entity] + 1;
      if (sincePause < PAUSE) continue;
      sincePause = 0;
      yield;
    }
    return new RankedAdjacency(offsets, rows.entities, rows.relations, rows.directions, order, places, entityTypes);
  }

  degree(entity: number): number {
    return this.offsets[entity + 1] - this.offsets[entity];
  }

  /** Edges to one neighbour stand together. */
  distinctNeighbours(entity: number): number {
    let count = 0;
    let last = -1;
    for (let i = this.offsets[entity]; i < this.offsets[entity + 1]; i++) {
      if (this.entities[i] !== last) count++;
      last = this.entities[i];
    }
    return count;
  }

  /** How many neighbours pass. */
  count(entity: number, filter?: NeighbourFilter): number {
    if (filter === undefined) return this.degree(entity);
    let count = 0;
    for (let i = this.offsets[entity]; i < this.offsets[entity + 1]; i++) if (this.passes(i, filter)) count++;
    return count;
  }

  /** @param from place within the row, for example the `next` of the page before */
  page(entity: number, from: number, limit: number, filter?: NeighbourFilter): NeighbourPage {
    const start = this.offsets[entity];
    const end = this.offsets[entity + 1];
    const neighbours: Neighbour[] = [];
    for (let i = start + from; i < end; i++) {
      if (filter !== undefined && !this.passes(i, filter)) continue;
      if (neighbours.length === limit) return { neighbours, next: i - start };
      neighbours.push(this.neighbour(i));
    }
    return { neighbours };
  }

  /** The neighbour in slot i of the rows. */
  neighbour(i: number): Neighbour {
    return { entity: this.entities[i], relation: this.relations[i], direction: this.directions[i] as 1 | -1 };
  }

  /** Whether slot i passes. */
  passes(i: number, filter: NeighbourFilter): boolean {
    return passes(filter, this.directions[i], this.relations[i], this.entityTypes[this.entities[i]]);
  }

  /** The first slot of `other` in the row of `entity`, by bisection; undefined when they are no neighbours. */
  find(entity: number, other: number): number | undefined {
    const wanted = this.places[other];
    let low = this.offsets[entity];
    let high = this.offsets[entity + 1];
    const end = high;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.places[this.entities[middle]] < wanted) low = middle + 1;
      else high = middle;
    }
    return low < end && this.entities[low] === other ? low : undefined;
  }
}

function rowStarts({ entityCount, outgoing, incoming }: GraphSnapshot): Uint32Array {
  const starts = new Uint32Array(entityCount + 1);
  for (let e = 0; e < entityCount; e++) {
    let degree = 0;
    for (const { offsets, entities } of [outgoing, incoming]) {
      for (let i = offsets[e]; i < offsets[e + 1]; i++) if (entities[i] !== e) degree++;
    }
    starts[e + 1] = starts[e] + degree;
  }
  return starts;
}

/**
 * Rows of a snapshot ascend by (relation, entity), so a merge of both by relation keeps the order within equal neighbours.
 * An edge that is incoming here is outgoing for its other end.
 */
function appendToNeighbours(
  entity: number,
  outgoing: Adjacency,
  incoming: Adjacency,
  append: (owner: number, entity: number, relation: number, direction: 1 | -1) => void,
): void {
  let i = incoming.offsets[entity];
  let o = outgoing.offsets[entity];
  const lastIncoming = incoming.offsets[entity + 1];
  const lastOutgoing = outgoing.offsets[entity + 1];
  while (i < lastIncoming || o < lastOutgoing) {
    const isIncoming = o >= lastOutgoing || (i < lastIncoming && incoming.relations[i] <= outgoing.relations[o]);
    const { entities, relations } = isIncoming ? incoming : outgoing;
    const at = isIncoming ? i++ : o++;
    if (entities[at] !== entity) append(entities[at], entity, relations[at], isIncoming ? 1 : -1);
  }
}
