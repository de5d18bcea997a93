/**
 * The one error that reaches people. It names the place, what was expected and what was found, carries a stable
 * code (`room.problem`) and a hint. Doors translate `kind` once: to an exit code and to an HTTP status.
 */
export type ErrorKind =
  /** The caller gave something wrong: a setting, a file, a row. */
  | 'input'
  /** Something asked for does not exist (yet). */
  | 'missing'
  /** It exists, and does not fit: another process holds it, a checkpoint of other settings. */
  | 'conflict'
  /** The machine lacks something: disk, memory, a library. */
  | 'environment'
  /** Stopped on request. */
  | 'cancelled';

export interface ErrorDetails {
  /** File and line, setting name, or API field. */
  place?: string;
  expected?: string;
  got?: string;
  hint?: string;
  cause?: unknown;
}

export class MedgraftError extends Error {
  override readonly name = 'MedgraftError';

  constructor(
    readonly kind: ErrorKind,
    readonly code: string,
    message: string,
    readonly details: ErrorDetails = {},
  ) {
    super(message, { cause: details.cause });
  }

  /** The whole message for a person, one fact a line. */
  describe(): string {
    const { place, expected, got, hint } = this.details;
    const lines = [`${place === undefined ? '' : `${place}: `}${this.message} [${this.code}]`];
    if (expected !== undefined) lines.push(`  expected: ${expected}`);
    if (got !== undefined) lines.push(`  got: ${got}`);
    if (hint !== undefined) lines.push(`  hint: ${hint}`);
    return lines.join('\n');
  }
}

/** Throws a `cancelled` error when the signal has been raised. */
export function throwIfCancelled(signal: AbortSignal): void {
  if (signal.aborted) throw new MedgraftError('cancelled', 'run.cancelled', 'stopped on request');
}
