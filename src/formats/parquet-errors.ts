/** What a Parquet reading refuses: a damaged file, and one that would cost too much or needs what is not read here. */
import { MedgraftError } from '../base/errors.js';

export function damagedParquet(place: string, got: string, cause?: unknown): MedgraftError {
  return new MedgraftError('input', 'formats.parquet', 'this is not a whole Parquet file', { place, got, cause });
}

export function parquetLimit(place: string, got: string, expected: string): MedgraftError {
  return new MedgraftError('input', 'formats.parquet-limit', 'the Parquet file is not read here', {
    place,
    expected,
    got,
    hint: 'write it again with flat columns and row groups of about a million rows',
  });
}
