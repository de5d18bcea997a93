/**
 * The row shift of SMedBERT's reference repository: its tables have a row 0 of zeros for padding, so that the vector of the
 * first name lies in row 1. Whether a file is shifted is told by its rows and its names.
 */
import { MedgraftError } from '../../base/errors.js';
import type { Matrix } from '../../formats/matrix.js';
import type { ReadName } from './name-files.store.js';

/** `none`: row 0 is the first name's; `one`: row 0 is padding; `auto`: by the number of rows. */
export const ROW_SHIFTS = ['auto', 'none', 'one'] as const;
export type RowShift = (typeof ROW_SHIFTS)[number];

/** A table as it was read, and the list of its names. */
export interface ListedTable extends ReadName {
  readonly matrix: Matrix;
  /** Relations may have twice as many rows as names: reciprocal ones. */
  readonly isOfRelations: boolean;
  /** For messages. */
  readonly place: string;
}

/**
 * A table without its row of padding.
 * @throws MedgraftError `embedding.row-shift` where rows and names do not say it, or say another than what was asked
 */
export function withoutPadding({ matrix, names, first, isOfRelations, place }: ListedTable, shift: RowShift): Matrix {
  const { rows, columns, values } = matrix;
  const spares = [names.length, ...(isOfRelations ? [2 * names.length] : [])].map((count) => rows - count);
  const isLikely = shift === 'one' || (shift === 'auto' && first === 1);
  const spare = (isLikely ? [1, 0] : [0, 1]).find((left) => spares.includes(left));
  if (spare === undefined) return matrix; // nameVectors tells how many names are wanted.
  const isZero = values.subarray(0, columns).every((value) => value === 0);
  if (spare === 1 && shift === 'auto' && first === 0 && !isZero) {
    throw shiftError(place, 'one row more than names, and row 0 is no padding: it is not zero', rows, names.length);
  }
  if ((shift === 'one' && spare === 0) || (shift === 'none' && spare === 1)) {
    throw shiftError(place, `the rows are not those of --row-shift ${shift}`, rows, names.length);
  }
  return spare === 0 ? matrix : { rows: rows - 1, columns, values: values.subarray(columns) };
}

/** With a row of zeros before the first. */
export function withPadding({ rows, columns, values }: Matrix): Matrix {
  const padded = new Float32Array((rows + 1) * columns);
  padded.set(values, columns);
  return { rows: rows + 1, columns, values: padded };
}

function shiftError(place: string, message: string, rows: number, names: number): MedgraftError {
  return new MedgraftError('input', 'embedding.row-shift', message, {
    place,
    expected: `${names} rows, or ${names + 1} of which row 0 is padding`,
    got: `${rows} rows for ${names} names`,
    hint: 'a list may lack its last name: compare it with the training; then say it by --row-shift none or one',
  });
}
