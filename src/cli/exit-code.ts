import { CommanderError } from 'commander';
import { type ErrorKind, MedgraftError } from '../base/errors.js';

/** The one translation of errors to exit codes. 130 is what shells expect after an interrupt. */
const EXIT_CODES: Readonly<Record<ErrorKind, number>> = {
  input: 2,
  missing: 3,
  conflict: 4,
  environment: 5,
  cancelled: 130,
};
const USAGE = 2;
const UNKNOWN = 1;

export function exitCodeOf(error: unknown): number {
  if (error instanceof MedgraftError) return EXIT_CODES[error.kind];
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : USAGE;
  return UNKNOWN;
}

/**
 * What a person is told about an error.
 * @param verbose append the stack and the causes
 */
export function describeError(error: unknown, verbose: boolean): string {
  if (!(error instanceof Error)) return String(error);
  const text = error instanceof MedgraftError ? error.describe() : `unexpected error: ${error.message}`;
  if (verbose) return `${text}\n${stackOf(error)}`;
  return error instanceof MedgraftError ? text : `${text}\n  hint: run again with --verbose to see where it happened`;
}

function stackOf(error: Error): string {
  const cause = error.cause instanceof Error ? `\ncaused by ${stackOf(error.cause)}` : '';
  return `${error.stack ?? error.message}${cause}`;
}
