// Losses of a chunk: m positives, each against the same n negatives. Scores in, mean loss and gradients of scores out.
// A negative that is the positive entity itself is left out, and so is a negative id below zero (padding).
import { sumLanes } from './_embedding-lanes';

/** exp of four floats, relative error below 2e-7: Cephes' expf (Moshier), without its special cases. */
// @ts-ignore: decorator
@inline
function exp4(x: v128): v128 {
  x = f32x4.max(f32x4.min(x, f32x4.splat(88)), f32x4.splat(-87));
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(1.44269504)));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  const y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const scale = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, scale);
}

/**
 * Natural logarithm of a normal number, error below 1e-13: exponent, and 2 artanh((m - 1) / (m + 1)) of the mantissa.
 * The language's own has tables in low memory, which belongs to the caller here.
 */
function logarithm(x: f64): f64 {
  const bits = reinterpret<i64>(x);
  let exponent = <f64>(((bits >> 52) & 0x7ff) - 1023);
  let mantissa = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (mantissa > 1.4142135623730951) {
    mantissa *= 0.5;
    exponent += 1;
  }
  const s = (mantissa - 1) / (mantissa + 1);
  const square = s * s;
  let series: f64 = 0;
  for (let k: f64 = 15; k >= 1; k -= 2) series = series * square + 1 / k;
  return exponent * 0.6931471805599453 + 2 * s * series;
}

// @ts-ignore: decorator
@inline
function excluded(negativeIds: usize, at: usize, positive: v128): v128 {
  const ids = v128.load(negativeIds + at);
  return v128.or(i32x4.eq(ids, positive), i32x4.lt_s(ids, i32x4.splat(0)));
}

/**
 * Softmax cross-entropy of the positive over itself and its negatives, mean over m.
 * Scores and gradients are [m, stride] with stride a multiple of 4, negativeIds [stride] padded with -1.
 */
export function crossEntropyLoss(
  positives: usize,
  scores: usize,
  m: i32,
  stride: i32,
  positiveIds: usize,
  negativeIds: usize,
  positiveGradients: usize,
  gradients: usize,
): f64 {
  const bytes = <usize>stride << 2;
  const lowest = f32x4.splat(-3.4e38);
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const id = i32x4.splat(load<i32>(positiveIds + (<usize>i << 2)));
    const score = load<f32>(positives + (<usize>i << 2));
    let peak = f32x4.splat(score);
    for (let at: usize = 0; at < bytes; at += 16) {
      const s = v128.bitselect(lowest, v128.load(scores + at), excluded(negativeIds, at, id));
      peak = f32x4.max(peak, s);
    }
    const top = max(
      max(f32x4.extract_lane(peak, 0), f32x4.extract_lane(peak, 1)),
      max(f32x4.extract_lane(peak, 2), f32x4.extract_lane(peak, 3)),
    );
    const tops = f32x4.splat(top);
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const e = v128.andnot(exp4(f32x4.sub(v128.load(scores + at), tops)), excluded(negativeIds, at, id));
      v128.store(gradients + at, e);
      sum = f32x4.add(sum, e);
    }
    const own = f32x4.extract_lane(exp4(f32x4.splat(score - top)), 0);
    const others = sumLanes(sum);
    const total = own + others;
    const factor = <f32>1 / (total * <f32>m);
    const factors = f32x4.splat(factor);
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(gradients + at, f32x4.mul(v128.load(gradients + at), factors));
    }
    store<f32>(positiveGradients + (<usize>i << 2), -others * factor);
    loss += logarithm(<f64>total) + <f64>top - <f64>score;
    scores += bytes;
    gradients += bytes;
  }
  return loss / <f64>m;
}

/** Mean over m and the n negatives of max(0, margin - positive + negative); shapes as above. */
export function marginLoss(
  positives: usize,
  scores: usize,
  m: i32,
  n: i32,
  stride: i32,
  positiveIds: usize,
  negativeIds: usize,
  margin: f32,
  positiveGradients: usize,
  gradients: usize,
): f64 {
  const bytes = <usize>stride << 2;
  const share = <f32>1 / (<f32>m * <f32>n);
  const shares = f32x4.splat(share);
  const zero = f32x4.splat(0);
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const id = i32x4.splat(load<i32>(positiveIds + (<usize>i << 2)));
    const offset = f32x4.splat(margin - load<f32>(positives + (<usize>i << 2)));
    let sum = zero;
    let active = zero;
    for (let at: usize = 0; at < bytes; at += 16) {
      const hinge = f32x4.max(f32x4.add(offset, v128.load(scores + at)), zero);
      const left = v128.andnot(hinge, excluded(negativeIds, at, id));
      const g = v128.and(shares, f32x4.gt(left, zero));
      v128.store(gradients + at, g);
      sum = f32x4.add(sum, left);
      active = f32x4.add(active, g);
    }
    store<f32>(positiveGradients + (<usize>i << 2), -sumLanes(active));
    loss += <f64>sumLanes(sum);
    scores += bytes;
    gradients += bytes;
  }
  return loss * <f64>share;
}
