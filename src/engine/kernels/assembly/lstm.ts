/**
 * Steps of an LSTM layer (Hochreiter and Schmidhuber 1997, with the forget gate of Gers et al. 2000) over packed samples: the
 * gates and their backward pass, the recurrent product with weights packed once, and what lies between layers. Addresses are
 * bytes of float32 blocks; H is `hidden`; gates stand in a row as PyTorch has them, i f g o. The twin is ../plain-lstm.ts.
 */
import { exp4 } from './_embedding-math';
import { product } from './_embedding-products';
import { packedProduct, packPanels, transpose } from './_lstm-matrices';
import { applyMask, fillMask } from './dropout-mask';

export { applyMask, fillMask, packedProduct, packPanels, product, transpose };

/**
 * One step forward. `pre` [count, 4H] holds the input's share and becomes the gates. Rows from `continuing` on begin here: no
 * `recurrent` share [continuing, 4H], no cells before. Hidden states go to `hiddens`, and the first `passed` also to `next`.
 */
export function gates(
  count: i32,
  continuing: i32,
  passed: i32,
  hidden: i32,
  pre: usize,
  recurrent: usize,
  bias: usize,
  before: usize,
  cells: usize,
  hiddens: usize,
  next: usize,
): void {
  const gate = <usize>hidden << 2;
  for (let row = 0; row < count; row++) {
    const continues = row < continuing;
    const passes = row < passed;
    for (let j = 0; j < hidden; j += 4) {
      const lanes = hidden - j;
      const at = <usize>j << 2;
      const here = pre + at;
      let i = f32x4.add(read(here, lanes), read(bias + at, lanes));
      let f = f32x4.add(read(here + gate, lanes), read(bias + at + gate, lanes));
      let g = f32x4.add(read(here + 2 * gate, lanes), read(bias + at + 2 * gate, lanes));
      let o = f32x4.add(read(here + 3 * gate, lanes), read(bias + at + 3 * gate, lanes));
      let c = f32x4.splat(0);
      if (continues) {
        const share = recurrent + at;
        i = f32x4.add(i, read(share, lanes));
        f = f32x4.add(f, read(share + gate, lanes));
        g = f32x4.add(g, read(share + 2 * gate, lanes));
        o = f32x4.add(o, read(share + 3 * gate, lanes));
        c = read(before + at, lanes);
      }
      i = sigmoid(i);
      f = sigmoid(f);
      g = tanh(g);
      o = sigmoid(o);
      c = f32x4.add(f32x4.mul(f, c), f32x4.mul(i, g));
      const h = f32x4.mul(o, tanh(c));
      write(here, i, lanes);
      write(here + gate, f, lanes);
      write(here + 2 * gate, g, lanes);
      write(here + 3 * gate, o, lanes);
      write(cells + at, c, lanes);
      write(hiddens + at, h, lanes);
      if (passes) write(next + at, h, lanes);
    }
    pre += 4 * gate;
    recurrent += 4 * gate;
    before += gate;
    cells += gate;
    hiddens += gate;
    next += gate;
  }
}

/**
 * One step backward. `values` [count, 4H] are the gates and become gradients of their arguments; `gradients` [count, H] come
 * from above, `carriedHiddens` and `carriedCells` [count, H] from the step after; the latter become those for the step before.
 */
export function gateGradients(
  count: i32,
  continuing: i32,
  hidden: i32,
  values: usize,
  before: usize,
  cells: usize,
  gradients: usize,
  carriedHiddens: usize,
  carriedCells: usize,
): void {
  const gate = <usize>hidden << 2;
  const one = f32x4.splat(1);
  for (let row = 0; row < count; row++) {
    for (let j = 0; j < hidden; j += 4) {
      const lanes = hidden - j;
      const at = <usize>j << 2;
      const here = values + at;
      const i = read(here, lanes);
      const f = read(here + gate, lanes);
      const g = read(here + 2 * gate, lanes);
      const o = read(here + 3 * gate, lanes);
      const t = tanh(read(cells + at, lanes));
      const c = row < continuing ? read(before + at, lanes) : f32x4.splat(0);
      const dh = f32x4.add(read(gradients + at, lanes), read(carriedHiddens + at, lanes));
      const through = f32x4.mul(f32x4.mul(dh, o), f32x4.sub(one, f32x4.mul(t, t)));
      const dc = f32x4.add(read(carriedCells + at, lanes), through);
      const di = f32x4.mul(f32x4.mul(dc, g), f32x4.mul(i, f32x4.sub(one, i)));
      const df = f32x4.mul(f32x4.mul(dc, c), f32x4.mul(f, f32x4.sub(one, f)));
      const dg = f32x4.mul(f32x4.mul(dc, i), f32x4.sub(one, f32x4.mul(g, g)));
      const output = f32x4.mul(f32x4.mul(dh, t), f32x4.mul(o, f32x4.sub(one, o)));
      write(here, settled(di), lanes);
      write(here + gate, settled(df), lanes);
      write(here + 2 * gate, settled(dg), lanes);
      write(here + 3 * gate, settled(output), lanes);
      write(carriedCells + at, settled(f32x4.mul(dc, f)), lanes);
    }
    values += 4 * gate;
    before += gate;
    cells += gate;
    gradients += gate;
    carriedHiddens += gate;
    carriedCells += gate;
  }
}

