// The log-sigmoid loss of a chunk, with layouts and what does not count as in _embedding-losses.ts. Sun et al. 2019,
// "RotatE", equations 5 and 6.
import { sumLanes } from './_embedding-lanes';
import { excluded, LOWEST, rowExponentials, rowPeak, weightOf } from './_embedding-losses';
import { decay4, logarithm, sigmoid4, softplus4 } from './_embedding-math';

/** Factors of a lane, each at most 2, whose product stays finite: 64 vectors. */
const LOG_BYTES: usize = 1024;

/**
 * Half of -log sigmoid(gamma + positive) - sum_j p_j log sigmoid(-gamma - negative_j). p is a softmax over
 * temperature x score, not differentiated; at temperature 0 the mean.
 */
export function logSigmoidLoss(
  positives: usize,
  scores: usize,
  m: i32,
  stride: i32,
  positiveIds: usize,
  negativeIds: usize,
  weights: usize,
  gamma: f32,
  temperature: f32,
  positiveGradients: usize,
  gradients: usize,
): f64 {
  const bytes = <usize>stride << 2;
  let loss: f64 = 0;
  for (let i = 0; i < m; i++) {
    const id = i32x4.splat(load<i32>(positiveIds + (<usize>i << 2)));
    const half = weightOf(weights, i) / (2 * <f32>m);
    const own = f32x4.splat(-gamma - load<f32>(positives + (<usize>i << 2)));
    const decay = decay4(own);
    const others =
      temperature == 0
        ? meanSoftplus(scores, bytes, negativeIds, id, gamma, half, gradients)
        : adversarialSoftplus(scores, bytes, negativeIds, id, gamma, temperature, half, gradients);
    store<f32>(positiveGradients + (<usize>i << 2), -half * f32x4.extract_lane(sigmoid4(own, decay), 0));
    loss += <f64>half * (<f64>f32x4.extract_lane(softplus4(own, decay), 0) + others);
    scores += bytes;
    gradients += bytes;
  }
  return loss;
}

/**
 * Mean of softplus(gamma + score) over the negatives that count, and half of its gradient. Of all log(1 + exp(-|x|)) one
 * logarithm is taken, of their product.
 */
function meanSoftplus(
  scores: usize,
  bytes: usize,
  negativeIds: usize,
  id: v128,
  gamma: f32,
  half: f32,
  gradients: usize,
): f64 {
  const one = f32x4.splat(1);
  const gammas = f32x4.splat(gamma);
  const factor = <f32>1 / <f32>max(1, countedNegatives(scores, bytes, negativeIds, id));
  const shares = f32x4.splat(factor * half);
  let sum = f32x4.splat(0);
  let logarithms: f64 = 0;
  for (let block: usize = 0; block < bytes; block += LOG_BYTES) {
    const end = min(bytes, block + LOG_BYTES);
    let product = one;
    for (let at = block; at < end; at += 16) {
      const s = v128.load(scores + at);
      const struck = v128.or(excluded(negativeIds, at, id), f32x4.le(s, f32x4.splat(LOWEST)));
      const x = f32x4.add(gammas, s);
      const decay = decay4(x);
      v128.store(gradients + at, v128.andnot(f32x4.mul(shares, sigmoid4(x, decay)), struck));
      sum = f32x4.add(sum, v128.andnot(f32x4.pmax(x, f32x4.splat(0)), struck));
      product = f32x4.mul(product, f32x4.add(one, v128.andnot(decay, struck)));
    }
    logarithms += logarithm(productOfLanes(product));
  }
  return <f64>factor * (<f64>sumLanes(sum) + logarithms);
}

function countedNegatives(scores: usize, bytes: usize, negativeIds: usize, id: v128): i32 {
  // A lane that is struck out holds -1.
  let struck = i32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const low = f32x4.le(v128.load(scores + at), f32x4.splat(LOWEST));
    struck = i32x4.add(struck, v128.or(excluded(negativeIds, at, id), low));
  }
  const lanes =
    i32x4.extract_lane(struck, 0) +
    i32x4.extract_lane(struck, 1) +
    i32x4.extract_lane(struck, 2) +
    i32x4.extract_lane(struck, 3);
  return (<i32>bytes >> 2) + lanes;
}

// @ts-ignore: decorator
@inline
function productOfLanes(v: v128): f64 {
  const low = <f64>f32x4.extract_lane(v, 0) * <f64>f32x4.extract_lane(v, 1);
  return low * (<f64>f32x4.extract_lane(v, 2) * <f64>f32x4.extract_lane(v, 3));
}

/** The same with weights softmax(temperature x score), not differentiated. */
function adversarialSoftplus(
  scores: usize,
  bytes: usize,
  negativeIds: usize,
  id: v128,
  gamma: f32,
  temperature: f32,
  half: f32,
  gradients: usize,
): f64 {
  const gammas = f32x4.splat(gamma);
  const halves = f32x4.splat(half);
  const top = rowPeak(scores, bytes, negativeIds, id, LOWEST);
  const total = rowExponentials(scores, bytes, negativeIds, id, top, temperature, gradients);
  const factors = f32x4.splat(total > 0 ? <f32>1 / total : 0);
  let sum = f32x4.splat(0);
  for (let at: usize = 0; at < bytes; at += 16) {
    const x = f32x4.add(gammas, v128.load(scores + at));
    const decay = decay4(x);
    const p = f32x4.mul(v128.load(gradients + at), factors);
    sum = f32x4.add(sum, f32x4.mul(p, softplus4(x, decay)));
    v128.store(gradients + at, f32x4.mul(f32x4.mul(p, halves), sigmoid4(x, decay)));
  }
  return <f64>sumLanes(sum);
}
