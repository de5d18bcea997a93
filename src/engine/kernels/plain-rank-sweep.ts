/**
 * The inner loop of PageRank's power iteration as a contract, and in plain TypeScript: the oracle of the WebAssembly
 * kernel. Letters: N rows, M edges.
 */

/** Arrays that a kernel owns; the caller fills them once. */
export interface RankSweep {
  /** [N + 1] row starts. */
  readonly offsets: Uint32Array;
  /** [M] source rows. */
  readonly sources: Uint32Array;
  /** [M], for weighted sweeps. */
  readonly weights: Float32Array | undefined;
  /** [N] */
  readonly ranks: Float64Array;
  /** [N] what a row hands to each of its targets, as a factor of its rank. */
  readonly shares: Float64Array;
  /** Sets what rows hand on from `ranks` and `shares`. */
  start(): void;
  /**
   * ranks[v] = base + sum of ranks[u] * shares[u] (* weight) over the sources u of v.
   * @returns the L1 distance between old and new ranks
   */
  sweep(base: number): number;
}

export type RankSweepFactory = (rows: number, edges: number, weighted: boolean) => RankSweep;

export const plainRankSweep: RankSweepFactory = (rows, edges, weighted) => {
  const offsets = new Uint32Array(rows + 1);
  const sources = new Uint32Array(edges);
  const weights = weighted ? new Float32Array(edges) : undefined;
  const ranks = new Float64Array(rows);
  const shares = new Float64Array(rows);
  let from = new Float64Array(rows);
  let to = new Float64Array(rows);
  return {
    offsets,
    sources,
    weights,
    ranks,
    shares,
    start() {
      for (let row = 0; row < rows; row++) from[row] = ranks[row] * shares[row];
    },
    sweep(base) {
      let residual = 0;
      for (let row = 0, edge = 0; row < rows; row++) {
        let sum = base;
        for (; edge < offsets[row + 1]; edge++)
          sum += from[sources[edge]] * (weights === undefined ? 1 : weights[edge]);
        residual += Math.abs(sum - ranks[row]);
        ranks[row] = sum;
        to[row] = sum * shares[row];
      }
      [from, to] = [to, from];
      return residual;
    },
  };
};
