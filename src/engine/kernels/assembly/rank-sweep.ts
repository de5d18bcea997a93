/**
 * Sweeps of PageRank's power iteration over a block of pull rows. Two sums run side by side to hide the latency of
 * additions. The memory is shared: each thread takes other rows. Arguments are byte addresses, `edgeWeights` 0 where edges
 * have none; the twin is ../plain-rank-sweep.ts.
 */

/**
 * ranks[v] = base + sum of from[u] (times the edge's weight), to[v] = ranks[v] * shares[v].
 * sums[0] = L1 distance of old and new ranks, sums[1] = new ranks of the rows without share.
 */
export function spread(
  first: i32,
  end: i32,
  offsets: usize,
  sources: usize,
  edgeWeights: usize,
  ranks: usize,
  shares: usize,
  from: usize,
  to: usize,
  base: f64,
  sums: usize,
): void {
  let residual: f64 = 0;
  let lost: f64 = 0;
  for (let row = first; row < end; row++) {
    const at = <usize>row << 3;
    const rank = base + gather(row, offsets, sources, edgeWeights, from);
    const share = load<f64>(shares + at);
    residual += abs(rank - load<f64>(ranks + at));
    lost += share == 0 ? rank : 0;
    store<f64>(ranks + at, rank);
    store<f64>(to + at, rank * share);
  }
  store<f64>(sums, residual);
  store<f64>(sums, lost, 8);
}

/**
 * change[v] = sum of from[u] (times the edge's weight), ranks[v] += change[v], to[v] = change[v] * shares[v] where the change
 * is above the tolerance, else 0. sums[0] = sum of changes, sums[1] = how many are above the tolerance.
 */
export function advance(
  first: i32,
  end: i32,
  offsets: usize,
  sources: usize,
  edgeWeights: usize,
  ranks: usize,
  shares: usize,
  from: usize,
  to: usize,
  tolerance: f64,
  sums: usize,
): void {
  let moved: f64 = 0;
  let active: f64 = 0;
  for (let row = first; row < end; row++) {
    const at = <usize>row << 3;
    const change = gather(row, offsets, sources, edgeWeights, from);
    const isActive: f64 = change > tolerance ? 1 : 0;
    moved += change;
    active += isActive;
    store<f64>(ranks + at, load<f64>(ranks + at) + change);
    store<f64>(to + at, change * load<f64>(shares + at) * isActive);
  }
  store<f64>(sums, moved);
  store<f64>(sums, active, 8);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function gather(row: i32, offsets: usize, sources: usize, edgeWeights: usize, from: usize): f64 {
  const bounds = offsets + (<usize>row << 2);
  let edge = sources + (<usize>load<u32>(bounds) << 2);
  const end = sources + (<usize>load<u32>(bounds, 4) << 2);
  let even: f64 = 0;
  let odd: f64 = 0;
  if (edgeWeights != 0) {
    let weight = edgeWeights + (edge - sources);
    while (edge < end) {
      even += load<f64>(from + (<usize>load<u32>(edge) << 3)) * <f64>load<f32>(weight);
      edge += 4;
      weight += 4;
    }
    return even;
  }
  while (edge + 4 < end) {
    even += load<f64>(from + (<usize>load<u32>(edge) << 3));
    odd += load<f64>(from + (<usize>load<u32>(edge, 4) << 3));
    edge += 8;
  }
  if (edge < end) even += load<f64>(from + (<usize>load<u32>(edge) << 3));
  return even + odd;
}
