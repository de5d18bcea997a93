/**
 * One pass over all parameters: AdamW, the squared norm that clipping needs, and sums of gradients. Arguments are byte
 * addresses of float32 blocks on 64-byte boundaries; lengths are multiples of 16. The twin is ../plain-training.ts.
 */

/** AdamW (Loshchilov and Hutter 2019). See the twin for the arguments' meaning. */
export function adamw(
  values: usize,
  gradients: usize,
  firstMoments: usize,
  secondMoments: usize,
  length: i32,
  gradientScale: f32,
  beta1: f32,
  beta2: f32,
  rate: f32,
  rootScale: f32,
  epsilon: f32,
  keep: f32,
): void {
  const scale4 = f32x4.splat(gradientScale);
  const beta14 = f32x4.splat(beta1);
  const rest14 = f32x4.splat(<f32>1 - beta1);
  const beta24 = f32x4.splat(beta2);
  const rest24 = f32x4.splat(<f32>1 - beta2);
  const rate4 = f32x4.splat(rate);
  const rootScale4 = f32x4.splat(rootScale);
  const epsilon4 = f32x4.splat(epsilon);
  const keep4 = f32x4.splat(keep);
  const end = <usize>length << 2;
  for (let at: usize = 0; at < end; at += 16) {
    const g = f32x4.mul(v128.load(gradients + at), scale4);
    const m = f32x4.add(f32x4.mul(v128.load(firstMoments + at), beta14), f32x4.mul(g, rest14));
    const v = f32x4.add(f32x4.mul(v128.load(secondMoments + at), beta24), f32x4.mul(f32x4.mul(g, g), rest24));
    v128.store(firstMoments + at, m);
    v128.store(secondMoments + at, v);
    const root = f32x4.add(f32x4.mul(f32x4.sqrt(v), rootScale4), epsilon4);
    const kept = f32x4.mul(v128.load(values + at), keep4);
    v128.store(values + at, f32x4.sub(kept, f32x4.div(f32x4.mul(m, rate4), root)));
  }
}

/** Sum of squares in float64, by four interleaved sums in a fixed order. */
export function squaredNorm(block: usize, length: i32): f64 {
  let low = f64x2.splat(0);
  let high = f64x2.splat(0);
  const end = block + (<usize>length << 2);
  for (let at = block; at < end; at += 16) {
    const four = v128.load(at);
    const first = f64x2.promote_low_f32x4(four);
    const second = f64x2.promote_low_f32x4(v128.shuffle<u32>(four, four, 2, 3, 0, 1));
    low = f64x2.add(low, f64x2.mul(first, first));
    high = f64x2.add(high, f64x2.mul(second, second));
  }
  const sums = f64x2.add(low, high);
  return f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
}

/** target += source */
export function accumulate(target: usize, source: usize, length: i32): void {
  const end = <usize>length << 2;
  for (let at: usize = 0; at < end; at += 16) {
    v128.store(target + at, f32x4.add(v128.load(target + at), v128.load(source + at)));
  }
}
