// City-block distances between blocks of rows, summed directly, and their gradients. A score is a negated distance.
import { sumLanes } from './_embedding-lanes';

/** Sign of each lane, zero for zero, times `weight`. */
// @ts-ignore: decorator
@inline
export function signed(weight: v128, difference: v128): v128 {
  const sign = v128.and(difference, i32x4.splat(0x80000000));
  return v128.and(v128.xor(weight, sign), f32x4.ne(difference, f32x4.splat(0)));
}

// @ts-ignore: decorator
@inline
export function signedScalar(weight: f32, difference: f32): f32 {
  return difference > 0 ? weight : difference < 0 ? -weight : 0;
}

/**
 * out[i, j] = -sum_c |a[i, c] - b[j, c]|, rows of out `stride` apart. Four rows of a at a time: a row of b is loaded once for
 * them, and their sums run beside each other. Each sum has the order of `cityDistance`, so that equal rows score alike.
 */
export function cityBlock(a: usize, m: i32, b: usize, n: i32, width: i32, out: usize, stride: i32): void {
  const bytes = <usize>width << 2;
  const next = <usize>stride << 2;
  let i = 0;
  for (; i + 4 <= m; i += 4) {
    for (let j = 0; j < n; j++) {
      cityFour(a, b + <usize>j * bytes, width, out + (<usize>j << 2), next);
    }
    a += 4 * bytes;
    out += 4 * next;
  }
  for (; i < m; i++) {
    for (let j = 0; j < n; j++) {
      store<f32>(out + (<usize>j << 2), -cityDistance(a, b + <usize>j * bytes, width));
    }
    a += bytes;
    out += next;
  }
}

/** A column of four scores, `next` bytes apart. */
function cityFour(a: usize, b: usize, width: i32, out: usize, next: usize): void {
  const bytes = <usize>width << 2;
  const a1 = a + bytes;
  const a2 = a1 + bytes;
  const a3 = a2 + bytes;
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  const end = <usize>(width & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const other = v128.load(b + at);
    s0 = f32x4.add(s0, f32x4.abs(f32x4.sub(v128.load(a + at), other)));
    s1 = f32x4.add(s1, f32x4.abs(f32x4.sub(v128.load(a1 + at), other)));
    s2 = f32x4.add(s2, f32x4.abs(f32x4.sub(v128.load(a2 + at), other)));
    s3 = f32x4.add(s3, f32x4.abs(f32x4.sub(v128.load(a3 + at), other)));
  }
  let t0 = sumLanes(s0);
  let t1 = sumLanes(s1);
  let t2 = sumLanes(s2);
  let t3 = sumLanes(s3);
  for (; at < bytes; at += 4) {
    const other = load<f32>(b + at);
    t0 += abs<f32>(load<f32>(a + at) - other);
    t1 += abs<f32>(load<f32>(a1 + at) - other);
    t2 += abs<f32>(load<f32>(a2 + at) - other);
    t3 += abs<f32>(load<f32>(a3 + at) - other);
  }
  store<f32>(out, -t0);
  store<f32>(out + next, -t1);
  store<f32>(out + 2 * next, -t2);
  store<f32>(out + 3 * next, -t3);
}

/** |a - b| in L1. */
export function cityDistance(a: usize, b: usize, width: i32): f32 {
  let sum = f32x4.splat(0);
  let c = 0;
  for (; c + 4 <= width; c += 4) {
    sum = f32x4.add(sum, f32x4.abs(f32x4.sub(v128.load(a), v128.load(b))));
    a += 16;
    b += 16;
  }
  let total = sumLanes(sum);
  for (; c < width; c++) {
    total += abs<f32>(load<f32>(a) - load<f32>(b));
    a += 4;
    b += 4;
  }
  return total;
}

/**
 * From gradients g[m, n] of L1 scores: da_i = -sum_j g sign(a_i - b_j) and db_j = sum_i g sign(a_i - b_j). Four rows of a at
 * a time: a row of b and its gradient are loaded once for them.
 */
