// Distances between blocks of rows and their gradients. A score is a negated distance. L2 blocks come from a product:
// |a - n|^2 = |a|^2 + |n|^2 - 2 a.n.
import { cityDistance, signed, signedScalar } from './_embedding-city-block';
import { squaredDistance, squaredNorm, sumLanes } from './_embedding-lanes';

/** Squared distances below this are rounding noise of the expansion above. */
const TINY: f32 = 1e-12;

/** out[i] = |rows_i|^2 */
export function squaredNorms(rows: usize, count: i32, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  for (let i = 0; i < count; i++) store<f32>(out + (<usize>i << 2), squaredNorm(rows + <usize>i * bytes, width));
}

/** In place: products[m, n] (rows `stride` apart) become -sqrt(|a|^2 + |b|^2 - 2 product). */
export function negateDistances(products: usize, m: i32, n: i32, stride: i32, aNorms: usize, bNorms: usize): void {
  const minusTwo = f32x4.splat(-2);
  const tiny = f32x4.splat(TINY);
  for (let i = 0; i < m; i++) {
    const norm = load<f32>(aNorms + (<usize>i << 2));
    const norms = f32x4.splat(norm);
    const row = products + (<usize>(i * stride) << 2);
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const at = <usize>j << 2;
      const square = f32x4.add(
        f32x4.add(norms, v128.load(bNorms + at)),
        f32x4.mul(minusTwo, v128.load(row + at)),
      );
      v128.store(row + at, f32x4.neg(f32x4.sqrt(f32x4.pmax(square, tiny))));
    }
    for (; j < n; j++) {
      const at = <usize>j << 2;
      const square = norm + load<f32>(bNorms + at) + -2 * load<f32>(row + at);
      store<f32>(row + at, -sqrt<f32>(max<f32>(square, TINY)));
    }
  }
}

/** In place: gradients[m, n] of scores become weights gradient / distance; rho[i] and column[j] are their sums. */
export function distanceWeights(
  gradients: usize,
  scores: usize,
  m: i32,
  n: i32,
  stride: i32,
  rho: usize,
  column: usize,
): void {
  memory.fill(column, 0, <usize>n << 2);
  for (let i = 0; i < m; i++) {
    const start = <usize>(i * stride) << 2;
    let sum = f32x4.splat(0);
    let j = 0;
    for (; j + 4 <= n; j += 4) {
      const at = <usize>j << 2;
      const weight = f32x4.div(v128.load(gradients + start + at), f32x4.neg(v128.load(scores + start + at)));
      v128.store(gradients + start + at, weight);
      v128.store(column + at, f32x4.add(v128.load(column + at), weight));
      sum = f32x4.add(sum, weight);
    }
    let total = sumLanes(sum);
    for (; j < n; j++) {
      const at = <usize>j << 2;
      const weight = load<f32>(gradients + start + at) / -load<f32>(scores + start + at);
      store<f32>(gradients + start + at, weight);
      store<f32>(column + at, load<f32>(column + at) + weight);
      total += weight;
    }
    store<f32>(rho + (<usize>i << 2), total);
  }
}

/** out_i -= scales[i] * rows_i */
export function subtractScaledRows(out: usize, rows: usize, scales: usize, count: i32, width: i32): void {
  for (let i = 0; i < count; i++) {
    const scale = load<f32>(scales + (<usize>i << 2));
    const scaleLanes = f32x4.splat(scale);
    let c = 0;
    for (; c + 4 <= width; c += 4) {
      v128.store(out, f32x4.sub(v128.load(out), f32x4.mul(scaleLanes, v128.load(rows))));
      out += 16;
      rows += 16;
    }
    for (; c < width; c++) {
      store<f32>(out, load<f32>(out) - scale * load<f32>(rows));
      out += 4;
      rows += 4;
    }
  }
}

function distance(a: usize, b: usize, width: i32): f32 {
  return sqrt<f32>(max<f32>(squaredDistance(a, b, width), TINY));
}

/** out[i] = -|a_i - b_i| in norm 1 or 2. */
export function pairScores(a: usize, b: usize, count: i32, width: i32, norm: i32, out: usize): void {
  const step = <usize>width << 2;
  for (let i = 0; i < count; i++) {
    store<f32>(out + (<usize>i << 2), -(norm == 1 ? cityDistance(a, b, width) : distance(a, b, width)));
    a += step;
    b += step;
  }
}

/** From gradients g[i] of pair scores: da_i is added to, db_i is written. */
export function pairBackward(
  a: usize,
  b: usize,
  count: i32,
  width: i32,
  norm: i32,
  scores: usize,
  gradients: usize,
  da: usize,
  db: usize,
): void {
  for (let i = 0; i < count; i++) {
    const g = load<f32>(gradients + (<usize>i << 2));
    // d(-|u|_2)/du = -u / |u| and d(-|u|_1)/du = -sign u
    const weight: f32 = norm == 1 ? -g : g / load<f32>(scores + (<usize>i << 2));
    const weights = f32x4.splat(weight);
    let c = 0;
    for (; c + 4 <= width; c += 4) {
      const u = f32x4.sub(v128.load(a), v128.load(b));
      const d = norm == 1 ? signed(weights, u) : f32x4.mul(weights, u);
      v128.store(da, f32x4.add(v128.load(da), d));
      v128.store(db, f32x4.neg(d));
      a += 16;
      b += 16;
      da += 16;
      db += 16;
    }
    for (; c < width; c++) {
      const u = load<f32>(a) - load<f32>(b);
      const d = norm == 1 ? signedScalar(weight, u) : weight * u;
      store<f32>(da, load<f32>(da) + d);
      store<f32>(db, -d);
      a += 4;
      b += 4;
      da += 4;
      db += 4;
    }
  }
}

/**
 * The end of the anchors' gradients in L2: da_i -= rho_i a_i, then as pairBackward with gradients g[i] of the pairs a_i, y_i.
 */
export function euclideanBackward(
  a: usize,
  y: usize,
  count: i32,
  width: i32,
  rho: usize,
  scores: usize,
  gradients: usize,
  da: usize,
  dy: usize,
): void {
  for (let i = 0; i < count; i++) {
    const scale = load<f32>(rho + (<usize>i << 2));
    const weight = load<f32>(gradients + (<usize>i << 2)) / load<f32>(scores + (<usize>i << 2));
    const scales = f32x4.splat(scale);
    const weights = f32x4.splat(weight);
    let c = 0;
    for (; c + 4 <= width; c += 4) {
      const row = v128.load(a);
      const d = f32x4.mul(weights, f32x4.sub(row, v128.load(y)));
      v128.store(da, f32x4.add(f32x4.sub(v128.load(da), f32x4.mul(scales, row)), d));
      v128.store(dy, f32x4.neg(d));
      a += 16;
      y += 16;
      da += 16;
      dy += 16;
    }
    for (; c < width; c++) {
      const row = load<f32>(a);
      const d = weight * (row - load<f32>(y));
      store<f32>(da, load<f32>(da) - scale * row + d);
      store<f32>(dy, -d);
      a += 4;
      y += 4;
      da += 4;
      dy += 4;
    }
  }
}
