/** Where a command writes: results on standard output (or JSON lines with `--json`), everything else on standard error. */
import type { MedgraftError } from '../base/errors.js';

export interface CommonOptions {
  home?: string;
  json?: boolean;
  verbose?: boolean;
}

export function printLine(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  printLine(JSON.stringify(value));
}

/** The record of an error among JSON lines. */
export function errorRecord(error: MedgraftError): object {
  const { place, expected, got, hint } = error.details;
  return { kind: 'error', code: error.code, message: error.message, place, expected, got, hint };
}

export { textTable as table } from '../base/text-table.js';
