// Rows of tables: gathered before a chunk, updated after it. Gradients of one chunk are first summed by row, so that a
// row is updated once; no gradient of a whole table exists.
import { squaredNorm } from './_embedding-lanes';

/** out_p = table[ids[p]] */
export function gather(table: usize, ids: usize, count: i32, width: i32, out: usize): void {
  const bytes = <usize>width << 2;
  for (let p = 0; p < count; p++) {
    const row = table + <usize>load<i32>(ids + (<usize>p << 2)) * bytes;
    memory.copy(out, row, bytes);
    out += bytes;
  }
}

/** out_p = table[ids[p]] + scale * others[otherIds[p]] */
export function gatherSums(
  table: usize,
  ids: usize,
  others: usize,
  otherIds: usize,
  scale: f32,
  count: i32,
  width: i32,
  out: usize,
): void {
  const bytes = <usize>width << 2;
  for (let p: usize = 0; p < <usize>count; p++) {
    const row = table + <usize>load<i32>(ids + (p << 2)) * bytes;
    const other = others + <usize>load<i32>(otherIds + (p << 2)) * bytes;
    addScaled(row, other, scale, out + p * bytes, width);
  }
}

/** out = a + scale * b, elementwise over `length` floats; out may be a. */
export function addScaled(a: usize, b: usize, scale: f32, out: usize, length: i32): void {
  const scales = f32x4.splat(scale);
  let c = 0;
  for (; c + 4 <= length; c += 4) {
    v128.store(out, f32x4.add(v128.load(a), f32x4.mul(scales, v128.load(b))));
    a += 16;
    b += 16;
    out += 16;
  }
  for (; c < length; c++) {
    store<f32>(out, load<f32>(a) + scale * load<f32>(b));
    a += 4;
    b += 4;
    out += 4;
  }
}

/**
 * Sums rows of equal id into the first of them, in place; gaps are filled with rows from the end.
 * `slots` holds -1 for every id and does so again afterwards. Returns the number of distinct ids.
 */
export function coalesce(ids: usize, values: usize, count: i32, width: i32, slots: usize): i32 {
  const bytes = <usize>width << 2;
  for (let p = 0; p < count; ) {
    const id = load<i32>(ids + (<usize>p << 2));
    const slot = slots + (<usize>id << 2);
    const seen = load<i32>(slot);
    if (seen < 0) {
      store<i32>(slot, p++);
      continue;
    }
    const value = values + <usize>p * bytes;
    const target = values + <usize>seen * bytes;
    addScaled(target, value, 1, target, width);
    count--;
    if (p == count) break;
    store<i32>(ids + (<usize>p << 2), load<i32>(ids + (<usize>count << 2)));
    memory.copy(value, values + <usize>count * bytes, bytes);
  }
  freeSlots(ids, count, slots);
  return count;
}

/**
 * out = scale times the sums of rows of equal id, in the order in which ids appear; ids close up. `slots` as above.
 * Returns the number of distinct ids.
 */
export function sumRows(
  ids: usize,
  values: usize,
  scale: f32,
  count: i32,
  width: i32,
  slots: usize,
  out: usize,
): i32 {
  const bytes = <usize>width << 2;
  let distinct = 0;
  for (let p = 0; p < count; p++, values += bytes) {
    const id = load<i32>(ids + (<usize>p << 2));
    const slot = slots + (<usize>id << 2);
    const seen = load<i32>(slot);
    if (seen >= 0) {
      const target = out + <usize>seen * bytes;
      addScaled(target, values, scale, target, width);
      continue;
    }
    store<i32>(slot, distinct);
    store<i32>(ids + (<usize>distinct << 2), id);
    const target = out + <usize>distinct * bytes;
    memory.fill(target, 0, bytes);
    addScaled(target, values, scale, target, width);
    distinct++;
  }
  freeSlots(ids, distinct, slots);
  return distinct;
}

function freeSlots(ids: usize, count: i32, slots: usize): void {
  for (let p = 0; p < count; p++) store<i32>(slots + (<usize>load<i32>(ids + (<usize>p << 2)) << 2), -1);
}

/** Rows with id % owners == owner are updated; others are another thread's. */
// @ts-ignore: decorator
@inline
function isOwn(id: i32, owner: i32, owners: i32): bool {
  return owners == 1 || id % owners == owner;
}

/** Adagrad (Duchi et al. 2011) with one accumulator a row: state += mean(g^2); row -= rate g / (sqrt(state) + epsilon). */
export function adagrad(
  table: usize,
  state: usize,
  ids: usize,
  values: usize,
  count: i32,
  width: i32,
  rate: f32,
  epsilon: f32,
  owner: i32,
  owners: i32,
): void {
  const bytes = <usize>width << 2;
  for (let p = 0; p < count; p++, values += bytes) {
    const id = <usize>load<i32>(ids + (<usize>p << 2));
    if (!isOwn(<i32>id, owner, owners)) continue;
    const accumulator = state + (id << 2);
    const total = load<f32>(accumulator) + squaredNorm(values, width) / <f32>width;
    store<f32>(accumulator, total);
    const row = table + id * bytes;
    addScaled(row, values, -rate / (sqrt<f32>(total) + epsilon), row, width);
  }
}

