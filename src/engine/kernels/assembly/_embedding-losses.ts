// Losses of a chunk: m positives, each against the same n negatives. Scores in, the weighted mean loss and gradients of
// scores out. A negative that is the positive entity itself is left out, and so is a negative id below zero (padding).
// Scores and gradients are [m, stride] with stride a multiple of 4, negativeIds [stride] padded with -1; `weights` are
// the addresses of [m] weights of positives, 0 when all weigh 1.
import { sumLanes } from './_embedding-lanes';
import { decay4, exp4, logarithm, sigmoid4, softplus4 } from './_embedding-math';

/** Scores at and below it stand for negatives that were struck out: exp of them is zero whatever the others are. */
export const LOWEST: f32 = -3.4e38;

// @ts-ignore: decorator
@inline
export function excluded(negativeIds: usize, at: usize, positive: v128): v128 {
  const ids = v128.load(negativeIds + at);
  return v128.or(i32x4.eq(ids, positive), i32x4.lt_s(ids, i32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function weightOf(weights: usize, i: i32): f32 {
  return weights == 0 ? <f32>1 : load<f32>(weights + (<usize>i << 2));
}

// @ts-ignore: decorator
@inline
function maxLane(v: v128): f32 {
  return max(
    max(f32x4.extract_lane(v, 0), f32x4.extract_lane(v, 1)),
    max(f32x4.extract_lane(v, 2), f32x4.extract_lane(v, 3)),
  );
}

/** Greatest score of a row that counts, and at least `floor`. */
// @ts-ignore: decorator
@inline
export function rowPeak(scores: usize, bytes: usize, negativeIds: usize, id: v128, floor: f32): f32 {
  const lowest = f32x4.splat(LOWEST);
  let peak = f32x4.splat(floor);
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = v128.bitselect(lowest, v128.load(scores + at), excluded(negativeIds, at, id));
    peak = f32x4.pmax(peak, s);
  }
  return maxLane(peak);
}

/** Writes exp(scale (score - top)) of those that count. @returns their sum */
// @ts-ignore: decorator
@inline
export function rowExponentials(
  scores: usize,
  bytes: usize,
  negativeIds: usize,
  id: v128,
  top: f32,
  scale: f32,
  out: usize,
): f32 {
  const tops = f32x4.splat(top);
  const scales = f32x4.splat(scale);
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const s = v128.load(scores + at);
    const struck = v128.or(excluded(negativeIds, at, id), f32x4.le(s, f32x4.splat(LOWEST)));
    const e = v128.andnot(exp4(f32x4.mul(scales, f32x4.sub(s, tops))), struck);
    v128.store(out + at, e);
    sum = f32x4.add(sum, e);
  }
  return sumLanes(sum);
}

function scaleRow(row: usize, bytes: usize, factor: f32): void {
  const factors = f32x4.splat(factor);
  for (let at: usize = 0; at < bytes; at += 16) v128.store(row + at, f32x4.mul(v128.load(row + at), factors));
}

/** Softmax cross-entropy of the positive over itself and its negatives. */
export function crossEntropyLoss(
  positives: usize,
  scores: usize,
  m: i32,
  stride: i32,
  positiveIds: usize,
  negativeIds: usize,
  weights: usize,
  positiveGradients: usize,
  gradients: usize,
): f64 {
  const bytes = <usize>stride << 2;
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const id = i32x4.splat(load<i32>(positiveIds + (<usize>i << 2)));
    const score = load<f32>(positives + (<usize>i << 2));
    const weight = weightOf(weights, i);
    const top = rowPeak(scores, bytes, negativeIds, id, score);
    const others = rowExponentials(scores, bytes, negativeIds, id, top, 1, gradients);
    const total = f32x4.extract_lane(exp4(f32x4.splat(score - top)), 0) + others;
    const factor = weight / (total * <f32>m);
    scaleRow(gradients, bytes, factor);
    store<f32>(positiveGradients + (<usize>i << 2), -others * factor);
    loss += <f64>weight * (logarithm(<f64>total) + <f64>top - <f64>score);
    scores += bytes;
    gradients += bytes;
  }
  return loss / <f64>m;
}