export function cityBlockBackward(
  a: usize,
  m: i32,
  b: usize,
  n: i32,
  width: i32,
  gradients: usize,
  stride: i32,
  da: usize,
  db: usize,
): void {
  const bytes = <usize>width << 2;
  const next = <usize>stride << 2;
  memory.fill(da, 0, <usize>m * bytes);
  memory.fill(db, 0, <usize>n * bytes);
  const whole = m & ~3;
  for (let i = 0; i < whole; i += 4) {
    for (let j = 0; j < n; j++) {
      const at = gradients + (<usize>j << 2);
      const row = <usize>j * bytes;
      cityFourBackward(a, b + row, width, at, next, da, db + row);
    }
    a += 4 * bytes;
    da += 4 * bytes;
    gradients += 4 * next;
  }
  for (let i = whole; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const row = <usize>j * bytes;
      cityPairBackward(a, b + row, width, load<f32>(gradients + (<usize>j << 2)), da, db + row);
    }
    a += bytes;
    da += bytes;
    gradients += next;
  }
}

function cityFourBackward(a: usize, b: usize, width: i32, gradients: usize, next: usize, da: usize, db: usize): void {
  const bytes = <usize>width << 2;
  const g0 = load<f32>(gradients);
  const g1 = load<f32>(gradients + next);
  const g2 = load<f32>(gradients + 2 * next);
  const g3 = load<f32>(gradients + 3 * next);
  const w0 = f32x4.splat(g0);
  const w1 = f32x4.splat(g1);
  const w2 = f32x4.splat(g2);
  const w3 = f32x4.splat(g3);
  const end = <usize>(width & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const other = v128.load(b + at);
    const a0 = a + at;
    const d0 = da + at;
    const s0 = signed(w0, f32x4.sub(v128.load(a0), other));
    v128.store(d0, f32x4.sub(v128.load(d0), s0));
    const a1 = a0 + bytes;
    const d1 = d0 + bytes;
    const s1 = signed(w1, f32x4.sub(v128.load(a1), other));
    v128.store(d1, f32x4.sub(v128.load(d1), s1));
    const a2 = a1 + bytes;
    const d2 = d1 + bytes;
    const s2 = signed(w2, f32x4.sub(v128.load(a2), other));
    v128.store(d2, f32x4.sub(v128.load(d2), s2));
    const a3 = a2 + bytes;
    const d3 = d2 + bytes;
    const s3 = signed(w3, f32x4.sub(v128.load(a3), other));
    v128.store(d3, f32x4.sub(v128.load(d3), s3));
    v128.store(db + at, f32x4.add(v128.load(db + at), f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3))));
  }
  for (; at < bytes; at += 4) {
    citySingle(a + at, b + at, g0, da + at, db + at);
    citySingle(a + bytes + at, b + at, g1, da + bytes + at, db + at);
    citySingle(a + 2 * bytes + at, b + at, g2, da + 2 * bytes + at, db + at);
    citySingle(a + 3 * bytes + at, b + at, g3, da + 3 * bytes + at, db + at);
  }
}

// @ts-ignore: decorator
@inline
function citySingle(a: usize, b: usize, g: f32, da: usize, db: usize): void {
  const s = signedScalar(g, load<f32>(a) - load<f32>(b));
  store<f32>(da, load<f32>(da) - s);
  store<f32>(db, load<f32>(db) + s);
}

function cityPairBackward(a: usize, b: usize, width: i32, g: f32, da: usize, db: usize): void {
  const weight = f32x4.splat(g);
  const bytes = <usize>width << 2;
  const end = <usize>(width & ~3) << 2;
  let at: usize = 0;
  for (; at < end; at += 16) {
    const s = signed(weight, f32x4.sub(v128.load(a + at), v128.load(b + at)));
    v128.store(da + at, f32x4.sub(v128.load(da + at), s));
    v128.store(db + at, f32x4.add(v128.load(db + at), s));
  }
  for (; at < bytes; at += 4) citySingle(a + at, b + at, g, da + at, db + at);
}
