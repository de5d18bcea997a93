// Functions of four floats at once, without tables: low memory belongs to the caller.

/** 3 * 2^22: added to a small number it leaves the nearest integer in the lowest bits. */
const ROUNDING: f32 = 12582912;

/**
 * exp, relative error below 2e-7: Cephes' expf (Moshier), without its special cases. pmin and pmax are one instruction where
 * min and max are several, and let a number that is none through.
 */
// @ts-ignore: decorator
@inline
export function exp4(x: v128): v128 {
  x = f32x4.pmax(f32x4.pmin(x, f32x4.splat(88)), f32x4.splat(-87));
  const rounded = f32x4.add(f32x4.mul(x, f32x4.splat(1.44269504)), f32x4.splat(ROUNDING));
  const n = f32x4.sub(rounded, f32x4.splat(ROUNDING));
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(0.693359375)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(-2.12194440e-4)));
  let p = f32x4.splat(1.9875691500e-4);
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.3981999507e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(8.3334519073e-3));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(4.1665795894e-2));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(1.6666665459e-1));
  p = f32x4.add(f32x4.mul(p, r), f32x4.splat(5.0000001201e-1));
  const y = f32x4.add(f32x4.add(f32x4.mul(f32x4.mul(p, r), r), r), f32x4.splat(1));
  const scale = i32x4.add(i32x4.shl(rounded, 23), i32x4.splat(127 << 23));
  return f32x4.mul(y, scale);
}

/** log(1 + e) for e in [0, 1], error below 2e-7: 2 artanh(e / (2 + e)) as a series. */
// @ts-ignore: decorator
@inline
function logOnePlus4(e: v128): v128 {
  const s = f32x4.div(e, f32x4.add(e, f32x4.splat(2)));
  const square = f32x4.mul(s, s);
  let series = f32x4.splat(0.15384615);
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(0.18181818));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(0.22222222));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(0.28571429));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(0.4));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(0.66666667));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(2));
  return f32x4.mul(series, s);
}

/** exp(-|x|), which softplus and sigmoid share. */
// @ts-ignore: decorator
@inline
export function decay4(x: v128): v128 {
  return exp4(f32x4.neg(f32x4.abs(x)));
}

/** softplus(x) = log(1 + exp(x)), with decay4(x) */
// @ts-ignore: decorator
@inline
export function softplus4(x: v128, decay: v128): v128 {
  return f32x4.add(f32x4.pmax(x, f32x4.splat(0)), logOnePlus4(decay));
}

/** 1 / (1 + exp(-x)), with decay4(x) */
// @ts-ignore: decorator
@inline
export function sigmoid4(x: v128, decay: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(v128.bitselect(one, decay, f32x4.ge(x, f32x4.splat(0))), f32x4.add(one, decay));
}

/**
 * Natural logarithm of a normal number, error below 1e-13: exponent, and 2 artanh((m - 1) / (m + 1)) of the mantissa.
 */
export function logarithm(x: f64): f64 {
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

/** x reduced by multiples of pi / 2 (Cody and Waite 1980), for |x| below 8192: the rest, and which multiple. */
// @ts-ignore: decorator
@inline
function reduced(x: v128, n: v128): v128 {
  let r = f32x4.sub(x, f32x4.mul(n, f32x4.splat(1.5703125)));
  r = f32x4.sub(r, f32x4.mul(n, f32x4.splat(4.837512969970703125e-4)));
  return f32x4.sub(r, f32x4.mul(n, f32x4.splat(7.54978995489188216e-8)));
}

// @ts-ignore: decorator
@inline
function sinePolynomial(r: v128): v128 {
  const z = f32x4.mul(r, r);
  let p = f32x4.splat(-1.9515295891e-4);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(8.3321608736e-3));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-1.6666654611e-1));
  return f32x4.add(f32x4.mul(f32x4.mul(p, z), r), r);
}

// @ts-ignore: decorator
@inline
function cosinePolynomial(r: v128): v128 {
  const z = f32x4.mul(r, r);
  let p = f32x4.splat(2.443315711809948e-5);
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(-1.388731625493765e-3));
  p = f32x4.add(f32x4.mul(p, z), f32x4.splat(4.166664568298827e-2));
  p = f32x4.mul(f32x4.mul(p, z), z);
  return f32x4.add(f32x4.sub(p, f32x4.mul(f32x4.splat(0.5), z)), f32x4.splat(1));
}

/** sin(x + quarters pi / 2), error below 1e-6: Cephes' sinf and cosf (Moshier). */
// @ts-ignore: decorator
@inline
export function sine4(x: v128, quarters: i32): v128 {
  const n = f32x4.nearest(f32x4.mul(x, f32x4.splat(0.63661977)));
  const r = reduced(x, n);
  const quadrant = i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(quarters));
  const odd = i32x4.ne(v128.and(quadrant, i32x4.splat(1)), i32x4.splat(0));
  const value = v128.bitselect(cosinePolynomial(r), sinePolynomial(r), odd);
  const sign = i32x4.shl(v128.and(quadrant, i32x4.splat(2)), 30);
  return v128.xor(value, sign);
}
