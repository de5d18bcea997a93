/** A table of vectors, row-major: what embedding files hold. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Length rows x columns. */
  readonly values: Float32Array;
}

/** @throws RangeError when the values do not fill the matrix */
export function assertFilled(name: string, { rows, columns, values }: Matrix): void {
  if (values.length !== rows * columns)
    throw new RangeError(`${name}: ${values.length} values for ${rows} x ${columns}`);
}