/** Mean over m and the n negatives of max(0, margin - positive + negative). */
export function marginLoss(
  positives: usize,
  scores: usize,
  m: i32,
  n: i32,
  stride: i32,
  positiveIds: usize,
  negativeIds: usize,
  weights: usize,
  margin: f32,
  positiveGradients: usize,
  gradients: usize,
): f64 {
  const bytes = <usize>stride << 2;
  const share = <f32>1 / (<f32>m * <f32>n);
  const zero = f32x4.splat(0);
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const id = i32x4.splat(load<i32>(positiveIds + (<usize>i << 2)));
    const offset = f32x4.splat(margin - load<f32>(positives + (<usize>i << 2)));
    const weight = weightOf(weights, i);
    const shares = f32x4.splat(share * weight);
    let sum = zero;
    let active = zero;
    for (let at: usize = 0; at < bytes; at += 16) {
      const hinge = f32x4.pmax(f32x4.add(offset, v128.load(scores + at)), zero);
      const left = v128.andnot(hinge, excluded(negativeIds, at, id));
      const g = v128.and(shares, f32x4.gt(left, zero));
      v128.store(gradients + at, g);
      sum = f32x4.add(sum, left);
      active = f32x4.add(active, g);
    }
    store<f32>(positiveGradients + (<usize>i << 2), -sumLanes(active));
    loss += <f64>(weight * sumLanes(sum));
    scores += bytes;
    gradients += bytes;
  }
  return loss * <f64>share;
}

/**
 * Binary cross-entropy, mean over the positive and its n negatives; targets are `low` and, for the positive, `high`.
 * With `positives` 0 there is none, and the mean is over n: labels are the caller's to subtract.
 */
export function binaryLoss(
  positives: usize,
  scores: usize,
  m: i32,
  n: i32,
  stride: i32,
  positiveIds: usize,
  negativeIds: usize,
  weights: usize,
  low: f32,
  high: f32,
  positiveGradients: usize,
  gradients: usize,
): f64 {
  const bytes = <usize>stride << 2;
  const share = <f32>1 / (<f32>m * <f32>(positives == 0 ? n : n + 1));
  const lows = f32x4.splat(low);
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const id = i32x4.splat(positives == 0 ? -1 : load<i32>(positiveIds + (<usize>i << 2)));
    const scale = share * weightOf(weights, i);
    const scales = f32x4.splat(scale);
    let sum = f32x4.splat(0);
    for (let at: usize = 0; at < bytes; at += 16) {
      const s = v128.load(scores + at);
      const struck = v128.or(excluded(negativeIds, at, id), f32x4.le(s, f32x4.splat(LOWEST)));
      const decay = decay4(s);
      sum = f32x4.add(sum, v128.andnot(f32x4.sub(softplus4(s, decay), f32x4.mul(lows, s)), struck));
      v128.store(gradients + at, v128.andnot(f32x4.mul(scales, f32x4.sub(sigmoid4(s, decay), lows)), struck));
    }
    let own: f32 = 0;
    if (positives != 0) {
      const score = load<f32>(positives + (<usize>i << 2));
      const x = f32x4.splat(score);
      const decay = decay4(x);
      own = f32x4.extract_lane(softplus4(x, decay), 0) - high * score;
      store<f32>(positiveGradients + (<usize>i << 2), scale * (f32x4.extract_lane(sigmoid4(x, decay), 0) - high));
    }
    loss += <f64>scale * <f64>(sumLanes(sum) + own);
    scores += bytes;
    gradients += bytes;
  }
  return loss;
}

/** Writes softmax(scores) / m over all entries with an id. @returns the mean log of the sums of exponentials */
export function softmaxRows(scores: usize, m: i32, stride: i32, negativeIds: usize, gradients: usize): f64 {
  const bytes = <usize>stride << 2;
  const nobody = i32x4.splat(-1);
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const top = rowPeak(scores, bytes, negativeIds, nobody, LOWEST);
    const total = rowExponentials(scores, bytes, negativeIds, nobody, top, 1, gradients);
    scaleRow(gradients, bytes, <f32>1 / (total * <f32>m));
    loss += logarithm(<f64>total) + <f64>top;
    scores += bytes;
    gradients += bytes;
  }
  return loss / <f64>m;
}