/** Diagonal Adagrad (Duchi et al. 2011, figure 1): state += g^2, row -= rate g / (sqrt(state) + epsilon), number by number. */
export function adagradDiagonal(
  table: usize,
  state: usize,
  ids: usize,
  values: usize,
  count: i32,
  width: i32,
  rate: f32,
  epsilon: f32,
  owner: i32,
  owners: i32,
): void {
  const bytes = <usize>width << 2;
  const rates = f32x4.splat(rate);
  const epsilons = f32x4.splat(epsilon);
  for (let p = 0; p < count; p++, values += bytes) {
    const id = load<i32>(ids + (<usize>p << 2));
    if (!isOwn(id, owner, owners)) continue;
    const start = <usize>id * bytes;
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) {
      const g = v128.load(values + c);
      const total = f32x4.add(v128.load(state + start + c), f32x4.mul(g, g));
      v128.store(state + start + c, total);
      const change = f32x4.div(f32x4.mul(rates, g), f32x4.add(f32x4.sqrt(total), epsilons));
      v128.store(table + start + c, f32x4.sub(v128.load(table + start + c), change));
    }
    for (; c < bytes; c += 4) {
      const g = load<f32>(values + c);
      const total = load<f32>(state + start + c) + g * g;
      store<f32>(state + start + c, total);
      store<f32>(table + start + c, load<f32>(table + start + c) - (rate * g) / (sqrt<f32>(total) + epsilon));
    }
  }
}

/** row -= rate g */
export function descend(
  table: usize,
  ids: usize,
  values: usize,
  count: i32,
  width: i32,
  rate: f32,
  owner: i32,
  owners: i32,
): void {
  const bytes = <usize>width << 2;
  for (let p = 0; p < count; p++, values += bytes) {
    const id = load<i32>(ids + (<usize>p << 2));
    if (!isOwn(id, owner, owners)) continue;
    const row = table + <usize>id * bytes;
    addScaled(row, values, -rate, row, width);
  }
}

/**
 * Adam (Kingma and Ba 2015) on the touched rows only. `rate` holds the correction of the first moment, `correction` is
 * 1 / sqrt(1 - beta2^t).
 */
export function adam(
  table: usize,
  first: usize,
  second: usize,
  ids: usize,
  values: usize,
  count: i32,
  width: i32,
  rate: f32,
  beta1: f32,
  beta2: f32,
  correction: f32,
  epsilon: f32,
  owner: i32,
  owners: i32,
): void {
  const bytes = <usize>width << 2;
  for (let p = 0; p < count; p++, values += bytes) {
    const id = load<i32>(ids + (<usize>p << 2));
    if (!isOwn(id, owner, owners)) continue;
    const start = <usize>id * bytes;
    let c: usize = 0;
    for (; c + 16 <= bytes; c += 16) adamLanes(table + start + c, first + start + c, second + start + c, values + c, rate, beta1, beta2, correction, epsilon);
    for (; c < bytes; c += 4) {
      const g = load<f32>(values + c);
      const m = beta1 * load<f32>(first + start + c) + (1 - beta1) * g;
      const v = beta2 * load<f32>(second + start + c) + (1 - beta2) * g * g;
      store<f32>(first + start + c, m);
      store<f32>(second + start + c, v);
      const row = table + start + c;
      store<f32>(row, load<f32>(row) - (rate * m) / (sqrt<f32>(v) * correction + epsilon));
    }
  }
}

// @ts-ignore: decorator
@inline
function adamLanes(
  row: usize,
  first: usize,
  second: usize,
  value: usize,
  rate: f32,
  beta1: f32,
  beta2: f32,
  correction: f32,
  epsilon: f32,
): void {
  const g = v128.load(value);
  const m = f32x4.add(f32x4.mul(f32x4.splat(beta1), v128.load(first)), f32x4.mul(f32x4.splat(1 - beta1), g));
  const square = f32x4.mul(f32x4.mul(f32x4.splat(1 - beta2), g), g);
  const v = f32x4.add(f32x4.mul(f32x4.splat(beta2), v128.load(second)), square);
  v128.store(first, m);
  v128.store(second, v);
  const below = f32x4.add(f32x4.mul(f32x4.sqrt(v), f32x4.splat(correction)), f32x4.splat(epsilon));
  v128.store(row, f32x4.sub(v128.load(row), f32x4.div(f32x4.mul(f32x4.splat(rate), m), below)));
}

/** Scales the named rows to Euclidean length 1; a zero row stays. */
export function normalise(table: usize, ids: usize, count: i32, width: i32, owner: i32, owners: i32): void {
  for (let p = 0; p < count; p++) {
    const id = load<i32>(ids + (<usize>p << 2));
    if (!isOwn(id, owner, owners)) continue;
    const row = table + <usize>id * (<usize>width << 2);
    const square = squaredNorm(row, width);
    if (square == 0) continue;
    const scale: f32 = <f32>1 / sqrt<f32>(square);
    addScaled(row, row, scale - 1, row, width);
  }
}