/** Sums of the columns of a block [rows, columns], taken in float64. `sums` is room for `columns` float64 numbers. */
export function columnSums(rows: i32, columns: i32, block: usize, sums: usize, out: usize): void {
  memory.fill(sums, 0, <usize>columns << 3);
  for (let row = 0; row < rows; row++) {
    for (let j = 0; j < columns; j += 4) {
      const four = v128.load(block + (<usize>j << 2));
      const at = sums + (<usize>j << 3);
      const high = v128.shuffle<u32>(four, four, 2, 3, 0, 1);
      v128.store(at, f64x2.add(v128.load(at), f64x2.promote_low_f32x4(four)));
      v128.store(at, f64x2.add(v128.load(at, 16), f64x2.promote_low_f32x4(high)), 16);
    }
    block += <usize>columns << 2;
  }
  for (let j = 0; j < columns; j++) store<f32>(out + (<usize>j << 2), <f32>load<f64>(sums + (<usize>j << 3)));
}

// @ts-ignore: decorator of AssemblyScript
@inline
function sigmoid(x: v128): v128 {
  const one = f32x4.splat(1);
  return f32x4.div(one, f32x4.add(one, exp4(f32x4.neg(x))));
}

/** (1 - e) / (1 + e) with e = exp(-2|x|), and the sign; the series where that would cancel. */
// @ts-ignore: decorator of AssemblyScript
@inline
function tanh(x: v128): v128 {
  const one = f32x4.splat(1);
  const size = f32x4.abs(x);
  const e = exp4(f32x4.mul(size, f32x4.splat(-2)));
  const far = f32x4.div(f32x4.sub(one, e), f32x4.add(one, e));
  const square = f32x4.mul(x, x);
  let series = f32x4.splat(0.021869488);
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(-0.053968254));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(0.13333333));
  series = f32x4.add(f32x4.mul(series, square), f32x4.splat(-0.33333333));
  const near = f32x4.add(size, f32x4.mul(f32x4.mul(series, square), size));
  const value = v128.bitselect(near, far, f32x4.lt(size, f32x4.splat(0.2)));
  return v128.or(value, v128.and(x, f32x4.splat(-0.0)));
}

/**
 * What a gradient through many steps fades to becomes 0 before it is denormal: such numbers cost a hundred times as much, and
 * whether they are kept would depend on the thread.
 */
// @ts-ignore: decorator of AssemblyScript
@inline
function settled(x: v128): v128 {
  return v128.andnot(x, f32x4.le(f32x4.abs(x), f32x4.splat(1e-24)));
}

/** Four floats, or the first `lanes` where there are no more. */
// @ts-ignore: decorator of AssemblyScript
@inline
function read(at: usize, lanes: i32): v128 {
  return lanes >= 4 ? v128.load(at) : readPart(at, lanes);
}

// @ts-ignore: decorator of AssemblyScript
@inline
function write(at: usize, x: v128, lanes: i32): void {
  if (lanes >= 4) v128.store(at, x);
  else writePart(at, x, lanes);
}

function readPart(at: usize, lanes: i32): v128 {
  let x = f32x4.splat(0);
  x = f32x4.replace_lane(x, 0, load<f32>(at));
  if (lanes > 1) x = f32x4.replace_lane(x, 1, load<f32>(at, 4));
  if (lanes > 2) x = f32x4.replace_lane(x, 2, load<f32>(at, 8));
  return x;
}

function writePart(at: usize, x: v128, lanes: i32): void {
  store<f32>(at, f32x4.extract_lane(x, 0));
  if (lanes > 1) store<f32>(at, f32x4.extract_lane(x, 1), 4);
  if (lanes > 2) store<f32>(at, f32x4.extract_lane(x, 2), 8);
}
