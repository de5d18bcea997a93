// Blocked single-precision product C[m,n] (+)= A[m,k] B[k,n] over the imported memory, after Goto and van de Geijn
// 2008 ("Anatomy of high-performance matrix multiplication"): panels of B and of A are packed, a 4 x 8 tile of C stays
// in registers. Every element is summed in ascending k within blocks of DEPTH, wherever it stands in its block.

/** Columns of B, and depth, of one packed panel: 256 x 256 floats stay in the second-level cache. */
const COLUMNS: i32 = 256;
const DEPTH: i32 = 256;

/** Floats of scratch that `product` needs. */
export function productScratch(): i32 {
  return COLUMNS * DEPTH + 4 * DEPTH + 32;
}

/** Strides are in floats: element (i, p) of A is a[i * aRow + p * aColumn], likewise B and C (C has unit columns). */
export function product(
  m: i32,
  n: i32,
  k: i32,
  a: usize,
  aRow: i32,
  aColumn: i32,
  b: usize,
  bRow: i32,
  bColumn: i32,
  c: usize,
  cRow: i32,
  accumulate: i32,
  scratch: usize,
): void {
  const packedB = scratch;
  const packedA = packedB + (<usize>(COLUMNS * DEPTH) << 2);
  const edge = packedA + (<usize>(4 * DEPTH) << 2);
  for (let j0 = 0; j0 < n; j0 += COLUMNS) {
    const columns = min(COLUMNS, n - j0);
    for (let p0 = 0; p0 < k; p0 += DEPTH) {
      const depth = min(DEPTH, k - p0);
      const add = accumulate != 0 || p0 > 0;
      packB(b + (<usize>(p0 * bRow + j0 * bColumn) << 2), bRow, bColumn, columns, depth, packedB);
      for (let i = 0; i < m; i += 4) {
        const rows = min(4, m - i);
        packA(a + (<usize>(i * aRow + p0 * aColumn) << 2), aRow, aColumn, rows, depth, packedA);
        const cTile = c + (<usize>(i * cRow + j0) << 2);
        for (let j = 0; j < columns; j += 8) {
          const panel = packedB + (<usize>(j * depth) << 2);
          const width = min(8, columns - j);
          const out = cTile + (<usize>j << 2);
          if (rows == 4 && width == 8) tile(packedA, panel, depth, out, cRow, add);
          else {
            tile(packedA, panel, depth, edge, 8, false);
            copyEdge(edge, out, cRow, rows, width, add);
          }
        }
      }
    }
  }
}

/** B[depth, columns] to panels of 8 columns, [columns / 8][depth][8], missing columns zero. */
export function packB(b: usize, bRow: i32, bColumn: i32, columns: i32, depth: i32, out: usize): void {
  for (let j = 0; j < columns; j += 8) {
    const width = min(8, columns - j);
    const panel = out + (<usize>(j * depth) << 2);
    const source = b + (<usize>(j * bColumn) << 2);
    if (width == 8 && bColumn == 1) packRows(source, bRow, depth, panel);
    else if (width == 8 && bRow == 1) {
      interleave(source, bColumn, depth, panel, 32);
      interleave(source + (<usize>(4 * bColumn) << 2), bColumn, depth, panel + 16, 32);
    } else packAny(source, bRow, bColumn, width, 8, depth, panel);
  }
}

/** A[rows, depth] to [depth][4], missing rows zero. */
function packA(a: usize, aRow: i32, aColumn: i32, rows: i32, depth: i32, out: usize): void {
  if (rows == 4 && aColumn == 1) interleave(a, aRow, depth, out, 16);
  else packAny(a, aColumn, aRow, rows, 4, depth, out);
}

function packRows(source: usize, row: i32, depth: i32, out: usize): void {
  const step = <usize>row << 2;
  for (let p = 0; p < depth; p++) {
    v128.store(out, v128.load(source));
    v128.store(out, v128.load(source, 16), 16);
    source += step;
    out += 32;
  }
}

