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
  readonly weights?: Float64Array;
  /** Index of the source that tells of the edge; absent when there is one source. */
  readonly sources?: Uint16Array;
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
 * Sorts by (head, relation, tail, source). What is equal in all four is one edge with the greatest of the weights: a join,
 * so the result does not depend on the order of the input.
 */
export function sortedDistinct(edges: EdgeColumns, entityCount: number, relationCount: number): EdgeColumns {
  const bySource = edges.sources && stableOrder(edges.sources, 1 << 16);
  const byTail = stableOrder(edges.tails, entityCount, bySource);
  const byRelation = stableOrder(edges.relations, relationCount, byTail);
  const order = stableOrder(edges.heads, entityCount, byRelation);
  return withoutRepeats(permuted(edges, order), true);
}

/** The edges of all sources as one: equal triples joined. `edges` are sorted as `sortedDistinct` gives them. */
export function withoutSources(edges: EdgeColumns): EdgeColumns {
  return edges.sources === undefined ? edges : withoutRepeats({ ...edges, sources: undefined }, false);
}

/** Where each distinct triple begins in edges sorted by (head, relation, tail, source): [distinct + 1]. */
export function tripleStarts(edges: EdgeColumns): Uint32Array {
  const starts = new Uint32Array(edges.heads.length + 1);
  let count = 0;
  for (let i = 0; i < edges.heads.length; i++) if (i === 0 || !sameTriple(edges, i - 1, i)) starts[count++] = i;
  starts[count] = edges.heads.length;
  return starts.slice(0, count + 1);
}

/** Writes over its input when that may be used up. */
function withoutRepeats(edges: EdgeColumns, mayOverwrite: boolean): EdgeColumns {
  const { heads, relations, tails, weights, sources } = mayOverwrite ? edges : copied(edges);
  let kept = -1;
  for (let i = 0; i < heads.length; i++) {
    const isRepeat =
      kept >= 0 &&
      heads[i] === heads[kept] &&
      relations[i] === relations[kept] &&
      tails[i] === tails[kept] &&
      sources?.[i] === sources?.[kept];
    const weight = weights?.[i] ?? 1;
    if (!isRepeat) {
      kept++;
      heads[kept] = heads[i];
      relations[kept] = relations[i];
      tails[kept] = tails[i];
      if (sources) sources[kept] = sources[i];
      if (weights) weights[kept] = weight;
    } else if (weights && weight > weights[kept]) weights[kept] = weight;
  }
  return {
    heads: heads.subarray(0, kept + 1),
    relations: relations.subarray(0, kept + 1),
    tails: tails.subarray(0, kept + 1),
    weights: weights?.subarray(0, kept + 1),
    sources: sources?.subarray(0, kept + 1),
  };
}

function copied({ heads, relations, tails, weights, sources }: EdgeColumns): EdgeColumns {
  return {
    heads: heads.slice(),
    relations: relations.slice(),
    tails: tails.slice(),
    weights: weights?.slice(),
    sources: sources?.slice(),
  };
}

/** Rows by head. `edges` are sorted by (head, relation, tail). */
export function outgoingRows(edges: EdgeColumns, entityCount: number): Adjacency {
  return {
    offsets: rowOffsets(edges.heads, entityCount),
    entities: edges.tails,
    relations: edges.relations,
    weights: edges.weights && Float32Array.from(edges.weights),
  };
}

/** Rows by tail. `edges` are sorted by (head, relation, tail), so only relation and tail are left to sort by. */
export function incomingRows(edges: EdgeColumns, entityCount: number, relationCount: number): Adjacency {
  const order = stableOrder(edges.tails, entityCount, stableOrder(edges.relations, relationCount));
  const { heads, relations, weights } = permuted(edges, order);
  return {
    offsets: rowOffsets(edges.tails, entityCount),
    entities: heads,
    relations,
    weights: weights && Float32Array.from(weights),
  };
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
    sources: edges.sources && gather(edges.sources, order),
  };
}

function gather<A extends Uint16Array | Uint32Array | Float64Array>(source: A, order: Uint32Array): A {
  const out = new (source.constructor as new (length: number) => A)(order.length);
  for (let i = 0; i < order.length; i++) out[i] = source[order[i]];
  return out;
}
