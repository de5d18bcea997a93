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

/** Subtracts g d|u| from da, adds it to db, for one pair. */
function modulusPairBackward(a: usize, b: usize, half: i32, g: f32, da: usize, db: usize): void {
  const bytes = <usize>half << 2;
  const weight = f32x4.splat(g);
  const tiny = f32x4.splat(TINY);
  let c = 0;
  for (; c + 4 <= half; c += 4) {
    const x = f32x4.sub(v128.load(a), v128.load(b));
    const y = f32x4.sub(v128.load(a + bytes), v128.load(b + bytes));
    const modulus = f32x4.sqrt(f32x4.add(f32x4.mul(x, x), f32x4.mul(y, y)));
    const scale = v128.and(f32x4.div(weight, modulus), f32x4.gt(modulus, tiny));
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

/** Writes da[m, d] and db[n, d] from gradients[m, stride] of scores. */
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
  memory.fill(da, 0, <usize>(m * width) << 2);
  memory.fill(db, 0, <usize>(n * width) << 2);
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const g = load<f32>(gradients + (<usize>(i * stride + j) << 2));
      if (g == 0) continue;
      const x = <usize>(i * width) << 2;
      const y = <usize>(j * width) << 2;
      modulusPairBackward(a + x, b + y, width >> 1, g, da + x, db + y);
    }
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
