/** A table of vectors, row-major: what embedding files hold. */
export interface Matrix {
  readonly rows: number;
  readonly columns: number;
  /** Length rows x columns. */
  readonly values: Float32Array;
}

/** The same for writers, which may get whole rows in parts, in order. */
export interface MatrixRows {
  readonly rows: number;
  readonly columns: number;
  readonly values: Float32Array | Iterable<Float32Array>;
}

/** @throws RangeError when the values do not fill the matrix; parts are looked at as they come */
export function assertFilled(name: string, { rows, columns, values }: MatrixRows): void {
  if (!(values instanceof Float32Array)) return;
  if (values.length !== rows * columns)
    throw new RangeError(`${name}: ${values.length} values for ${rows} x ${columns}`);
}

export function partsOf(values: Float32Array | Iterable<Float32Array>): Iterable<Float32Array> {
  return values instanceof Float32Array ? [values] : values;
}
