/** Sum of four lanes, always in this order. */
// @ts-ignore: decorator
@inline
export function sumLanes(v: v128): f32 {
  return (
    f32x4.extract_lane(v, 0) + f32x4.extract_lane(v, 1) + (f32x4.extract_lane(v, 2) + f32x4.extract_lane(v, 3))
  );
}

/** |row|^2. Four sums run beside each other: one would wait for each of its additions. */
export function squaredNorm(row: usize, width: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let c = 0;
  for (; c + 16 <= width; c += 16) {
    s0 = addSquare(s0, v128.load(row));
    s1 = addSquare(s1, v128.load(row, 16));
    s2 = addSquare(s2, v128.load(row, 32));
    s3 = addSquare(s3, v128.load(row, 48));
    row += 64;
  }
  for (; c + 4 <= width; c += 4) {
    s0 = addSquare(s0, v128.load(row));
    row += 16;
  }
  let total = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; c < width; c++) {
    const v = load<f32>(row);
    total += v * v;
    row += 4;
  }
  return total;
}

/** |a - b|^2, likewise. */
export function squaredDistance(a: usize, b: usize, width: i32): f32 {
  let s0 = f32x4.splat(0);
  let s1 = s0;
  let s2 = s0;
  let s3 = s0;
  let c = 0;
  for (; c + 16 <= width; c += 16) {
    s0 = addSquare(s0, f32x4.sub(v128.load(a), v128.load(b)));
    s1 = addSquare(s1, f32x4.sub(v128.load(a, 16), v128.load(b, 16)));
    s2 = addSquare(s2, f32x4.sub(v128.load(a, 32), v128.load(b, 32)));
    s3 = addSquare(s3, f32x4.sub(v128.load(a, 48), v128.load(b, 48)));
    a += 64;
    b += 64;
  }
  for (; c + 4 <= width; c += 4) {
    s0 = addSquare(s0, f32x4.sub(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
  }
  let total = sumLanes(f32x4.add(f32x4.add(s0, s1), f32x4.add(s2, s3)));
  for (; c < width; c++) {
    const u = load<f32>(a) - load<f32>(b);
    total += u * u;
    a += 4;
    b += 4;
  }
  return total;
}

// @ts-ignore: decorator
@inline
function addSquare(sum: v128, v: v128): v128 {
  return f32x4.add(sum, f32x4.mul(v, v));
}
