/** The edges that rank flows along: a snapshot's, forwards, backwards or both ways. Letters: N entities, M edges. */
import type { GraphSnapshot } from './graph-snapshot.js';

export interface RankEdges {
  readonly entityCount: number;
  /** [M] */
  readonly heads: Uint32Array;
  /** [M] */
  readonly tails: Uint32Array;
  /** [M] not negative; absent: all 1. */
  readonly weights?: Float32Array;
}

/** Which way rank flows along an edge. */
export type RankDirection = 'head-to-tail' | 'tail-to-head' | 'both';

/** The edges of a snapshot as PageRank wants them. `both` lets each edge count in both directions. */
export function rankEdges(snapshot: GraphSnapshot, direction: RankDirection, weighted: boolean): RankEdges {
  const { entityCount, outgoing } = snapshot;
  const ends = outgoing.entities;
  const starts = new Uint32Array(ends.length);
  for (let e = 0; e < entityCount; e++) starts.fill(e, outgoing.offsets[e], outgoing.offsets[e + 1]);
  const weights = weighted ? outgoing.weights : undefined;
  if (direction === 'head-to-tail') return { entityCount, heads: starts, tails: ends, weights };
  if (direction === 'tail-to-head') return { entityCount, heads: ends, tails: starts, weights };
  return {
    entityCount,
    heads: concatenated(starts, ends),
    tails: concatenated(ends, starts),
    weights: weights && concatenated(weights, weights),
  };
}

function concatenated<A extends Uint32Array | Float32Array>(a: A, b: A): A {
  const out = new (a.constructor as new (length: number) => A)(a.length + b.length);
  out.set(a);
  out.set(b, a.length);
  return out;
}
