/**
 * The inner loops of PageRank's power iteration as a contract, and in plain TypeScript: the oracle of the WebAssembly
 * kernel. Letters: N rows, M edges.
 */

/** Arrays that a kernel owns; the caller fills them once, `ranks` before each start. */
export interface RankSweep {
  /** [N + 1] row starts. */
  readonly offsets: Uint32Array;
  /** [M] source rows. */
  readonly sources: Uint32Array;
  /** [M], for weighted sweeps. */
  readonly weights: Float32Array | undefined;
  /** [N] */
  readonly ranks: Float64Array;
  /** [N] what a row hands to each of its targets, as a factor of its rank; 0 for rows without targets. */
  readonly shares: Float64Array;
  /** Sets what rows hand on from `ranks` and `shares`. */
  start(): void;
  /** ranks[v] = base + sum of ranks[u] * shares[u] (* weight) over the sources u of v. */
  spread(base: number): SpreadSums;
  /** Adds to the rank of one row after a `spread`, and to what it hands on in the next. */
  add(row: number, amount: number): void;
  /**
   * ranks[v] += change[v], where change[v] = sum of change[u] * shares[u] (* weight) over the sources u of v whose change
   * was above the tolerance; the first changes are the ranks at the start.
   */
  advance(tolerance: number): AdvanceSums;
  /** Ends threads; the arrays stay. */
  close(): void;
}

export interface SpreadSums {
  /** L1 distance between old and new ranks. */
  readonly residual: number;
  /** Sum of the new ranks of rows without share. */
  readonly lost: number;
}

export interface AdvanceSums {
  /** Sum of the changes. */
  readonly moved: number;
  /** Rows whose change is above the tolerance. */
  readonly active: number;
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
  const gathered = (row: number): number => {
    let sum = 0;
    for (let edge = offsets[row]; edge < offsets[row + 1]; edge++) {
      sum += from[sources[edge]] * (weights === undefined ? 1 : weights[edge]);
    }
    return sum;
  };
  const turn = () => {
    [from, to] = [to, from];
  };
  return {
    offsets,
    sources,
    weights,
    ranks,
    shares,
    start() {
      for (let row = 0; row < rows; row++) from[row] = ranks[row] * shares[row];
    },
    spread(base) {
      let residual = 0;
      let lost = 0;
      for (let row = 0; row < rows; row++) {
        const rank = base + gathered(row);
        residual += Math.abs(rank - ranks[row]);
        if (shares[row] === 0) lost += rank;
        ranks[row] = rank;
        to[row] = rank * shares[row];
      }
      turn();
      return { residual, lost };
    },
    add(row, amount) {
      ranks[row] += amount;
      from[row] += amount * shares[row];
    },
    advance(tolerance) {
      let moved = 0;
      let active = 0;
      for (let row = 0; row < rows; row++) {
        const change = gathered(row);
        moved += change;
        if (change > tolerance) active++;
        ranks[row] += change;
        to[row] = change > tolerance ? change * shares[row] : 0;
      }
      turn();
      return { moved, active };
    },
    close() {},
  };
};
