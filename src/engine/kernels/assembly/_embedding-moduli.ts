// Distances of complex rows: the sum of the moduli of their differences (RotatE). A row of width d is d / 2 real parts,
// then d / 2 imaginary parts.
import { sumLanes } from './_embedding-lanes';

/** Moduli below it have no direction: their gradient is zero. */
const TINY: f32 = 1e-12;

function modulusDistance(a: usize, b: usize, half: i32): f32 {
  const bytes = <usize>half << 2;
  let sum = f32x4.splat(0);
  let c = 0;
  for (; c + 4 <= half; c += 4) {
    const x = f32x4.sub(v128.load(a), v128.load(b));
    const y = f32x4.sub(v128.load(a + bytes), v128.load(b + bytes));
    sum = f32x4.add(sum, f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y))));
    a += 16;
    b += 16;
  }
  let total = sumLanes(sum);
  for (; c < half; c++) {
    const x = load<f32>(a) - load<f32>(b);
    const y = load<f32>(a + bytes) - load<f32>(b + bytes);
    total += sqrt<f32>(x * x + y * y);
    a += 4;
    b += 4;
  }
  return total;
}

/** What the gradient of a modulus is multiplied by: weight / |x + iy|, zero where that has no direction. */
// @ts-ignore: decorator
@inline
function direction(weight: v128, x: v128, y: v128): v128 {
  const modulus = f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)));
  return v128.and(f32x4.div(weight, modulus), f32x4.gt(modulus, f32x4.splat(TINY)));
}

/** Subtracts g d|u| from da, adds it to db, for one pair. */
function modulusPairBackward(a: usize, b: usize, half: i32, g: f32, da: usize, db: usize): void {
  const bytes = <usize>half << 2;
  const weight = f32x4.splat(g);
  let c = 0;
  for (; c + 4 <= half; c += 4) {
    const x = f32x4.sub(v128.load(a), v128.load(b));
    const y = f32x4.sub(v128.load(a + bytes), v128.load(b + bytes));
    const scale = direction(weight, x, y);
    const dx = f32x4.mul(scale, x);
    const dy = f32x4.mul(scale, y);
    v128.store(da, f32x4.sub(v128.load(da), dx));
    v128.store(da + bytes, f32x4.sub(v128.load(da + bytes), dy));
    v128.store(db, f32x4.add(v128.load(db), dx));
    v128.store(db + bytes, f32x4.add(v128.load(db + bytes), dy));
    a += 16;
    b += 16;
    da += 16;
    db += 16;
  }
  for (; c < half; c++) {
    const x = load<f32>(a) - load<f32>(b);
    const y = load<f32>(a + bytes) - load<f32>(b + bytes);
    const modulus = sqrt<f32>(x * x + y * y);
    const scale: f32 = modulus > TINY ? g / modulus : 0;
    store<f32>(da, load<f32>(da) - scale * x);
    store<f32>(da + bytes, load<f32>(da + bytes) - scale * y);
    store<f32>(db, load<f32>(db) + scale * x);
    store<f32>(db + bytes, load<f32>(db + bytes) + scale * y);
    a += 4;
    b += 4;
    da += 4;
    db += 4;
  }
}

/** out[i, j] = -sum_c |a[i, c] - b[j, c]| of complex rows. */
export function modulusBlock(a: usize, m: i32, b: usize, n: i32, width: i32, out: usize, stride: i32): void {
  for (let i = 0; i < m; i++) {
    const row = a + (<usize>(i * width) << 2);
    for (let j = 0; j < n; j++) {
      const other = b + (<usize>(j * width) << 2);
      store<f32>(out + (<usize>(i * stride + j) << 2), -modulusDistance(row, other, width >> 1));
    }
  }
}

/**
 * Writes da[m, d] and db[n, d] from gradients[m, stride] of scores. Four rows of a at a time, as for city-block distances: a
 * row of b and its gradient are loaded once for them.
 */
