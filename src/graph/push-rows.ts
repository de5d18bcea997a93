/** Edges sorted by their source, as forward push walks them. Letters: N entities, M edges. */
import type { RankEdges } from './rank-edges.js';

export interface PushRows {
  readonly entityCount: number;
  /** [N + 1] */
  readonly offsets: Uint32Array;
  /** [M] */
  readonly targets: Uint32Array;
  /** [M]; absent: all 1. */
  readonly weights?: Float32Array;
  /** [N] out-weight d; 0 for dangling entities. */
  readonly degrees: Float64Array;
}

export function pushRows({ entityCount, heads, tails, weights }: RankEdges): PushRows {
  const offsets = new Uint32Array(entityCount + 1);
  const degrees = new Float64Array(entityCount);
  for (let i = 0; i < heads.length; i++) {
    offsets[heads[i] + 1]++;
    degrees[heads[i]] += weights === undefined ? 1 : weights[i];
  }
  for (let e = 0; e < entityCount; e++) offsets[e + 1] += offsets[e];
  const next = offsets.slice(0, entityCount);
  const targets = new Uint32Array(heads.length);
  const sorted = weights && new Float32Array(heads.length);
  for (let i = 0; i < heads.length; i++) {
    const at = next[heads[i]]++;
    targets[at] = tails[i];
    if (sorted !== undefined) sorted[at] = weights![i];
  }
  return { entityCount, offsets, targets, weights: sorted, degrees };
}