/** Four rows of `depth` floats, transposed: out[p] = (row0[p], .. row3[p]), `step` bytes apart. */
function interleave(source: usize, row: i32, depth: i32, out: usize, step: usize): void {
  const r1 = <usize>row << 2;
  const r2 = r1 << 1;
  const r3 = r1 + r2;
  let p = 0;
  for (; p + 4 <= depth; p += 4) {
    const v0 = v128.load(source);
    const v1 = v128.load(source + r1);
    const v2 = v128.load(source + r2);
    const v3 = v128.load(source + r3);
    const low01 = v128.shuffle<f32>(v0, v1, 0, 4, 1, 5);
    const high01 = v128.shuffle<f32>(v0, v1, 2, 6, 3, 7);
    const low23 = v128.shuffle<f32>(v2, v3, 0, 4, 1, 5);
    const high23 = v128.shuffle<f32>(v2, v3, 2, 6, 3, 7);
    v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
    v128.store(out + step, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
    v128.store(out + 2 * step, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
    v128.store(out + 3 * step, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
    source += 16;
    out += 4 * step;
  }
  for (; p < depth; p++) {
    store<f32>(out, load<f32>(source));
    store<f32>(out, load<f32>(source + r1), 4);
    store<f32>(out, load<f32>(source + r2), 8);
    store<f32>(out, load<f32>(source + r3), 12);
    source += 4;
    out += step;
  }
}

function packAny(source: usize, row: i32, column: i32, width: i32, side: i32, depth: i32, out: usize): void {
  for (let p = 0; p < depth; p++) {
    for (let j = 0; j < side; j++) {
      const value = j < width ? load<f32>(source + (<usize>(p * row + j * column) << 2)) : <f32>0;
      store<f32>(out + (<usize>(p * side + j) << 2), value);
    }
  }
}

/** C[4, 8] (+)= A[depth, 4]^T B[depth, 8], all packed. */
function tile(a: usize, b: usize, depth: i32, c: usize, cRow: i32, add: bool): void {
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(b);
    const b1 = v128.load(b, 16);
    const a0 = v128.load32_splat(a);
    c00 = f32x4.add(c00, f32x4.mul(a0, b0));
    c01 = f32x4.add(c01, f32x4.mul(a0, b1));
    const a1 = v128.load32_splat(a, 4);
    c10 = f32x4.add(c10, f32x4.mul(a1, b0));
    c11 = f32x4.add(c11, f32x4.mul(a1, b1));
    const a2 = v128.load32_splat(a, 8);
    c20 = f32x4.add(c20, f32x4.mul(a2, b0));
    c21 = f32x4.add(c21, f32x4.mul(a2, b1));
    const a3 = v128.load32_splat(a, 12);
    c30 = f32x4.add(c30, f32x4.mul(a3, b0));
    c31 = f32x4.add(c31, f32x4.mul(a3, b1));
    a += 16;
    b += 32;
  }
  const step = <usize>cRow << 2;
  storeRow(c, c00, c01, add);
  storeRow(c + step, c10, c11, add);
  storeRow(c + 2 * step, c20, c21, add);
  storeRow(c + 3 * step, c30, c31, add);
}

// @ts-ignore: decorator
@inline
function storeRow(c: usize, low: v128, high: v128, add: bool): void {
  if (add) {
    low = f32x4.add(v128.load(c), low);
    high = f32x4.add(v128.load(c, 16), high);
  }
  v128.store(c, low);
  v128.store(c, high, 16);
}

function copyEdge(edge: usize, c: usize, cRow: i32, rows: i32, width: i32, add: bool): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j++) {
      const target = c + (<usize>(i * cRow + j) << 2);
      const value = load<f32>(edge + (<usize>(i * 8 + j) << 2));
      store<f32>(target, add ? load<f32>(target) + value : value);
    }
  }
}
