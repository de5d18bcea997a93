/**
 * Edge lists to compressed sparse rows by counting sort (Knuth, TAOCP 3, 5.2): linear in edges and rows, stable, and
 * nothing but typed arrays. A row order of (relation, entity) comes from sorting by the least significant key first.
 * Letters: N rows, M edges.
 */
import type { Adjacency } from './graph-snapshot.js';

/** Edge lists of equal length [M]. */
export interface EdgeColumns {
  readonly heads: Uint32Array;
  readonly relations: Uint16Array;
  readonly tails: Uint32Array;
  readonly weights?: Float32Array;
}

/**
 * Row starts of a counting sort.
 * @param keys [M] values below `rows`
 * @returns [N + 1]
 */
export function rowOffsets(keys: ArrayLike<number>, rows: number): Uint32Array {
  const offsets = new Uint32Array(rows + 1);
  for (let i = 0; i < keys.length; i++) offsets[keys[i] + 1]++;
  for (let row = 0; row < rows; row++) offsets[row + 1] += offsets[row];
  return offsets;
}

/** The stable order of edges by key: order[position] = edge. `previous` is an order to refine (least significant first). */
function stableOrder(keys: ArrayLike<number>, rows: number, previous?: Uint32Array): Uint32Array {
  const next = rowOffsets(keys, rows).subarray(0, rows);
  const order = new Uint32Array(keys.length);
  for (let i = 0; i < keys.length; i++) {
    const edge = previous === undefined ? i : previous[i];
    order[next[keys[edge]]++] = edge;
  }
  return order;
}

/**
 * Sorts by (head, relation, tail) and drops repeated triples, of which the last in the input stays.
 */
export function sortedDistinct(edges: EdgeColumns, entityCount: number, relationCount: number): EdgeColumns {
  const byTail = stableOrder(edges.tails, entityCount);
  const byRelation = stableOrder(edges.relations, relationCount, byTail);
  const order = stableOrder(edges.heads, entityCount, byRelation);
  let kept = 0;
  for (let i = 0; i < order.length; i++) {
    if (i + 1 < order.length && sameTriple(edges, order[i], order[i + 1])) continue;
    order[kept++] = order[i];
  }
  return permuted(edges, order.subarray(0, kept));
}

/** Rows by head. `edges` are sorted by (head, relation, tail). */
export function outgoingRows(edges: EdgeColumns, entityCount: number): Adjacency {
  return {
    offsets: rowOffsets(edges.heads, entityCount),
    entities: edges.tails,
    relations: edges.relations,
    weights: edges.weights,
  };
}

/** Rows by tail. `edges` are sorted by (head, relation, tail), so only relation and tail are left to sort by. */
export function incomingRows(edges: EdgeColumns, entityCount: number, relationCount: number): Adjacency {
  const order = stableOrder(edges.tails, entityCount, stableOrder(edges.relations, relationCount));
  const { heads, relations, weights } = permuted(edges, order);
  return { offsets: rowOffsets(edges.tails, entityCount), entities: heads, relations, weights };
}

function sameTriple({ heads, relations, tails }: EdgeColumns, a: number, b: number): boolean {
  return heads[a] === heads[b] && relations[a] === relations[b] && tails[a] === tails[b];
}

function permuted(edges: EdgeColumns, order: Uint32Array): EdgeColumns {
  return {
    heads: gather(edges.heads, order),
    relations: gather(edges.relations, order),
    tails: gather(edges.tails, order),
    weights: edges.weights && gather(edges.weights, order),
  };
}

function gather<A extends Uint16Array | Uint32Array | Float32Array>(source: A, order: Uint32Array): A {
  const out = new (source.constructor as new (length: number) => A)(order.length);
  for (let i = 0; i < order.length; i++) out[i] = source[order[i]];
  return out;
}