export function modulusBlockBackward(
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
  // Parts that fill no vector go pair by pair, as do the rows that are left.
  const whole = (width >> 1) % 4 == 0 ? m & ~3 : 0;
  for (let i = 0; i < whole; i += 4) {
    for (let j = 0; j < n; j++) {
      const row = <usize>j * bytes;
      modulusFourBackward(a, b + row, width >> 1, gradients + (<usize>j << 2), next, da, db + row);
    }
    a += 4 * bytes;
    da += 4 * bytes;
    gradients += 4 * next;
  }
  for (let i = whole; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const g = load<f32>(gradients + (<usize>j << 2));
      const row = <usize>j * bytes;
      if (g != 0) modulusPairBackward(a, b + row, width >> 1, g, da, db + row);
    }
    a += bytes;
    da += bytes;
    gradients += next;
  }
}

/** Subtracts `slope` from what stands at `gradient`, and gives it back. */
// @ts-ignore: decorator
@inline
function takenFrom(gradient: usize, slope: v128): v128 {
  v128.store(gradient, f32x4.sub(v128.load(gradient), slope));
  return slope;
}

function modulusFourBackward(a: usize, b: usize, half: i32, gradients: usize, next: usize, da: usize, db: usize): void {
  const part = <usize>half << 2;
  const bytes = part << 1;
  const w0 = v128.load32_splat(gradients);
  const w1 = v128.load32_splat(gradients + next);
  const w2 = v128.load32_splat(gradients + 2 * next);
  const w3 = v128.load32_splat(gradients + 3 * next);
  for (let at: usize = 0; at < part; at += 16) {
    const re = v128.load(b + at);
    const im = v128.load(b + at + part);
    const a0 = a + at;
    const d0 = da + at;
    const x0 = f32x4.sub(v128.load(a0), re);
    const y0 = f32x4.sub(v128.load(a0 + part), im);
    const s0 = direction(w0, x0, y0);
    let sumX = takenFrom(d0, f32x4.mul(s0, x0));
    let sumY = takenFrom(d0 + part, f32x4.mul(s0, y0));
    const a1 = a0 + bytes;
    const d1 = d0 + bytes;
    const x1 = f32x4.sub(v128.load(a1), re);
    const y1 = f32x4.sub(v128.load(a1 + part), im);
    const s1 = direction(w1, x1, y1);
    sumX = f32x4.add(sumX, takenFrom(d1, f32x4.mul(s1, x1)));
    sumY = f32x4.add(sumY, takenFrom(d1 + part, f32x4.mul(s1, y1)));
    const a2 = a1 + bytes;
    const d2 = d1 + bytes;
    const x2 = f32x4.sub(v128.load(a2), re);
    const y2 = f32x4.sub(v128.load(a2 + part), im);
    const s2 = direction(w2, x2, y2);
    sumX = f32x4.add(sumX, takenFrom(d2, f32x4.mul(s2, x2)));
    sumY = f32x4.add(sumY, takenFrom(d2 + part, f32x4.mul(s2, y2)));
    const a3 = a2 + bytes;
    const d3 = d2 + bytes;
    const x3 = f32x4.sub(v128.load(a3), re);
    const y3 = f32x4.sub(v128.load(a3 + part), im);
    const s3 = direction(w3, x3, y3);
    sumX = f32x4.add(sumX, takenFrom(d3, f32x4.mul(s3, x3)));
    sumY = f32x4.add(sumY, takenFrom(d3 + part, f32x4.mul(s3, y3)));
    v128.store(db + at, f32x4.add(v128.load(db + at), sumX));
    v128.store(db + at + part, f32x4.add(v128.load(db + at + part), sumY));
  }
}

/** out[i] = -sum_c |a[i, c] - b[i, c]| of complex rows. */
export function modulusPairs(a: usize, b: usize, count: i32, width: i32, out: usize): void {
  const step = <usize>width << 2;
  for (let i = 0; i < count; i++) {
    store<f32>(out + (<usize>i << 2), -modulusDistance(a, b, width >> 1));
    a += step;
    b += step;
  }
}

/** From gradients[i] of pair scores: da_i is added to, db_i is written. */
export function modulusPairsBackward(
  a: usize,
  b: usize,
  count: i32,
  width: i32,
  gradients: usize,
  da: usize,
  db: usize,
): void {
  memory.fill(db, 0, <usize>(count * width) << 2);
  const step = <usize>width << 2;
  for (let i = 0; i < count; i++) {
    modulusPairBackward(a, b, width >> 1, load<f32>(gradients + (<usize>i << 2)), da, db);
    a += step;
    b += step;
    da += step;
    db += step;
  }
}
