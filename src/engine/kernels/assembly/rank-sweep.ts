/**
 * One sweep of PageRank's power iteration over pull rows: ranks[v] = base + sum of from[u] over the sources u of v (each
 * times its edge's weight), to[v] = ranks[v] * shares[v]. Two sums run side by side to hide the latency of additions.
 * Arguments are byte addresses; the twin is ../plain-rank-sweep.ts.
 */

/** @returns the L1 distance between old and new ranks */
export function sweep(
  rows: i32,
  offsets: usize,
  sources: usize,
  ranks: usize,
  shares: usize,
  from: usize,
  to: usize,
  base: f64,
): f64 {
  let residual: f64 = 0;
  let edge = sources;
  for (let row: i32 = 0; row < rows; row++) {
    const end = sources + ((<usize>load<u32>(offsets + ((<usize>row + 1) << 2))) << 2);
    let even = base;
    let odd: f64 = 0;
    while (edge + 4 < end) {
      even += load<f64>(from + ((<usize>load<u32>(edge)) << 3));
      odd += load<f64>(from + ((<usize>load<u32>(edge, 4)) << 3));
      edge += 8;
    }
    if (edge < end) {
      even += load<f64>(from + ((<usize>load<u32>(edge)) << 3));
      edge += 4;
    }
    residual += settle(<usize>row << 3, even + odd, ranks, shares, to);
  }
  return residual;
}

/** The same with a float32 weight for each source. */
export function sweepWeighted(
  rows: i32,
  offsets: usize,
  sources: usize,
  weights: usize,
  ranks: usize,
  shares: usize,
  from: usize,
  to: usize,
  base: f64,
): f64 {
  let residual: f64 = 0;
  let edge: usize = 0;
  for (let row: i32 = 0; row < rows; row++) {
    const end = (<usize>load<u32>(offsets + ((<usize>row + 1) << 2))) << 2;
    let sum = base;
    while (edge < end) {
      sum += load<f64>(from + ((<usize>load<u32>(sources + edge)) << 3)) * <f64>load<f32>(weights + edge);
      edge += 4;
    }
    residual += settle(<usize>row << 3, sum, ranks, shares, to);
  }
  return residual;
}

// @ts-ignore: decorator of AssemblyScript
@inline
function settle(at: usize, sum: f64, ranks: usize, shares: usize, to: usize): f64 {
  const change = abs(sum - load<f64>(ranks + at));
  store<f64>(ranks + at, sum);
  store<f64>(to + at, sum * load<f64>(shares + at));
  return change;
}
