// Products of rows, real and complex. A complex row of width d is d / 2 real parts, then d / 2 imaginary parts.
import { sumLanes } from './_embedding-lanes';
import { sine4 } from './_embedding-math';

/** out = a * b, elementwise over `length` floats; out may be a or b. */
export function multiply(a: usize, b: usize, out: usize, length: i32): void {
  let c = 0;
  for (; c + 4 <= length; c += 4) {
    v128.store(out, f32x4.mul(v128.load(a), v128.load(b)));
    a += 16;
    b += 16;
    out += 16;
  }
  for (; c < length; c++) {
    store<f32>(out, load<f32>(a) * load<f32>(b));
    a += 4;
    b += 4;
    out += 4;
  }
}

/** out_i = scale * (second half of row i, first half of row i); out must not be rows. */
export function swapHalves(rows: usize, count: i32, width: i32, scale: f32, out: usize): void {
  const half = width >> 1;
  const scales = f32x4.splat(scale);
  for (let i = 0; i < count; i++) {
    for (let side = 0; side < 2; side++) {
      const from = rows + (<usize>(i * width + (1 - side) * half) << 2);
      const to = out + (<usize>(i * width + side * half) << 2);
      let c = 0;
      for (; c + 4 <= half; c += 4) {
        const at = <usize>c << 2;
        v128.store(to + at, f32x4.mul(scales, v128.load(from + at)));
      }
      for (; c < half; c++) {
        const at = <usize>c << 2;
        store<f32>(to + at, scale * load<f32>(from + at));
      }
    }
  }
}

/** out_i = a_i b_i, or a_i conj(b_i) with `sign` -1, of complex rows; out may be a or b. */
export function complexMultiply(a: usize, b: usize, sign: f32, out: usize, count: i32, width: i32): void {
  const half = width >> 1;
  const bytes = <usize>half << 2;
  const signs = f32x4.splat(sign);
  for (let i = 0; i < count; i++) {
    let c = 0;
    for (; c + 4 <= half; c += 4) {
      const at = <usize>c << 2;
      const x = v128.load(a + at);
      const y = v128.load(a + at + bytes);
      const u = v128.load(b + at);
      const v = f32x4.mul(signs, v128.load(b + at + bytes));
      v128.store(out + at, f32x4.sub(f32x4.mul(x, u), f32x4.mul(y, v)));
      v128.store(out + at + bytes, f32x4.add(f32x4.mul(x, v), f32x4.mul(y, u)));
    }
    for (; c < half; c++) {
      const at = <usize>c << 2;
      const x = load<f32>(a + at);
      const y = load<f32>(a + at + bytes);
      const u = load<f32>(b + at);
      const v = sign * load<f32>(b + at + bytes);
      store<f32>(out + at, x * u - y * v);
      store<f32>(out + at + bytes, x * v + y * u);
    }
    a += bytes << 1;
    b += bytes << 1;
    out += bytes << 1;
  }
}

/** out_i = (cos, sin) of the phases [count, half], as complex rows of width 2 half. `half` may be any number. */
export function unitComplex(phases: usize, count: i32, half: i32, out: usize): void {
  const bytes = <usize>half << 2;
  for (let i = 0; i < count; i++) {
    let c = 0;
    for (; c + 4 <= half; c += 4) {
      const at = <usize>c << 2;
      const x = v128.load(phases + at);
      v128.store(out + at, sine4(x, 1));
      v128.store(out + at + bytes, sine4(x, 0));
    }
    for (; c < half; c++) {
      const at = <usize>c << 2;
      const x = f32x4.splat(load<f32>(phases + at));
      store<f32>(out + at, f32x4.extract_lane(sine4(x, 1), 0));
      store<f32>(out + at + bytes, f32x4.extract_lane(sine4(x, 0), 0));
    }
    phases += bytes;
    out += bytes << 1;
  }
}

/** out[i, c] = -sin d_re + cos d_im: gradients of phases from those of their unit complex numbers. */
export function phaseGradients(units: usize, gradients: usize, count: i32, half: i32, out: usize): void {
  const bytes = <usize>half << 2;
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < half; c++) {
      const at = <usize>c << 2;
      const real = load<f32>(gradients + at) * load<f32>(units + at + bytes);
      store<f32>(out + at, load<f32>(gradients + at + bytes) * load<f32>(units + at) - real);
    }
    units += bytes << 1;
    gradients += bytes << 1;
    out += bytes;
  }
}

/** out[i] = a_i . b_i */
export function pairProducts(a: usize, b: usize, count: i32, width: i32, out: usize): void {
  for (let i = 0; i < count; i++) {
    let sum = f32x4.splat(0);
    let c = 0;
    for (; c + 4 <= width; c += 4) {
      sum = f32x4.add(sum, f32x4.mul(v128.load(a), v128.load(b)));
      a += 16;
      b += 16;
    }
    let total = sumLanes(sum);
    for (; c < width; c++) {
      total += load<f32>(a) * load<f32>(b);
      a += 4;
      b += 4;
    }
    store<f32>(out + (<usize>i << 2), total);
  }
}

/** out_i += scales[i] rows_i */
export function addScaledRows(out: usize, rows: usize, scales: usize, count: i32, width: i32): void {
  for (let i = 0; i < count; i++) {
    const scale = load<f32>(scales + (<usize>i << 2));
    const lanes = f32x4.splat(scale);
    let c = 0;
    for (; c + 4 <= width; c += 4) {
      v128.store(out, f32x4.add(v128.load(out), f32x4.mul(lanes, v128.load(rows))));
      out += 16;
      rows += 16;
    }
    for (; c < width; c++) {
      store<f32>(out, load<f32>(out) + scale * load<f32>(rows));
      out += 4;
      rows += 4;
    }
  }
}

/**
 * Penalty weight x sum |x|^2 (`power` 2) or |x|^3 (3) over rows, moduli where `isComplex`. Its gradient is added to
 * `gradients`. @returns the penalty
 */
export function penalty(
  rows: usize,
  count: i32,
  width: i32,
  power: i32,
  isComplex: i32,
  weight: f32,
  gradients: usize,
): f64 {
  let total: f64 = 0;
  const parts = isComplex ? width >> 1 : width;
  const bytes = <usize>parts << 2;
  for (let i = 0; i < count; i++) {
    let sum: f32 = 0;
    for (let c = 0; c < parts; c++) {
      const at = <usize>c << 2;
      const x = load<f32>(rows + at);
      const y: f32 = isComplex ? load<f32>(rows + at + bytes) : 0;
      const square = x * x + y * y;
      const modulus = power == 3 ? sqrt<f32>(square) : <f32>1;
      const slope = weight * <f32>power * modulus;
      sum += square * modulus;
      store<f32>(gradients + at, load<f32>(gradients + at) + slope * x);
      if (isComplex) store<f32>(gradients + at + bytes, load<f32>(gradients + at + bytes) + slope * y);
    }
    total += <f64>sum;
    rows += <usize>width << 2;
    gradients += <usize>width << 2;
  }
  return total * <f64>weight;
}
