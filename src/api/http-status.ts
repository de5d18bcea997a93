import type { ErrorKind } from '../base/errors.js';

/** The one translation of errors to HTTP. */
export const HTTP_STATUS: Readonly<Record<ErrorKind, number>> = {
  input: 400,
  missing: 404,
  conflict: 409,
  environment: 503,
  cancelled: 409,
};
