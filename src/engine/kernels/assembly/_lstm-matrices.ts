/** What lstm.ts does to whole matrices: the product with weights that are packed once, and the transposition. */
import { packB } from './_embedding-products';

/** Columns of a packed panel, and rows of a tile: see _embedding-products.ts. */
const WIDTH: i32 = 8;

/** B[depth, columns], whose elements lie `row` and `column` floats apart, to panels of 8 columns: [columns / 8][depth][8]. */
export function packPanels(b: usize, row: i32, column: i32, columns: i32, depth: i32, out: usize): void {
  packB(b, row, column, columns, depth, out);
}

/** C[m, n] = A[m, k] B[k, n] with B packed. `edge` is room for 32 floats. */
export function packedProduct(m: i32, n: i32, k: i32, a: usize, panels: usize, c: usize, edge: usize): void {
  const aRow = <usize>k << 2;
  const cRow = <usize>n << 2;
  for (let j = 0; j < n; j += WIDTH) {
    const panel = panels + (<usize>(j * k) << 2);
    const width = min(WIDTH, n - j);
    for (let i = 0; i < m; i += 4) {
      const rows = min(4, m - i);
      const out = c + <usize>i * cRow + (<usize>j << 2);
      if (rows == 4 && width == WIDTH) tile(a + <usize>i * aRow, aRow, 4, panel, k, out, cRow);
      else {
        tile(a + <usize>i * aRow, aRow, rows, panel, k, edge, 32);
        for (let r = 0; r < rows; r++) memory.copy(out + <usize>r * cRow, edge + (<usize>r << 5), <usize>width << 2);
      }
    }
  }
}

/**
 * out[columns, rows] = block[rows, columns]. Eight rows at a time: as many streams to read, and the half lines that are written
 * are still near when their other half comes.
 */
export function transpose(rows: i32, columns: i32, block: usize, out: usize): void {
  const from = <usize>columns << 2;
  const to = <usize>rows << 2;
  let row = 0;
  for (; row + 8 <= rows; row += 8) {
    const source = block + <usize>row * from;
    const target = out + (<usize>row << 2);
    let column = 0;
    for (; column + 4 <= columns; column += 4) {
      const at = source + (<usize>column << 2);
      const turned = target + <usize>column * to;
      turn(at, from, turned, to);
      turn(at + 4 * from, from, turned + 16, to);
    }
    for (; column < columns; column++) turnColumn(8, source + (<usize>column << 2), from, target + <usize>column * to);
  }
  if (row == rows) return;
  for (let column = 0; column < columns; column++) {
    const at = block + <usize>row * from + (<usize>column << 2);
    turnColumn(rows - row, at, from, out + <usize>column * to + (<usize>row << 2));
  }
}

// @ts-ignore: decorator of AssemblyScript
@inline
function turn(at: usize, from: usize, out: usize, to: usize): void {
  const r0 = v128.load(at);
  const r1 = v128.load(at + from);
  const r2 = v128.load(at + 2 * from);
  const r3 = v128.load(at + 3 * from);
  const low01 = v128.shuffle<f32>(r0, r1, 0, 4, 1, 5);
  const high01 = v128.shuffle<f32>(r0, r1, 2, 6, 3, 7);
  const low23 = v128.shuffle<f32>(r2, r3, 0, 4, 1, 5);
  const high23 = v128.shuffle<f32>(r2, r3, 2, 6, 3, 7);
  v128.store(out, v128.shuffle<f32>(low01, low23, 0, 1, 4, 5));
  v128.store(out + to, v128.shuffle<f32>(low01, low23, 2, 3, 6, 7));
  v128.store(out + 2 * to, v128.shuffle<f32>(high01, high23, 0, 1, 4, 5));
  v128.store(out + 3 * to, v128.shuffle<f32>(high01, high23, 2, 3, 6, 7));
}

function turnColumn(rows: i32, at: usize, from: usize, out: usize): void {
  for (let row = 0; row < rows; row++) {
    store<f32>(out + (<usize>row << 2), load<f32>(at));
    at += from;
  }
}

/** Up to four rows of A, `aRow` bytes apart, times a panel; rows that are not there repeat the last. */
function tile(a: usize, aRow: usize, rows: i32, panel: usize, depth: i32, c: usize, cRow: usize): void {
  let a0 = a;
  let a1 = rows > 1 ? a0 + aRow : a0;
  let a2 = rows > 2 ? a1 + aRow : a1;
  let a3 = rows > 3 ? a2 + aRow : a2;
  let c00 = f32x4.splat(0);
  let c01 = c00;
  let c10 = c00;
  let c11 = c00;
  let c20 = c00;
  let c21 = c00;
  let c30 = c00;
  let c31 = c00;
  for (let p = 0; p < depth; p++) {
    const b0 = v128.load(panel);
    const b1 = v128.load(panel, 16);
    const x0 = v128.load32_splat(a0);
    c00 = f32x4.add(c00, f32x4.mul(x0, b0));
    c01 = f32x4.add(c01, f32x4.mul(x0, b1));
    const x1 = v128.load32_splat(a1);
    c10 = f32x4.add(c10, f32x4.mul(x1, b0));
    c11 = f32x4.add(c11, f32x4.mul(x1, b1));
    const x2 = v128.load32_splat(a2);
    c20 = f32x4.add(c20, f32x4.mul(x2, b0));
    c21 = f32x4.add(c21, f32x4.mul(x2, b1));
    const x3 = v128.load32_splat(a3);
    c30 = f32x4.add(c30, f32x4.mul(x3, b0));
    c31 = f32x4.add(c31, f32x4.mul(x3, b1));
    panel += 32;
    a0 += 4;
    a1 += 4;
    a2 += 4;
    a3 += 4;
  }
  v128.store(c, c00);
  v128.store(c, c01, 16);
  v128.store(c + cRow, c10);
  v128.store(c + cRow, c11, 16);
  v128.store(c + 2 * cRow, c20);
  v128.store(c + 2 * cRow, c21, 16);
  v128.store(c + 3 * cRow, c30);
  v128.store(c + 3 * cRow, c31, 16);
}
