/** Complex vectors: some programs keep real and imaginary parts apart or in turns, tables here have all real parts first. */
import type { Matrix } from '../../formats/matrix.js';

/** [a b], a row of each side by side. @throws RangeError when the shapes differ */
export function joinHalves(a: Matrix, b: Matrix): Matrix {
  if (a.rows !== b.rows || a.columns !== b.columns) throw new RangeError('halves of different shapes');
  const { rows, columns } = a;
  const values = new Float32Array(2 * rows * columns);
  for (let row = 0; row < rows; row++) {
    values.set(a.values.subarray(row * columns, (row + 1) * columns), 2 * row * columns);
    values.set(b.values.subarray(row * columns, (row + 1) * columns), (2 * row + 1) * columns);
  }
  return { rows, columns: 2 * columns, values };
}

export function splitHalves({ rows, columns, values }: Matrix): [Matrix, Matrix] {
  const half = columns / 2;
  const part = (from: number) => {
    const taken = new Float32Array(rows * half);
    for (let row = 0; row < rows; row++) {
      const start = row * columns + from;
      taken.set(values.subarray(start, start + half), row * half);
    }
    return { rows, columns: half, values: taken };
  };
  return [part(0), part(half)];
}

/** From rows re, im, re, im, ... */
export function separateParts(interleaved: Matrix): Matrix {
  const half = interleaved.columns / 2;
  return movedColumns(interleaved, (i) => (i < half ? 2 * i : 2 * (i - half) + 1));
}

/** To rows re, im, re, im, ... */
export function interleaveParts(separate: Matrix): Matrix {
  const half = separate.columns / 2;
  return movedColumns(separate, (i) => (i % 2 === 0 ? i / 2 : half + (i - 1) / 2));
}

function movedColumns({ rows, columns, values }: Matrix, from: (column: number) => number): Matrix {
  const moved = new Float32Array(values.length);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < columns; i++) moved[row * columns + i] = values[row * columns + from(i)];
  }
  return { rows, columns, values: moved };
}

/** Phases of complex numbers, real parts first: RotatE's relations of programs that keep them on the unit circle. */
export function phasesOf(complex: Matrix): Matrix {
  const [real, imaginary] = splitHalves(complex);
  return { ...real, values: real.values.map((x, i) => Math.atan2(imaginary.values[i], x)) };
}

export function scaled(matrix: Matrix, factor: number): Matrix {
  return factor === 1 ? matrix : { ...matrix, values: matrix.values.map((value) => value * factor) };
}
