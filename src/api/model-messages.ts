import { type ErrorKind, MedgraftError } from '../base/errors.js';

/** What the service and the process of its models tell each other. */
export interface ToModelWorker {
  readonly id: number;
  readonly home: string;
  readonly threads: number | undefined;
  readonly question: 'explain' | 'predict' | 'disambiguate';
  /** Of the graph, or of the run, that is asked about; empty where it is neither. */
  readonly name: string;
  readonly values: object;
}

export interface FromModelWorker {
  readonly id: number;
  readonly answer?: unknown;
  readonly error?: ToldError;
}

/** An error on its way between processes; without a code nobody foresaw it. */
export interface ToldError {
  readonly message: string;
  readonly kind?: ErrorKind;
  readonly code?: string;
  readonly place?: string;
  readonly expected?: string;
  readonly got?: string;
  readonly hint?: string;
}

export function toldOf(error: unknown): ToldError {
  if (!(error instanceof MedgraftError)) return { message: error instanceof Error ? error.message : String(error) };
  const { place, expected, got, hint } = error.details;
  return { kind: error.kind, code: error.code, message: error.message, place, expected, got, hint };
}

export function errorOf({ kind, code, message, ...details }: ToldError): Error {
  return kind && code ? new MedgraftError(kind, code, message, details) : new Error(message);
}
